// The TCP options that tell what has arrived and who sent a segment. Of data in order nobody asks
// for them, so they are read when somebody does, not by the decoder.
#pragma once

#include "base/fixed.h"
#include "wire/packet_view.h"

#include <cstdint>

namespace handspan::wire {

// Bytes that the receiver holds although some before them are missing (RFC 2018, 3). The first
// block may tell of bytes that came twice instead (RFC 2883): it then lies below the ACK.
struct SackBlock {
  std::uint32_t begin = 0, end = 0;
};

struct TcpOptions {
  bool timestamps = false; // RFC 7323, 3.2
  bool is_signed = false;  // RFC 2385, RFC 5925
  std::uint32_t stamp = 0; // TSval
  base::FixedVector<SackBlock, 4, std::uint8_t> sack;
};

// The usual twelve bytes: two of padding and the timestamps (RFC 7323, appendix A).
inline bool has_only_timestamps(const PacketView &view) {
  const std::uint8_t *options = view.payload - view.options_length;
  return view.options_length == 12 && options[0] == 1 && options[1] == 1 && options[2] == 8 &&
         options[3] == 10;
}

// Of options that are timestamps alone.
inline std::uint32_t stamp_of(const PacketView &view) {
  const std::uint8_t *at = view.payload - view.options_length + 4;
  return static_cast<std::uint32_t>(at[0]) << 24 | static_cast<std::uint32_t>(at[1]) << 16 |
         static_cast<std::uint32_t>(at[2]) << 8 | at[3];
}

// Of a segment with URG: how far its urgent byte lies from its first one (RFC 9293, 3.8.5, as hosts
// do it: the pointer points behind the byte; RFC 6093, 3.1).
std::uint16_t urgent_place(const PacketView &view);

// Of a view of kind `tcp` whose frame is still there.
TcpOptions read_tcp_options(const PacketView &view);

} // namespace handspan::wire
