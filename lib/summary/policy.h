// What a policy says of versions, cipher suites, groups and keys that were seen.
//
//   pci    PCI DSS 4.0, 4.2.1 with its appendix A2: no SSL and early TLS, strong cryptography
//   nist   SP 800-52 Rev. 2, with SP 800-131A Rev. 2 and SP 800-56A Rev. 3
//   cnsa2  CNSA 2.0: AES-256, SHA-384, ML-KEM-1024, ML-DSA-87, in TLS 1.3
//   gm     GB/T 38636 (TLCP) and RFC 8998: SM2, SM3, SM4
//
// It judges what was used, by its name. What it does not know it does not allow.
#pragma once

#include "record/names.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace handspan::summary {

enum class Policy : std::uint8_t { pci, nist, cnsa2, gm };
std::optional<Policy> policy_named(std::string_view word);

enum class Objection : std::uint8_t {
  none,
  old_version,        // below what the policy asks for
  other_version,      // another than those that it allows
  no_encryption,      // NULL
  export_grade,       // made weak on purpose
  anonymous,          // nobody shows who he is
  weak_cipher,        // RC4, DES, 3DES, RC2, IDEA …
  weak_digest,        // MD5
  no_forward_secrecy, // whoever gets the key reads what was recorded
  other_algorithm,    // none of those that the policy names
  not_post_quantum,   // a quantum computer would break it
  short_key,
};

Objection objection_to_version(Policy policy, std::uint16_t version);
Objection objection_to_cipher(Policy policy, std::uint16_t cipher);
Objection objection_to_group(Policy policy, std::uint16_t group);
// key_type: record::KeyType
Objection objection_to_key(Policy policy, std::uint8_t key_type, std::uint16_t bits);

// Whether a group withstands a quantum computer: ML-KEM alone or beside another.
bool is_post_quantum(std::uint16_t group);

// "old_version"
std::string_view name(Objection objection);

} // namespace handspan::summary
