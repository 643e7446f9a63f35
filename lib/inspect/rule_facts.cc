#include "inspect/rule_facts.h"

#include "record/names.h"
#include "tls/certificate.h"
#include "tls/extensions.h"

#include <bit>
#include <charconv>
#include <span>
#include <string_view>
#include <type_traits>

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
template <class Names, class Name>
std::string_view named(std::uint16_t number, Names &names, Name &&name) {
  if (number == record::kNoCode)
    return {};
  auto &last = names[number % names.size()];
  if (number == last.number)
    return last.name;
  last.number = number;
  const auto found = name(number);
  if (found.empty()) {
    const std::array<std::uint8_t, 2> bytes = {static_cast<std::uint8_t>(number >> 8),
                                               static_cast<std::uint8_t>(number)};
    std::array<char, 6> digits = {'0', 'x'};
    (void)hex(bytes, std::span(digits).subspan(2));
    last.made.assign({digits.data(), digits.size()});
  } else if constexpr (std::is_same_v<decltype(found), const std::string_view>) {
    last.name = found;
    return found;
  } else {
    last.made.assign(found);
  }
  last.name = last.made.view();
  return last.name;
}

} // namespace

void RuleFacts::begin(const flow::Key &key, const Flow &flow, Nanos first) {
  const Endpoints ends = endpoints_of(key, flow);
  for (; filled_ != 0; filled_ &= filled_ - 1)
    facts_.text[static_cast<std::size_t>(std::countr_zero(filled_))] = {};
  facts_.tls = facts_.hello = facts_.post_quantum_offered = false;
  facts_.version = record::kNoCode;
  facts_.group_known = facts_.certificate.parsed = false;
  facts_.record = nullptr;
  facts_.now = first;
  facts_.client = ends.client;
  facts_.server = ends.server;
  facts_.server_port = ends.server_port;
}

void RuleFacts::add_hello(const tls::Session &session, rules::Fields wanted) {
  facts_.tls = true;
  facts_.hello = session.has_client_hello;
  facts_.post_quantum_offered = session.post_quantum_offered;
  set(Field::sni, session.sni.view(), wanted);
  set(Field::alpn, session.alpn_offered.view(), wanted);
  if (session.has_ja3 && has(wanted, Field::ja3))
    set(Field::ja3, hex(session.ja3, ja3_), wanted);
  if (session.has_ja4)
    set(Field::ja4, {session.ja4.data(), session.ja4.size()}, wanted);
}

void RuleFacts::add_handshake(const tls::Session &session, const tls::Tracker &tracker,
                              rules::Fields wanted) {
  facts_.version = session.version;
  facts_.group_known = session.curve != tls::kNoCode;
  facts_.post_quantum_chosen = tls::is_post_quantum(session.curve);
  if (has(wanted, Field::version))
    set(Field::version, named(session.version, version_, record::version_name), wanted);
  if (has(wanted, Field::cipher))
    set(Field::cipher, named(session.cipher, cipher_, record::cipher_name), wanted);
  if (has(wanted, Field::group))
    set(Field::group, named(session.curve, group_, record::group_name), wanted);
  const Side server = base::other(session.client_side);
  if (const tls::CertificateFacts *certificate = tracker.certificate(session, server))
    add_certificate(*certificate, wanted);
}

void RuleFacts::add_certificate(const tls::CertificateFacts &certificate, rules::Fields wanted) {
  if (has(wanted, Field::sha256))
    set(Field::sha256, hex(certificate.sha256, sha256_), wanted);
  if (!certificate.parsed)
    return;
  set(Field::subject, certificate.subject, wanted);
  set(Field::issuer, certificate.issuer, wanted);
  set(Field::san, certificate.san, wanted);
  set(Field::serial, certificate.serial, wanted);
  facts_.certificate = {.parsed = true,
                        .self_signed = certificate.self_signed,
                        .key_type = static_cast<std::uint8_t>(certificate.key.kind),
                        .key_bits = certificate.key.bits,
                        .not_before = certificate.not_before,
                        .not_after = certificate.not_after};
}

void RuleFacts::add_end(const record::Record &record, rules::Fields wanted) {
  facts_.tls = record.tls.present;
  facts_.record = &record;
  set(Field::app_protocol, record.app.protocol.view(), wanted);
  set(Field::http_host, record.view(record.app.host), wanted);
  set(Field::http_method, record.view(record.app.method), wanted);
  if (record.app.status != 0 && has(wanted, Field::http_status)) {
    const auto end =
        std::to_chars(status_.data(), status_.data() + status_.size(), record.app.status);
    set(Field::http_status, {status_.data(), static_cast<std::size_t>(end.ptr - status_.data())},
        wanted);
  }
}

} // namespace handspan::inspect
