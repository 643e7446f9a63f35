#include "summary/policy.h"

#include "record/record.h"

#include <algorithm>
#include <array>

namespace handspan::summary {

namespace {

constexpr std::uint16_t kTls12 = 0x0303, kTls13 = 0x0304, kTlcp = 0x0101;

bool has(std::string_view name, std::string_view word) {
  return name.find(word) != std::string_view::npos;
}
template <std::size_t N> bool has_any(std::string_view name, const std::string_view (&words)[N]) {
  return std::any_of(std::begin(words), std::end(words),
                     [name](std::string_view word) { return has(name, word); });
}

// TLS 1.3's suites say nothing of the key exchange: it is always ephemeral.
bool is_tls13_suite(std::string_view name) {
  return !has(name, "_WITH_") && name.starts_with("TLS_");
}

// What nobody calls strong.
Objection weakness_of(std::string_view name) {
  static constexpr std::string_view kCiphers[] = {"RC4", "RC2", "_DES", "3DES", "DES_", "IDEA"};
  if (name.empty())
    return Objection::other_algorithm;
  if (has(name, "_NULL_") || has(name, "WITH_NULL") || name.starts_with("TLS_SHA"))
    return Objection::no_encryption;
  if (has(name, "EXPORT"))
    return Objection::export_grade;
  if (has(name, "_anon"))
    return Objection::anonymous;
  if (has_any(name, kCiphers))
    return Objection::weak_cipher;
  if (name.ends_with("_MD5"))
    return Objection::weak_digest;
  return Objection::none;
}

Objection nist_on_cipher(std::string_view name) {
  if (!has(name, "AES"))
    return Objection::other_algorithm; // ChaCha20, ARIA, Camellia, SM4 …
  const bool forward = is_tls13_suite(name) || has(name, "DHE_");
  return forward ? Objection::none : Objection::no_forward_secrecy;
}

bool is_group(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

std::optional<Policy> policy_named(std::string_view word) {
  static constexpr std::array<std::string_view, 4> kNames = {"pci", "nist", "cnsa2", "gm"};
  const auto at = std::find(kNames.begin(), kNames.end(), word);
  if (at == kNames.end())
    return std::nullopt;
  return static_cast<Policy>(at - kNames.begin());
}

Objection objection_to_version(Policy policy, std::uint16_t version) {
  const bool tls13 = version == kTls13 || version >> 8 == 0x7f; // and its drafts
  switch (policy) {
  case Policy::pci:
  case Policy::nist:
    if (version == kTlcp)
      return policy == Policy::pci ? Objection::none : Objection::other_version;
    return version == kTls12 || tls13 ? Objection::none : Objection::old_version;
  case Policy::cnsa2:
    return tls13 ? Objection::none : Objection::old_version;
  case Policy::gm:
    break;
  }
  return version == kTlcp || tls13 ? Objection::none : Objection::other_version;
}

Objection objection_to_cipher(Policy policy, std::uint16_t cipher) {
  const std::string_view name = record::cipher_name(cipher);
  if (const Objection weakness = weakness_of(name); weakness != Objection::none)
    return weakness;
  const auto unless = [](bool good) { return good ? Objection::none : Objection::other_algorithm; };
  switch (policy) {
  case Policy::pci:
    return Objection::none;
  case Policy::nist:
    return nist_on_cipher(name);
  case Policy::cnsa2:
    return unless(name == "TLS_AES_256_GCM_SHA384");
  case Policy::gm:
    break;
  }
  return unless(has(name, "SM4"));
}

bool is_post_quantum(std::uint16_t group) {
  const std::string_view name = record::group_name(group);
  return has(name, "MLKEM") || has(name, "Kyber") || has(name, "CECPQ");
}

Objection objection_to_group(Policy policy, std::uint16_t group) {
  const std::string_view name = record::group_name(group);
  const bool mlkem = has(name, "MLKEM");
  static constexpr std::string_view kSmall[] = {"160", "163", "192", "193"};
  if (has_any(name, kSmall))
    return Objection::short_key;
  switch (policy) {
  case Policy::pci:
    return name.empty() ? Objection::other_algorithm : Objection::none;
  case Policy::nist:
    if (mlkem || name.starts_with("ffdhe") ||
        is_group(name, {"secp224r1", "secp256r1", "secp384r1", "secp521r1"}))
      return Objection::none;
    return Objection::other_algorithm;
  case Policy::cnsa2:
    if (has(name, "MLKEM1024"))
      return Objection::none;
    return is_post_quantum(group) ? Objection::short_key : Objection::not_post_quantum;
  case Policy::gm:
    break;
  }
  return name.starts_with("curveSM2") ? Objection::none : Objection::other_algorithm;
}

Objection objection_to_key(Policy policy, std::uint8_t key_type, std::uint16_t bits) {
  using record::KeyType;
  const auto type = static_cast<KeyType>(key_type);
  const bool pq = type == KeyType::ml_dsa_44 || type == KeyType::ml_dsa_65 ||
                  type == KeyType::ml_dsa_87 || type == KeyType::slh_dsa;
  const bool too_short = (type == KeyType::rsa && bits < 2048) ||
                         ((type == KeyType::ec || type == KeyType::ec_explicit) && bits < 224);
  switch (policy) {
  case Policy::pci:
    return type == KeyType::unknown ? Objection::other_algorithm
           : too_short              ? Objection::short_key
                                    : Objection::none;
  case Policy::nist:
    if (type == KeyType::unknown || type == KeyType::dsa || type == KeyType::sm2 ||
        type == KeyType::ec_explicit)
      return Objection::other_algorithm;
    return too_short ? Objection::short_key : Objection::none;
  case Policy::cnsa2:
    if (type == KeyType::ml_dsa_87)
      return Objection::none;
    return pq ? Objection::other_algorithm : Objection::not_post_quantum;
  case Policy::gm:
    break;
  }
  return type == KeyType::sm2 ? Objection::none : Objection::other_algorithm;
}

std::string_view name(Objection objection) {
  static constexpr std::array<std::string_view, 12> kNames = {"none",
                                                              "old_version",
                                                              "other_version",
                                                              "no_encryption",
                                                              "export_grade",
                                                              "anonymous",
                                                              "weak_cipher",
                                                              "weak_digest",
                                                              "no_forward_secrecy",
                                                              "other_algorithm",
                                                              "not_post_quantum",
                                                              "short_key"};
  return kNames[static_cast<std::size_t>(objection)];
}

} // namespace handspan::summary
