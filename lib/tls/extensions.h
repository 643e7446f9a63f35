// Numbers and walking of hello extensions, shared by both hellos and the fingerprints.
#pragma once

#include "base/reader.h"

#include <cstdint>

namespace handspan::tls {

// IANA TLS ExtensionType, as far as they are read.
namespace extension {
inline constexpr std::uint16_t server_name = 0, supported_groups = 10, ec_point_formats = 11,
                               signature_algorithms = 13, alpn = 16, session_ticket = 35,
                               key_share_draft = 40, pre_shared_key = 41, early_data = 42,
                               supported_versions = 43, key_share = 51,
                               encrypted_client_hello = 0xfe0d, encrypted_server_name = 0xffce;
} // namespace extension

// Reserved values that a client mixes in so that servers stay tolerant: 0x0a0a, 0x1a1a … 0xfafa
// (RFC 8701, section 2).
constexpr bool is_grease(std::uint16_t value) {
  return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

// Groups of the key exchange that are meant to hold against a quantum computer: ML-KEM alone, in
// hybrids, and the trials of them that browsers shipped (IANA "TLS Supported Groups").
constexpr bool is_post_quantum(std::uint16_t group) {
  return (group >= 0x0200 && group <= 0x0202) || (group >= 0x11eb && group <= 0x11ee) ||
         group == 0x4138 || group == 0x6399 || group == 0x639a;
}

//   struct { ExtensionType extension_type; opaque extension_data<0..2^16-1>; } Extension;
//   Extension extensions<8..2^16-1>;                                      RFC 8446, section 4.2
// Calls visit(type, data) for each; `list` is without the list's own length. Stops at the first
// that does not fit.
template <class Visit> void for_each_extension(base::Bytes list, Visit &&visit) {
  base::Reader reader(list);
  while (!reader.empty()) {
    const std::uint16_t type = reader.u16();
    const base::Bytes data = reader.take(reader.u16());
    if (!reader.ok())
      return;
    visit(type, data);
  }
}

// A list of 16-bit numbers as it lies on the wire; an odd last byte is left out.
template <class Visit> void for_each_u16(base::Bytes list, Visit &&visit) {
  for (std::size_t i = 0; i + 2 <= list.size(); i += 2)
    visit(static_cast<std::uint16_t>(list[i] << 8 | list[i + 1]));
}

} // namespace handspan::tls
