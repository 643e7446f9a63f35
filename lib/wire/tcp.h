// TCP. Inline: every packet that counts ends here. Internal to lib/wire.
#pragma once

#include "wire/layers.h"

namespace handspan::wire {

// Fills in the options that tracking wants. `options` is what was captured of them.
void parse_tcp_options(base::Bytes options, PacketView &view);

// RFC 9293, 3.1:
//   source port (2) | destination port (2) | sequence number (4) | acknowledgement number (4)
//   data offset (4 bits), in words | reserved (4) | flags (8) | window (2)
//   checksum (2) | urgent pointer (2) | options | data
// The 20 bytes that are there in any case, and no options. The checksum is handed on unchecked:
// offload makes it wrong in captures of sound traffic.
inline void take_tcp_fields(const std::uint8_t *header, PacketView &view) {
  view.src_port = load16(header);
  view.dst_port = load16(header + 2);
  view.seq = load32(header + 4);
  view.ack = load32(header + 8);
  view.flags = header[13];
  view.window = load16(header + 14);
  view.tcp_checksum = load16(header + 16);
  view.mss = 0;
  view.window_scale = kNoWindowScale;
  view.fast_open = false;
  view.mptcp = Mptcp::none;
}

// When the options are cut off, what stands before them is still told.
inline Kind parse_tcp(Rest rest, PacketView &view) {
  if (!rest.has(20)) [[unlikely]]
    return missing(rest, 20).kind;
  const std::uint8_t *header = rest.at;
  const std::uint32_t header_length = (header[12] >> 4) * 4U;
  if (header_length < 20 || header_length > rest.length) [[unlikely]]
    return Kind::malformed;
  take_tcp_fields(header, view);
  const std::uint32_t header_captured =
      header_length < rest.captured ? header_length : rest.captured;
  if (view.has(tcp_flag::syn)) [[unlikely]]
    parse_tcp_options({header + 20, header_captured - 20}, view);
  view.options_length = static_cast<std::uint8_t>(header_captured - 20);
  view.payload = header + header_captured;
  view.payload_captured = rest.captured - header_captured;
  view.payload_length = rest.length - header_length;
  return Kind::tcp;
}

} // namespace handspan::wire
