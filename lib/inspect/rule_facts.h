// What is known of a connection, in the form in which its rules ask for it.
#pragma once

#include "base/fixed.h"
#include "inspect/endpoints.h"
#include "record/record.h"
#include "rules/facts.h"
#include "tls/tracker.h"

#include <array>

namespace handspan::inspect {

// One a worker, filled anew for each connection that is asked. Texts are valid as long as the
// session and the record that they are of.
class RuleFacts {
public:
  void begin(const flow::Key &key, const Flow &flow, Nanos first);
  // Only `wanted` fields are filled.
  void add_hello(const tls::Session &session, rules::Fields wanted);
  void add_handshake(const tls::Session &session, const tls::Tracker &tracker,
                     rules::Fields wanted);
  void add_end(const record::Record &record, rules::Fields wanted);

  [[nodiscard]] const rules::Facts &facts() const { return facts_; }

private:
  void add_certificate(const tls::CertificateFacts &certificate, rules::Fields wanted);
  // If it is wanted.
  void set(rules::Field field, std::string_view text, rules::Fields wanted) {
    if ((wanted & rules::bit(field)) != 0) {
      facts_[field] = text;
      filled_ |= rules::bit(field);
    }
  }

  rules::Facts facts_;
  rules::Fields filled_ = 0; // of the texts
  std::array<char, 32> ja3_;
  std::array<char, 64> sha256_;
  std::array<char, 6> status_;
  // Names of the numbers that came of late: a few come again and again.
  struct Named {
    std::uint16_t number = record::kNoCode;
    std::string_view name;    // of a table, or
    base::FixedText<16> made; // of this
  };
  using Names = std::array<Named, 8>;
  Names version_, cipher_, group_;
};

} // namespace handspan::inspect
