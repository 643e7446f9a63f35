#include "inspect/rule_facts.h"

#include "record/last_step.h"
#include "record/names.h"
#include "tls/certificate.h"
#include "tls/extensions.h"

#include <charconv>
#include <span>
#include <string_view>

namespace handspan::inspect {

namespace {

using rules::Field;

bool has(rules::Fields wanted, Field field) {
  return (wanted & rules::bit(field)) != 0;
}

std::string_view hex(std::span<const std::uint8_t> bytes, std::span<char> out) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[2 * i] = kHex[bytes[i] >> 4];
    out[2 * i + 1] = kHex[bytes[i] & 0xf];
  }
  return {out.data(), 2 * bytes.size()};
}

// As JSON tells a number of the wire: by its name, else as 0x1234.
template <class Named, class Name>
std::string_view named(std::uint16_t number, Named &last, Name &&name) {
  if (number == record::kNoCode)
    return {};
  if (number == last.number)
    return last.name.view();
  last.number = number;
  if (const auto found = name(number); !found.empty()) {
    last.name.assign(found);
    return last.name.view();
  }
  const std::array<std::uint8_t, 2> bytes = {static_cast<std::uint8_t>(number >> 8),
                                             static_cast<std::uint8_t>(number)};
  std::array<char, 6> digits = {'0', 'x'};
  (void)hex(bytes, std::span(digits).subspan(2));
  last.name.assign({digits.data(), digits.size()});
  return last.name.view();
}

} // namespace

void RuleFacts::begin(const Endpoints &ends, Nanos first) {
  facts_.text.fill({});
  facts_.tls = facts_.hello = facts_.post_quantum_offered = false;
  facts_.version = record::kNoCode;
  facts_.group_known = facts_.certificate.parsed = false;
  facts_.now = first;
  facts_.client = ends.client;
  facts_.server = ends.server;
  facts_.server_port = ends.server_port;
}

void RuleFacts::add_hello(const tls::Session &session, rules::Fields wanted) {
  facts_.tls = true;
  facts_.hello = session.has_client_hello;
  facts_.post_quantum_offered = session.post_quantum_offered;
  facts_[Field::sni] = session.sni.view();
  facts_[Field::alpn] = session.alpn_offered.view();
  if (session.has_ja3 && has(wanted, Field::ja3))
    facts_[Field::ja3] = hex(session.ja3, ja3_);
  if (session.has_ja4)
    facts_[Field::ja4] = {session.ja4.data(), session.ja4.size()};
}

void RuleFacts::add_handshake(const tls::Session &session, const tls::Tracker &tracker,
                              rules::Fields wanted) {
  facts_.version = session.version;
  facts_.group_known = session.curve != tls::kNoCode;
  facts_.post_quantum_chosen = tls::is_post_quantum(session.curve);
  if (has(wanted, Field::version))
    facts_[Field::version] = named(session.version, version_, record::version_name);
  if (has(wanted, Field::cipher))
    facts_[Field::cipher] = named(session.cipher, cipher_, record::cipher_name);
  if (has(wanted, Field::group))
    facts_[Field::group] = named(session.curve, group_, record::group_name);
  const Side server = base::other(session.client_side);
  if (const tls::CertificateFacts *certificate = tracker.certificate(session, server))
    add_certificate(*certificate, wanted);
}

void RuleFacts::add_certificate(const tls::CertificateFacts &certificate, rules::Fields wanted) {
  if (has(wanted, Field::sha256))
    facts_[Field::sha256] = hex(certificate.sha256, sha256_);
  if (!certificate.parsed)
    return;
  facts_[Field::subject] = certificate.subject;
  facts_[Field::issuer] = certificate.issuer;
  facts_[Field::san] = certificate.san;
  facts_[Field::serial] = certificate.serial;
  facts_.certificate = {.parsed = true,
                        .self_signed = certificate.self_signed,
                        .key_type = static_cast<std::uint8_t>(certificate.key.kind),
                        .key_bits = certificate.key.bits,
                        .not_before = certificate.not_before,
                        .not_after = certificate.not_after};
}

void RuleFacts::add_end(const record::Record &record) {
  facts_.tls = record.tls.present;
  facts_.outcome = record.outcome;
  facts_.cause = record.cause;
  facts_.by = record.by;
  facts_.phase = record.phase;
  facts_.step = record::step_before_end(record);
  facts_.lasted = {};
  for (std::size_t p = 0; p < record::kPhases; ++p) {
    const record::PhaseSpan &span = record.phases[p];
    if (span.packets > 0 && span.start != kNever && span.end != kNever)
      facts_.lasted[p] = base::elapsed(span.start, span.end);
  }
  facts_.lasted[record::kPhases] = base::elapsed(record.first, record.last);
  facts_[Field::app_protocol] = record.app.protocol.view();
  facts_[Field::http_host] = record.view(record.app.host);
  facts_[Field::http_method] = record.view(record.app.method);
  if (record.app.status != 0) {
    const auto end =
        std::to_chars(status_.data(), status_.data() + status_.size(), record.app.status);
    facts_[Field::http_status] = {status_.data(),
                                  static_cast<std::size_t>(end.ptr - status_.data())};
  }
}

} // namespace handspan::inspect
