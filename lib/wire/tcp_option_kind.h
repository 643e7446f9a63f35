// Kinds of TCP options that are read. Internal to lib/wire.
#pragma once

#include <cstdint>

namespace handspan::wire {

// IANA, "TCP Option Kind Numbers".
enum TcpOptionKind : std::uint8_t {
  end_of_list = 0,
  no_operation = 1,
  maximum_segment_size = 2,
  window_scale = 3,
  sack = 5,
  timestamps = 8,
  md5_signature = 19,
  authentication = 29,
  multipath = 30,
  fast_open = 34,
  experiment = 254,
};

} // namespace handspan::wire
