// The shape of most packets: Ethernet, IPv4 without options or fragments, TCP without SYN, all of
// whose headers were captured and do not contradict each other. Its fields lie at fixed places, so
// that one look settles it; inline, because the burst's loop goes through it.
#pragma once

#include "wire/frame.h"
#include "wire/ip.h"
#include "wire/tcp.h"

#include <algorithm>
#include <cstddef>

#include <smmintrin.h>
#include <tmmintrin.h>

namespace handspan::wire {

// Loads sixteen bytes from anywhere.
inline __m128i load128(const void *p) {
  return _mm_loadu_si128(static_cast<const __m128i *>(p));
}

// The bytes from the EtherType to the IP protocol that make the shape, and which of their bits do.
inline bool is_plain_ipv4_tcp(const std::uint8_t *ether_type) {
  const __m128i wanted = _mm_setr_epi8(0x08, 0x00, 0x45, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0);
  const __m128i bits =
      _mm_setr_epi8(-1, -1, -1, 0, 0, 0, 0, 0, 0x3f, -1, 0, -1, 0, 0, 0, 0); // DF may be set
  return _mm_testz_si128(_mm_xor_si128(load128(ether_type), wanted), bits) != 0;
}

// The first 16 bytes of a TCP header as PacketView has them from its ports on: in the machine's
// order, the window before the flags, and room for the options' length.
inline void take_tcp_words(const std::uint8_t *header, PacketView &view) {
  static_assert(offsetof(PacketView, options_length) == offsetof(PacketView, src_port) + 15);
  const __m128i order = _mm_setr_epi8(1, 0, 3, 2, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, -1);
  _mm_storeu_si128(reinterpret_cast<__m128i *>(&view.src_port),
                   _mm_shuffle_epi8(load128(header), order));
}

// Fills `view` and says true; false: not that shape, and nothing in `view` means anything.
inline bool decode_common(const Frame &frame, PacketView &view) {
  constexpr std::uint32_t kIp = 14, kTcp = kIp + 20, kLeast = kTcp + 20;
  if (frame.link != LinkType::ethernet || frame.captured < kLeast) [[unlikely]]
    return false;
  const std::uint8_t *ip = frame.data + kIp, *tcp = frame.data + kTcp;
  const std::uint32_t header = (tcp[12] & 0xf0U) >> 2, total = load16(ip + 2);
  const bool common = is_plain_ipv4_tcp(frame.data + 12) && (tcp[13] & tcp_flag::syn) == 0 &&
                      header >= 20 && total >= 20 + header && kTcp + header <= frame.captured &&
                      kIp + total <= std::max(frame.captured, frame.length);
  if (!common) [[unlikely]]
    return false;
  take_ipv4_fields(ip, view);
  view.ip_length = 20;
  take_tcp_words(tcp, view);
  view.tcp_checksum = load16(tcp + 16);
  view.options_length = static_cast<std::uint8_t>(header - 20);
  view.payload = tcp + header;
  view.payload_length = total - 20 - header;
  view.payload_captured = std::min(frame.captured - kTcp - header, view.payload_length);
  view.mss = 0;
  view.window_scale = kNoWindowScale;
  view.fast_open = false;
  view.mptcp = Mptcp::none;
  view.vlan_count = 0;
  view.tunnel_count = 0;
  view.kind = Kind::tcp;
  return true;
}

} // namespace handspan::wire
