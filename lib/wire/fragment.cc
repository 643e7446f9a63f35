#include "wire/fragment.h"

#include "wire/tcp.h"
#include "wire/walk.h"

namespace handspan::wire {

// RFC 791, 3.1 (the header is ahead of the piece) and RFC 8200, 4.5:
//   next header (1) | 0 (1) | offset (13 bits), in units of 8 | 0 (2) | M (1) | identification (4)
Fragment read_fragment(const PacketView &view) {
  const std::uint8_t *header = view.payload;
  Fragment f;
  f.v6 = view.kind == Kind::ipv6_fragment;
  const std::uint32_t size = f.v6 ? 8 : (header[0] & 0x0fU) * 4;
  f.protocol = f.v6 ? header[0] : header[9];
  f.id = f.v6 ? load32(header + 4) : load16(header + 4);
  const std::uint16_t place = load16(header + (f.v6 ? 2 : 6));
  f.more = (place & (f.v6 ? 0x0001 : 0x2000)) != 0;
  f.offset = f.v6 ? place & 0xfff8U : (place & 0x1fffU) * 8;
  f.length = view.payload_length - size;
  f.bytes = {header + size, view.payload_captured - size};
  return f;
}

Kind decode_payload(bool v6, std::uint8_t protocol, base::Bytes bytes, std::uint32_t length,
                    PacketView &view) {
  Rest rest{bytes.data(), static_cast<std::uint32_t>(bytes.size()), length};
  view.ip_length = 0;
  const Step first = go(v6 ? Next::ipv6_payload : Next::ipv4_payload, protocol);
  const Step last = walk_to_tcp(first, rest, view);
  view.kind = last.next == Next::tcp ? parse_tcp(rest, view) : last.kind;
  return view.kind;
}

} // namespace handspan::wire
