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
  void begin(const Endpoints &ends, Nanos first);
  // Only `wanted` fields are filled.
  void add_hello(const tls::Session &session, rules::Fields wanted);
  void add_handshake(const tls::Session &session, const tls::Tracker &tracker,
                     rules::Fields wanted);
  void add_end(const record::Record &record);

  [[nodiscard]] const rules::Facts &facts() const { return facts_; }

private:
  void add_certificate(const tls::CertificateFacts &certificate, rules::Fields wanted);

  rules::Facts facts_;
  std::array<char, 32> ja3_;
  std::array<char, 64> sha256_;
  std::array<char, 6> status_;
  // Names of the numbers that came last: mostly the same as before.
  struct Named {
    std::uint16_t number = record::kNoCode;
    base::FixedText<64> name;
  };
  Named version_, cipher_, group_;
};

} // namespace handspan::inspect
