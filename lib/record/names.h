// The names of the numbers that TLS carries, for those who print records.
#pragma once

#include "record/codes.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace handspan::record {

// All of these return an empty text for a number that has no name; then the number is to be shown.

// "certificate_unknown": IANA "TLS Alerts" and those of TLCP.
std::string_view alert_name(std::uint8_t code);
// "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"; "GREASE" for the values of RFC 8701.
std::string_view cipher_name(std::uint16_t number);
// "x25519", "secp256r1"; "GREASE" for the values of RFC 8701.
std::string_view group_name(std::uint16_t number);
// "SSLv2", "SSLv3", "TLSv1.0" to "TLSv1.3", "TLCPv1.1", "TLSv1.3-draft28"; "GREASE".
std::string version_name(std::uint16_t number);
// "rsa", "ec": record::KeyType as it lies in a certificate.
std::string_view key_type_name(std::uint8_t key_type);

// "hop_limit": what speaks against a RST's sender, for one bit of Tcp::reset_marks.
std::string_view reset_mark_name(std::uint8_t bit);
namespace reset_mark {
#define HANDSPAN_RESET_MARK(name, bit, help) inline constexpr std::uint8_t name = bit;
#include "record/reset_marks.def"
#undef HANDSPAN_RESET_MARK
} // namespace reset_mark
inline constexpr std::uint8_t kResetMarks[] = {
#define HANDSPAN_RESET_MARK(name, bit, help) bit,
#include "record/reset_marks.def"
#undef HANDSPAN_RESET_MARK
};
// "old_timestamp"; empty for none.
std::string_view decoy_name(Decoy decoy);
// "host_unreachable"; of a code without a name that of its type, "destination_unreachable".
std::string_view icmp_name(bool v6, std::uint8_t type, std::uint8_t code);

// Whether it is one of the sixteen values 0x0A0A, 0x1A1A ... 0xFAFA (RFC 8701, section 2).
constexpr bool is_grease(std::uint16_t number) {
  return (number & 0x0f0f) == 0x0a0a && number >> 8 == (number & 0xff);
}

// The step that a TLS record content type and handshake type stand for (RFC 8446, B.1 and B.3). An
// encrypted handshake message whose type is not even told by its place has type 0xff.
Step step_of(std::uint8_t content, std::uint8_t type, bool encrypted);
// The step's name: "client_hello".
std::string_view message_name(std::uint8_t content, std::uint8_t type, bool encrypted);

} // namespace handspan::record
