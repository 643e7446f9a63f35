// A piece of an IP datagram, for those who put them together, and the decoding of the whole.
#pragma once

#include "wire/packet_view.h"

namespace handspan::wire {

struct Fragment {
  bool v6 = false;
  std::uint8_t protocol = 0; // what the datagram carries; in IPv6 it may be an extension header
  bool more = false;         // it is not the last
  std::uint32_t id = 0;      // of the datagram, beside its addresses (and IPv4's protocol)
  std::uint32_t offset = 0;  // where in the datagram's payload it lies
  std::uint32_t length = 0;  // bytes on the wire
  base::Bytes bytes;         // those of them that were captured
};

constexpr bool is_fragment(Kind kind) {
  return kind == Kind::ipv4_fragment || kind == Kind::ipv6_fragment;
}

// Of a view that was decoded as a fragment, while its frame is there. The addresses are the view's.
Fragment read_fragment(const PacketView &view);

// Goes on behind the IP header that a fragment's view tells of, with `bytes` for all of its
// payload, which had `length` bytes on the wire; tags, tunnels and addresses stay. Returns
// view.kind.
Kind decode_payload(bool v6, std::uint8_t protocol, base::Bytes bytes, std::uint32_t length,
                    PacketView &view);

} // namespace handspan::wire
