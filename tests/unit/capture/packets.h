// Frames for the tests of this folder, byte by byte.
#pragma once

#include "wire/frame.h"

#include <cstdint>
#include <vector>

namespace handspan::capture::test {

using Octets = std::vector<std::uint8_t>;

struct End {
  std::uint32_t address;
  std::uint16_t port;
};

inline void put16(Octets &to, std::uint32_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}
inline void put32(Octets &to, std::uint32_t value) {
  put16(to, value >> 16);
  put16(to, value & 0xffff);
}

inline Octets ipv4(std::uint8_t protocol, std::uint32_t source, std::uint32_t target,
                   const Octets &payload) {
  Octets packet = {0x45, 0};
  put16(packet, static_cast<std::uint32_t>(20 + payload.size()));
  put32(packet, 0);
  packet.insert(packet.end(), {64, protocol, 0, 0});
  put32(packet, source);
  put32(packet, target);
  packet.insert(packet.end(), payload.begin(), payload.end());
  return packet;
}

inline Octets tcp(const End &source, const End &target, std::size_t payload = 0) {
  Octets segment;
  put16(segment, source.port);
  put16(segment, target.port);
  put32(segment, 1);
  put32(segment, 2);
  segment.insert(segment.end(), {5 << 4, 0x10, 0xff, 0xff, 0, 0, 0, 0});
  segment.insert(segment.end(), payload, 'x');
  return ipv4(6, source.address, target.address, segment);
}

inline Octets udp(const End &source, const End &target, const Octets &payload) {
  Octets datagram;
  put16(datagram, source.port);
  put16(datagram, target.port);
  put16(datagram, static_cast<std::uint32_t>(8 + payload.size()));
  put16(datagram, 0);
  datagram.insert(datagram.end(), payload.begin(), payload.end());
  return ipv4(17, source.address, target.address, datagram);
}

// In Ethernet, with VLAN tags outermost first.
inline Octets ethernet(const Octets &packet, const std::vector<std::uint16_t> &vlans = {},
                       std::uint16_t type = 0x0800) {
  Octets frame(12, 2);
  for (const std::uint16_t vlan : vlans) {
    put16(frame, 0x8100);
    put16(frame, vlan);
  }
  put16(frame, type);
  frame.insert(frame.end(), packet.begin(), packet.end());
  return frame;
}

// RFC 7348, with an outer source port of one's choice.
inline Octets vxlan(const Octets &inner_frame, std::uint16_t source_port) {
  Octets payload = {8, 0, 0, 0, 0, 0, 7, 0};
  payload.insert(payload.end(), inner_frame.begin(), inner_frame.end());
  return ethernet(udp({0x0a090909, source_port}, {0x0a090901, 4789}, payload));
}

inline wire::Frame frame_of(const Octets &bytes) {
  wire::Frame frame;
  frame.data = bytes.data();
  frame.captured = frame.length = static_cast<std::uint32_t>(bytes.size());
  return frame;
}

} // namespace handspan::capture::test
