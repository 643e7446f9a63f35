// Builds TLS messages, records and whole conversations byte by byte, for tests and benchmarks.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::tls::test {

using Octets = std::vector<std::uint8_t>;

inline Octets operator+(Octets a, const Octets &b) {
  for (const std::uint8_t byte : b) // g++ 12 warns of an insert() that can't be
    a.push_back(byte);
  return a;
}

inline Octets number(std::uint64_t value, int bytes) {
  Octets out;
  for (int i = bytes - 1; i >= 0; --i)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  return out;
}
inline Octets u8(std::uint64_t v) {
  return number(v, 1);
}
inline Octets u16(std::uint64_t v) {
  return number(v, 2);
}
inline Octets u24(std::uint64_t v) {
  return number(v, 3);
}

inline Octets fill(std::size_t count, std::uint8_t byte) {
  return Octets(count, byte);
}
inline Octets text(std::string_view s) {
  return {s.begin(), s.end()};
}

inline Octets hex(std::string_view digits) {
  const auto nibble = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Octets out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(nibble(digits[i]) << 4 | nibble(digits[i + 1])));
  return out;
}

// A vector with a length of `width` bytes before it.
inline Octets vec(int width, const Octets &content) {
  return number(content.size(), width) + content;
}
inline Octets u16s(std::initializer_list<unsigned> values) {
  Octets out;
  for (const unsigned v : values)
    out = out + u16(v);
  return out;
}

inline Octets record(unsigned type, const Octets &body, unsigned version = 0x0303) {
  return u8(type) + u16(version) + vec(2, body);
}
inline Octets message(unsigned type, const Octets &body) {
  return u8(type) + vec(3, body);
}
inline Octets extension(unsigned type, const Octets &data) {
  return u16(type) + vec(2, data);
}

inline Octets sni(std::string_view name) {
  return extension(0, vec(2, u8(0) + vec(2, text(name))));
}
inline Octets alpn(std::initializer_list<std::string_view> names) {
  Octets list;
  for (const auto name : names)
    list = list + vec(1, text(name));
  return extension(16, vec(2, list));
}
inline Octets groups(std::initializer_list<unsigned> g) {
  return extension(10, vec(2, u16s(g)));
}
inline Octets formats(std::initializer_list<unsigned> f) {
  Octets list;
  for (const unsigned v : f)
    list = list + u8(v);
  return extension(11, vec(1, list));
}
inline Octets signatures(std::initializer_list<unsigned> s) {
  return extension(13, vec(2, u16s(s)));
}
inline Octets versions(std::initializer_list<unsigned> v) {
  return extension(43, vec(1, u16s(v)));
}
inline Octets chosen_version(unsigned v) {
  return extension(43, u16(v));
}
inline Octets key_share(unsigned group) {
  return extension(51, u16(group) + vec(2, fill(32, 0x5a)));
}

struct ClientHelloSpec {
  unsigned version = 0x0303;
  Octets session_id = {};
  Octets ciphers = u16s({0x1301, 0xc02f, 0x009c});
  Octets extensions = {};
};
inline Octets client_hello(const ClientHelloSpec &spec) {
  Octets body = u16(spec.version) + fill(32, 0x11) + vec(1, spec.session_id) +
                vec(2, spec.ciphers) + vec(1, u8(0));
  if (!spec.extensions.empty())
    body = body + vec(2, spec.extensions);
  return message(1, body);
}

inline const Octets kRetryRandom =
    hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

struct ServerHelloSpec {
  unsigned version = 0x0303;
  Octets random = fill(32, 0x22);
  Octets session_id = {};
  unsigned cipher = 0xc02f;
  Octets extensions = {};
};
inline Octets server_hello(const ServerHelloSpec &spec) {
  Octets body =
      u16(spec.version) + spec.random + vec(1, spec.session_id) + u16(spec.cipher) + u8(0);
  if (!spec.extensions.empty())
    body = body + vec(2, spec.extensions);
  return message(2, body);
}

inline Octets certificate(std::initializer_list<Octets> chain) {
  Octets list;
  for (const Octets &der : chain)
    list = list + vec(3, der);
  return message(11, vec(3, list));
}

inline Octets key_exchange(unsigned curve) {
  return message(12, u8(3) + u16(curve) + vec(1, fill(65, 4)) + fill(260, 0x33));
}

inline const Octets kCcs = record(20, {1});
inline Octets hidden(unsigned length) {
  return record(23, fill(length, 0xab));
}
// Looks like no handshake message, as ciphertext does.
inline Octets hidden_finished() {
  return record(22, fill(40, 0xee));
}
inline Octets alert(unsigned level, unsigned code) {
  return record(21, u8(level) + u8(code));
}

} // namespace handspan::tls::test
