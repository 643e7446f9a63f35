// What the options of a TCP segment are called, and how their list goes. Internal to lib/wire.
#pragma once

#include "base/reader.h"

#include <cstdint>

namespace handspan::wire {

// IANA, "TCP Option Kind Numbers": those that are read.
namespace tcp_option {
enum Kind : std::uint8_t {
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
} // namespace tcp_option

// RFC 9293, 3.1:  kind (1) = 0 or 1   or   kind (1) | length of all three (1) | value
// Calls `take(kind, value)` for each option with a length. A list that contradicts itself ends
// where it does so.
template <class Take> void each_tcp_option(base::Bytes options, Take &&take) {
  base::Reader reader(options);
  while (!reader.empty()) {
    const std::uint8_t kind = reader.u8();
    if (kind == tcp_option::end_of_list)
      return;
    if (kind == tcp_option::no_operation)
      continue;
    const std::uint8_t length = reader.u8();
    if (length < 2)
      return;
    const base::Reader value = reader.sub(length - 2U);
    if (!value.ok())
      return;
    take(kind, value);
  }
}

} // namespace handspan::wire
