// The TCP options that tell what has arrived and who sent a segment. Of data in order nobody asks
// for them, so they are read when somebody does, not by the decoder.
#pragma once

#include "base/fixed.h"
#include "wire/packet_view.h"

#include <array>
#include <cstdint>

namespace handspan::wire {

// Bytes that the receiver holds although some before them are missing (RFC 2018, 3). The first
// block may tell of bytes that came twice instead (RFC 2883): it then lies below the ACK.
struct SackBlock {
  std::uint32_t begin = 0, end = 0;
};

struct TcpOptions {
  bool timestamps = false; // RFC 7323, 3.2
  base::FixedVector<SackBlock, 4, std::uint8_t> sack;
};

// The usual twelve bytes: two of padding and the timestamps (RFC 7323, appendix A).
inline constexpr std::array<std::uint8_t, 12> kTimestampsAlone = {1, 1, 8, 10};
inline bool has_only_timestamps(const PacketView &view) {
  const std::uint8_t *options = view.payload - view.options_length;
  return view.options_length == 12 && options[0] == 1 && options[1] == 1 && options[2] == 8 &&
         options[3] == 10;
}

// Of a view of kind `tcp` whose frame is still there.
TcpOptions read_tcp_options(const PacketView &view);

} // namespace handspan::wire
