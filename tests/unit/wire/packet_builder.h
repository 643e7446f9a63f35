// Packets for tests, written as they nest: ethernet(vlan(7, ipv4({}, tcp({}, "hello")))).
// Lengths and the "what comes next" fields follow from the nesting; checksums are left 0.
#pragma once

#include "base/address.h"
#include "wire/frame.h"

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace handspan::test {

using Buffer = std::vector<std::uint8_t>;

// Big-endian writing.
inline void put8(Buffer &to, std::uint64_t v) {
  to.push_back(static_cast<std::uint8_t>(v));
}
inline void put16(Buffer &to, std::uint64_t v) {
  put8(to, v >> 8);
  put8(to, v);
}
inline void put32(Buffer &to, std::uint64_t v) {
  put16(to, v >> 16);
  put16(to, v);
}
inline void put(Buffer &to, const Buffer &bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}
inline void put(Buffer &to, std::string_view text) {
  to.insert(to.end(), text.begin(), text.end());
}

// A header with all that it carries, and how the layer below it would announce it.
struct Layer {
  Buffer bytes;
  std::uint16_t ether_type = 0; // 0 = below 0x600: an 802.3 length is written
  std::uint8_t protocol = 0xff; // IP protocol number
  std::uint16_t ppp = 0;        // PPP protocol number
};

inline Layer layer(Buffer bytes, std::uint16_t ether_type = 0x88b5, std::uint8_t protocol = 253,
                   std::uint16_t ppp = 0x8021) {
  return {std::move(bytes), ether_type, protocol, ppp};
}

// ---- transport

struct Tcp {
  std::uint16_t src_port = 40000, dst_port = 443;
  std::uint32_t seq = 1000, ack = 2000;
  std::uint8_t flags = 0x18; // PSH ACK
  std::uint16_t window = 500;
  Buffer options = {};  // padded to whole words
  int data_offset = -1; // -1 = as the options make it
};

inline Layer tcp(const Tcp &f, std::string_view payload = {}) {
  Buffer options = f.options;
  while (options.size() % 4 != 0)
    options.push_back(0);
  const auto words = 5 + options.size() / 4;
  Buffer b;
  put16(b, f.src_port);
  put16(b, f.dst_port);
  put32(b, f.seq);
  put32(b, f.ack);
  put8(b, (f.data_offset >= 0 ? static_cast<std::size_t>(f.data_offset) : words) << 4);
  put8(b, f.flags);
  put16(b, f.window);
  put32(b, 0); // checksum, urgent pointer
  put(b, options);
  put(b, payload);
  return layer(std::move(b), 0x88b5, 6);
}

inline Layer udp(std::uint16_t src_port, std::uint16_t dst_port, const Layer &inner) {
  Buffer b;
  put16(b, src_port);
  put16(b, dst_port);
  put16(b, 8 + inner.bytes.size());
  put16(b, 0);
  put(b, inner.bytes);
  return layer(std::move(b), 0x88b5, 17);
}

// ---- IP

struct Ipv4 {
  std::uint32_t src = 0x0a000001, dst = 0x0a000002; // 10.0.0.1 → 10.0.0.2
  std::uint16_t id = 77;
  std::uint16_t fragment = 0x4000; // flags and offset; DF
  std::uint8_t ttl = 64;
  Buffer options = {};   // in whole words
  int total_length = -1; // -1 = as it is
  int protocol = -1;     // -1 = the inner layer's
};

inline Layer ipv4(const Ipv4 &f, const Layer &inner) {
  const auto header = 20 + f.options.size();
  Buffer b;
  put8(b, 0x40 | header / 4);
  put8(b, 0);
  put16(b, f.total_length >= 0 ? static_cast<std::size_t>(f.total_length)
                               : header + inner.bytes.size());
  put16(b, f.id);
  put16(b, f.fragment);
  put8(b, f.ttl);
  put8(b, f.protocol >= 0 ? static_cast<std::uint8_t>(f.protocol) : inner.protocol);
  put16(b, 0);
  put32(b, f.src);
  put32(b, f.dst);
  put(b, f.options);
  put(b, inner.bytes);
  return {std::move(b), 0x0800, 4, 0x0021};
}

inline base::Address address4(std::uint32_t a) {
  Buffer b;
  put32(b, a);
  return base::Address::v4(b.data());
}

// 2001:db8::<last>
inline base::Address address6(std::uint8_t last) {
  base::Address a;
  a.bytes = {0x20, 0x01, 0x0d, 0xb8};
  a.bytes[15] = last;
  return a;
}

struct Ipv6 {
  base::Address src = address6(1), dst = address6(2);
  std::uint8_t hop_limit = 60;
  int payload_length = -1; // -1 = as it is
};

inline Layer ipv6(const Ipv6 &f, const Layer &inner) {
  Buffer b;
  put32(b, 0x60000000);
  put16(b, f.payload_length >= 0 ? static_cast<std::size_t>(f.payload_length) : inner.bytes.size());
  put8(b, inner.protocol);
  put8(b, f.hop_limit);
  b.insert(b.end(), f.src.bytes.begin(), f.src.bytes.end());
  b.insert(b.end(), f.dst.bytes.begin(), f.dst.bytes.end());
  put(b, inner.bytes);
  return {std::move(b), 0x86dd, 41, 0x0057};
}

// An IPv6 extension header of kind `number` around `inner`; `body` is what follows its first two
// bytes, filled up to whole units of 8.
inline Layer extension(std::uint8_t number, Buffer body, const Layer &inner) {
  while ((body.size() + 2) % 8 != 0)
    body.push_back(0);
  Buffer b;
  put8(b, inner.protocol);
  put8(b, (body.size() + 2) / 8 - 1);
  put(b, body);
  put(b, inner.bytes);
  return layer(std::move(b), 0x88b5, number);
}

// `field` is offset, reserved bits and M.
inline Layer fragment(std::uint16_t field, const Layer &inner) {
  Buffer b;
  put8(b, inner.protocol);
  put8(b, 0);
  put16(b, field);
  put32(b, 0xdecafbad);
  put(b, inner.bytes);
  return layer(std::move(b), 0x88b5, 44);
}

// An authentication header with a check value of 12 bytes.
inline Layer authentication(const Layer &inner) {
  Buffer b;
  put8(b, inner.protocol);
  put8(b, 4);
  b.resize(24);
  put(b, inner.bytes);
  return layer(std::move(b), 0x88b5, 51);
}

// ---- Ethernet and below

inline void put_type_or_length(Buffer &to, const Layer &inner) {
  put16(to, inner.ether_type != 0 ? inner.ether_type : inner.bytes.size());
}

inline Layer ethernet(const Layer &inner) {
  Buffer b = {0x02, 0, 0, 0, 0, 0x02, 0x02, 0, 0, 0, 0, 0x01};
  put_type_or_length(b, inner);
  put(b, inner.bytes);
  return layer(std::move(b), 0x6558, 253);
}

inline Layer vlan(std::uint16_t id, const Layer &inner, std::uint16_t tag_type = 0x8100) {
  Buffer b;
  put16(b, 0x6000 | id); // priority 3
  put_type_or_length(b, inner);
  put(b, inner.bytes);
  return layer(std::move(b), tag_type);
}

inline Layer snap(const Layer &inner) {
  Buffer b = {0xaa, 0xaa, 0x03, 0, 0, 0};
  put16(b, inner.ether_type);
  put(b, inner.bytes);
  return layer(std::move(b), 0);
}

inline Layer mpls(std::initializer_list<std::uint32_t> labels, const Layer &inner) {
  Buffer b;
  std::size_t left = labels.size();
  for (const std::uint32_t label : labels)
    put32(b, label << 12 | (--left == 0 ? 0x100U : 0U) | 64);
  put(b, inner.bytes);
  return layer(std::move(b), 0x8847, 137, 0x0281);
}

inline Layer ppp(const Layer &inner, bool with_address = false) {
  Buffer b;
  if (with_address)
    put16(b, 0xff03);
  put16(b, inner.ppp);
  put(b, inner.bytes);
  return layer(std::move(b), 0x880b);
}

inline Layer pppoe(const Layer &inner) {
  Buffer b;
  put16(b, 0x1100);
  put16(b, 0x0042);
  put16(b, inner.bytes.size());
  put(b, inner.bytes);
  return layer(std::move(b), 0x8864);
}

// `header` in front of `inner`, announced as the given EtherType or protocol.
inline Layer prefixed(Buffer header, const Layer &inner, std::uint16_t ether_type = 0x88b5,
                      std::uint8_t protocol = 253) {
  put(header, inner.bytes);
  return layer(std::move(header), ether_type, protocol);
}

// ---- tunnels over IP

// GRE version 0. `flags` says which of the optional fields are there (C 8000, K 2000, S 1000).
inline Layer gre(std::uint16_t flags, const Layer &inner) {
  Buffer b;
  put16(b, flags);
  put16(b, inner.ether_type);
  for (const std::uint16_t flag : {0x8000, 0x2000, 0x1000})
    if ((flags & flag) != 0)
      put32(b, 0x01020304);
  return prefixed(std::move(b), inner, 0x88b5, 47);
}

// GRE version 1, of PPTP.
inline Layer pptp(bool with_ack, const Layer &inner) {
  Buffer b;
  put16(b, with_ack ? 0x3081 : 0x3001);
  put16(b, 0x880b);
  put16(b, inner.bytes.size());
  put16(b, 7); // call
  put32(b, 1);
  if (with_ack)
    put32(b, 2);
  return prefixed(std::move(b), inner, 0x88b5, 47);
}

inline Layer vxlan(const Layer &inner) {
  return udp(50000, 4789, prefixed({0x08, 0, 0, 0, 0, 0, 42, 0}, inner));
}

inline Layer geneve(const Layer &inner, Buffer options = {}) {
  Buffer b;
  put8(b, options.size() / 4);
  put8(b, 0);
  put16(b, inner.ether_type);
  put32(b, 42 << 8);
  put(b, options);
  return udp(50000, 6081, prefixed(std::move(b), inner));
}

// `after_teid` = the optional fields and the extension headers, if `flags` announces any.
inline Layer gtpu(const Layer &inner, std::uint8_t flags = 0x30, const Buffer &after_teid = {},
                  std::uint8_t message = 255) {
  Buffer b;
  put8(b, flags);
  put8(b, message);
  put16(b, after_teid.size() + inner.bytes.size());
  put32(b, 0x11223344);
  put(b, after_teid);
  return udp(2152, 2152, prefixed(std::move(b), inner));
}

// ---- frames

inline wire::Frame frame_of(const Buffer &bytes, wire::LinkType link = wire::LinkType::ethernet) {
  wire::Frame frame;
  frame.data = bytes.data();
  frame.captured = frame.length = static_cast<std::uint32_t>(bytes.size());
  frame.link = link;
  return frame;
}

} // namespace handspan::test
