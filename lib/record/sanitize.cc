#include "record/sanitize.h"

#include "record/rules.h"

#include <cstddef>
#include <cstring>

namespace handspan::record {

namespace {

// A bool whose byte is neither 0 nor 1 must not even be read as a bool.
void clamp(bool &flag) {
  unsigned char byte = 0;
  std::memcpy(&byte, &flag, 1);
  flag = byte != 0;
}

template <class Code> void clamp(Code &code, Code last, Code otherwise) {
  if (code > last)
    code = otherwise;
}

void clamp(Side &side) {
  clamp(side, Side::server, Side::server);
}

template <std::size_t N> void clamp(base::FixedText<N> &text) {
  if (text.length > N)
    text.length = N;
}

template <class T, std::size_t N, class Count> void clamp(base::FixedVector<T, N, Count> &items) {
  if (items.count > N)
    items.count = N;
}

// A text that reaches beyond what is in use would show another record's.
void clamp(Text &text, std::uint16_t used) {
  if (text.offset > used || text.length > used - text.offset)
    text = {};
}

void sanitize(Tcp &tcp) {
  clamp(tcp.established);
  clamp(tcp.has_first_close);
  clamp(tcp.roles_guessed);
  clamp(tcp.fast_open);
  clamp(tcp.times_unreliable);
  clamp(tcp.first_close);
  clamp(tcp.teardown, Teardown::timeout, Teardown::none);
  clamp(tcp.conn_state, ConnState::oth, ConnState::oth);
  clamp(tcp.mptcp, Mptcp::join, Mptcp::none);
  clamp(tcp.history);
}

void sanitize(Certificate &certificate, std::uint16_t used) {
  clamp(certificate.known);
  clamp(certificate.parsed);
  clamp(certificate.self_signed);
  if (certificate.key_type > static_cast<std::uint8_t>(KeyType::slh_dsa))
    certificate.key_type = static_cast<std::uint8_t>(KeyType::unknown);
  clamp(certificate.subject, used);
  clamp(certificate.issuer, used);
  clamp(certificate.serial, used);
  clamp(certificate.san, used);
}

void sanitize(Tls &tls, std::uint16_t used) {
  for (bool *flag : {&tls.present, &tls.established, &tls.established_inferred, &tls.resumed,
                     &tls.hello_retry, &tls.early_data, &tls.ech, &tls.sslv2_hello,
                     &tls.client_certificate_requested, &tls.has_ja3, &tls.has_ja3s, &tls.has_ja4})
    clamp(*flag);
  clamp(tls.client_certificate, Sent::yes, Sent::unknown);
  clamp(tls.sni, used);
  clamp(tls.alpn, used);
  clamp(tls.alpn_offered, used);
  sanitize(tls.certificate.client, used);
  sanitize(tls.certificate.server, used);
  clamp(tls.ssl_history);
  clamp(tls.alerts);
  for (Alert &alert : tls.alerts) {
    clamp(alert.from);
    clamp(alert.encrypted);
  }
  clamp(tls.messages);
  for (Message &message : tls.messages) {
    clamp(message.from);
    clamp(message.encrypted);
  }
}

void sanitize(App &app, std::uint16_t used) {
  clamp(app.protocol);
  clamp(app.inside);
  for (Text *text : {&app.method, &app.host, &app.refusal_word, &app.refusal_line})
    clamp(*text, used);
  clamp(app.wish, Wish::tunnel, Wish::none);
  clamp(app.answer, Answer::refused, Answer::none);
  clamp(app.asker);
  clamp(app.went_on);
}

} // namespace

void sanitize(Record &record) {
  clamp(record.kind, Kind::handshake, Kind::connection);
  clamp(record.phase, Phase::teardown, Phase::tcp_handshake);
  clamp(record.outcome, Outcome::unused, Outcome::unknown);
  clamp(record.cause, static_cast<Cause>(kCauses - 1), Cause::none);
  clamp(record.by, By::probe, By::none);
  clamp(record.step, Step::rst, Step::none);
  clamp(record.decided.rule, static_cast<Rule>(kVerdictRules - 1), Rule::none);
  clamp(record.confidence, Confidence::probe_limit, Confidence::probe_limit);
  clamp(record.probe_limit, static_cast<Limit>(kLimits - 1), Limit::none);
  if (record.vlan_count > kMaxVlans)
    record.vlan_count = kMaxVlans;
  if (record.tunnel_count > kMaxTunnels)
    record.tunnel_count = kMaxTunnels;
  if (record.text_used > record.text.size())
    record.text_used = static_cast<std::uint16_t>(record.text.size());
  record.bytes = static_cast<std::uint32_t>(offsetof(Record, text) + record.text_used);
  clamp(record.icmp.v6);
  clamp(record.icmp.of);
  sanitize(record.tcp);
  sanitize(record.tls, record.text_used);
  clamp(record.decided.from);
  clamp(record.decided.asked_for);
  clamp(record.decided.what, Step::rst, Step::none);
  if (record.decided.alert >= record.tls.alerts.size())
    record.decided.alert = kNoAlert;
  sanitize(record.app, record.text_used);
  clamp(record.rules);
  for (RuleHit &hit : record.rules) {
    clamp(hit.name, record.text_used);
    clamp(hit.field, record.text_used);
  }
  clamp(record.retry.recovered);
}

void sanitize(Story &story) {
  clamp(story.facts);
  clamp(story.parts);
  std::size_t left = story.parts.size();
  for (PacketFact &fact : story.facts) {
    clamp(fact.from);
    clamp(fact.phase, Phase::teardown, Phase::tcp_handshake);
    if (fact.parts > left)
      fact.parts = 0;
    left -= fact.parts;
  }
  story.parts.count -= static_cast<std::uint32_t>(left); // what belongs to no fact
}

} // namespace handspan::record
