#include "record/names.h"

#include <algorithm>
#include <array>
#include <span>

namespace handspan::record {

namespace {

struct Named {
  std::uint16_t number;
  std::string_view name;
};

constexpr Named kAlerts[] = {
#define HANDSPAN_ALERT(number, name) {number, #name},
#include "record/alerts.def"
#undef HANDSPAN_ALERT
};

constexpr Named kCiphers[] = {
#define HANDSPAN_CIPHER(number, name) {number, #name},
#include "record/cipher_suites.def"
#undef HANDSPAN_CIPHER
};

constexpr Named kGroups[] = {
#define HANDSPAN_GROUP(number, name) {number, #name},
#include "record/groups.def"
#undef HANDSPAN_GROUP
};

// By version of IP, type and code, in one number.
constexpr std::uint16_t icmp_number(unsigned version, unsigned type, unsigned code) {
  return static_cast<std::uint16_t>((version == 6 ? 0x8000U : 0U) | type << 8 | code);
}
constexpr Named kIcmp[] = {
#define HANDSPAN_ICMP(version, type, code, name) {icmp_number(version, type, code), #name},
#include "record/icmp.def"
#undef HANDSPAN_ICMP
};

constexpr Named kVersions[] = {
    {0x0002, "SSLv2"},   {0x0101, "TLCPv1.1"}, {0x0200, "SSLv2"},   {0x0300, "SSLv3"},
    {0x0301, "TLSv1.0"}, {0x0302, "TLSv1.1"},  {0x0303, "TLSv1.2"}, {0x0304, "TLSv1.3"},
};

constexpr Named kResetMarkNames[] = {
#define HANDSPAN_RESET_MARK(name, bit, help) {bit, #name},
#include "record/reset_marks.def"
#undef HANDSPAN_RESET_MARK
};

constexpr std::string_view kKeyTypes[] = {"",          "rsa",       "ec",        "ed25519",
                                          "ed448",     "dsa",       "sm2",       "ec_explicit",
                                          "ml_dsa_44", "ml_dsa_65", "ml_dsa_87", "slh_dsa"};

template <std::size_t N> constexpr bool ascending(const Named (&table)[N]) {
  for (std::size_t i = 1; i < N; ++i)
    if (table[i - 1].number >= table[i].number)
      return false;
  return true;
}
static_assert(ascending(kResetMarkNames) && ascending(kAlerts) && ascending(kCiphers) &&
              ascending(kGroups) && ascending(kVersions) && ascending(kIcmp));

std::string_view find(std::span<const Named> table, std::uint16_t number) {
  const auto at = std::lower_bound(table.begin(), table.end(), number,
                                   [](const Named &n, std::uint16_t v) { return n.number < v; });
  return at != table.end() && at->number == number ? at->name : std::string_view{};
}

constexpr std::string_view kGrease = "GREASE";

Step handshake_step(std::uint8_t type) {
  switch (type) {
  case 0:
    return Step::hello_request;
  case 1:
    return Step::client_hello;
  case 2:
    return Step::server_hello;
  case 3:
    return Step::hello_verify_request;
  case 4:
    return Step::new_session_ticket;
  case 5:
    return Step::end_of_early_data;
  case 6:
    return Step::hello_retry_request;
  case 8:
    return Step::encrypted_extensions;
  case 11:
    return Step::certificate;
  case 12:
    return Step::server_key_exchange;
  case 13:
    return Step::certificate_request;
  case 14:
    return Step::server_hello_done;
  case 15:
    return Step::certificate_verify;
  case 16:
    return Step::client_key_exchange;
  case 20:
    return Step::finished;
  case 21:
    return Step::certificate_url;
  case 22:
    return Step::certificate_status;
  case 23:
    return Step::supplemental_data;
  case 24:
    return Step::key_update;
  case 25:
    return Step::compressed_certificate;
  case 67:
    return Step::next_protocol;
  default:
    return Step::unknown_handshake;
  }
}

} // namespace

std::string_view alert_name(std::uint8_t code) {
  return find(kAlerts, code);
}

std::string_view cipher_name(std::uint16_t number) {
  return is_grease(number) ? kGrease : find(kCiphers, number);
}

std::string_view reset_mark_name(std::uint8_t bit) {
  return find(kResetMarkNames, bit);
}

std::string_view decoy_name(Decoy decoy) {
  static constexpr std::string_view kNames[] = {
      "",
#define HANDSPAN_DECOY(name, help) #name,
#include "record/decoys.def"
#undef HANDSPAN_DECOY
  };
  return kNames[static_cast<std::size_t>(decoy)];
}

std::string_view group_name(std::uint16_t number) {
  return is_grease(number) ? kGrease : find(kGroups, number);
}

std::string version_name(std::uint16_t number) {
  if (is_grease(number))
    return std::string(kGrease);
  if (number >> 8 == 0x7f) // drafts of TLS 1.3 (draft-ietf-tls-tls13-28, section 4.2.1.1)
    return "TLSv1.3-draft" + std::to_string(number & 0xff);
  return std::string(find(kVersions, number));
}

std::string_view key_type_name(std::uint8_t key_type) {
  return key_type < std::size(kKeyTypes) ? kKeyTypes[key_type] : std::string_view{};
}

std::string_view icmp_name(bool v6, std::uint8_t type, std::uint8_t code) {
  if (type >= 0x80) // no error has such a number
    return {};
  if (const auto name = find(kIcmp, icmp_number(v6 ? 6 : 4, type, code)); !name.empty())
    return name;
  constexpr std::string_view kUnreachable = "destination_unreachable";
  if (type == (v6 ? 1 : 3))
    return kUnreachable;
  return code == 0 ? std::string_view{} : icmp_name(v6, type, 0);
}

Step step_of(std::uint8_t content, std::uint8_t type, bool encrypted) {
  switch (content) {
  case 20:
    return Step::change_cipher_spec;
  case 21:
    return Step::alert;
  case 22:
    return encrypted && type == 0xff ? Step::encrypted_handshake : handshake_step(type);
  case 23:
    return Step::application_data;
  case 24:
    return Step::heartbeat;
  default:
    return Step::none;
  }
}

std::string_view message_name(std::uint8_t content, std::uint8_t type, bool encrypted) {
  return name(step_of(content, type, encrypted));
}

} // namespace handspan::record
