// What is known of a connection when its rules are asked: filled by whoever follows it.
#pragma once

#include "base/address.h"
#include "base/time.h"
#include "record/codes.h"
#include "record/record.h"
#include "rules/rule.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace handspan::rules {

struct CertificateFacts {
  bool parsed = false; // if not, the rest means nothing
  bool self_signed = false;
  std::uint8_t key_type = 0; // record::KeyType
  std::uint16_t key_bits = 0;
  std::int64_t not_before = base::kNever, not_after = base::kNever; // seconds since the epoch
};

struct Facts {
  base::Nanos now = base::kNever; // when the connection began
  base::Address client, server;
  std::uint16_t server_port = 0;
  // By Field; empty: not there. What no rule asks for at the stage may be left out.
  std::array<std::string_view, kFields> text{};

  bool tls = false; // there is TLS; then, from Stage::hello on
  bool hello = false;
  bool post_quantum_offered = false;
  // Stage::handshake
  std::uint16_t version = record::kNoCode;
  bool group_known = false, post_quantum_chosen = false;
  CertificateFacts certificate;

  const record::Record *record = nullptr; // Stage::end; null before

  [[nodiscard]] std::string_view &operator[](Field field) {
    return text[static_cast<std::size_t>(field)];
  }
  [[nodiscard]] std::string_view operator[](Field field) const {
    return text[static_cast<std::size_t>(field)];
  }
};

} // namespace handspan::rules
