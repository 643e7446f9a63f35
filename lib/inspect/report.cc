#include "inspect/report.h"

#include "inspect/endpoints.h"
#include "inspect/path_evidence.h"
#include "inspect/split_board.h"
#include "inspect/tls_evidence.h"
#include "inspect/zeek.h"
#include "tls/certificate.h"
#include "verdict/judge.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace handspan::inspect {

using record::Phase;
using record::Record;
using record::Teardown;

namespace {

const Record kBlank{};

// As kBlank is, but for what need not be cleared: the room of the longest list, and of the text.
// Copied: shorter than what writes the members one by one.
void clear(Record &record) {
  constexpr std::size_t kRoom = offsetof(Record, tls.messages.items);
  constexpr std::size_t kBehind = kRoom + sizeof kBlank.tls.messages.items;
  const auto copy = [&](std::size_t from, std::size_t until) {
    std::memcpy(reinterpret_cast<char *>(&record) + from,
                reinterpret_cast<const char *>(&kBlank) + from, until - from);
  };
  copy(0, kRoom);
  copy(kBehind, offsetof(Record, text));
}

Teardown teardown_of(const tcp::Detail &t, Ending ending) {
  if (t.reset)
    return t.reset_by == Side::client ? Teardown::rst_client : Teardown::rst_server;
  const bool client = t.side.client.fin > 0, server = t.side.server.fin > 0;
  if (t.end != kNever && client && server)
    return Teardown::fin;
  if (client || server)
    return Teardown::half_closed;
  return ending == Ending::expired ? Teardown::timeout : Teardown::none;
}

// Is something told earlier than what it answers?
bool contradicts_itself(const Record &r) {
  const auto before = [](Nanos answer, Nanos question) {
    return answer != kNever && question != kNever && answer < question;
  };
  const bool backwards = std::any_of(r.phases.begin(), r.phases.end(), [&](const auto &span) {
    return before(span.end, span.start);
  });
  // In a simultaneous open either may acknowledge first; the server's SYN is in the history.
  const bool simultaneous = r.tcp.history.view().find('s') != std::string_view::npos;
  return backwards || before(r.tcp.syn_ack, r.tcp.syn) ||
         (!simultaneous && before(r.tcp.ack, r.tcp.syn_ack)) ||
         before(r.tls.server_hello, r.tls.client_hello) ||
         before(r.tls.finished, r.tls.server_hello);
}

record::Limit limit_of(tls::Bound bound) {
  switch (bound) {
  case tls::Bound::hello_buffers:
    return record::Limit::hello_buffers;
  case tls::Bound::message_buffers:
    return record::Limit::message_buffers;
  case tls::Bound::message_bytes:
    return record::Limit::message_bytes;
  case tls::Bound::certificates:
    return record::Limit::certificates;
  case tls::Bound::none:
    break;
  }
  return record::Limit::none;
}

} // namespace

const Record &ReportBuilder::build(const Subject &s, Ending ending, Nanos now) {
  record_ = &records_[waiting_];
  clear(*record_);
  record_->written = now;
  record_->kind = ending == Ending::handshake ? record::Kind::handshake : record::Kind::connection;
  fill_connection(s);
  fill_tcp(s);
  record_->tcp.teardown = teardown_of(s.track.tcp, ending);
  record_->tcp.conn_state = conn_state(record_->tcp);
  fill_path(s);
  seen_elsewhere_ = false;

  verdict::Evidence evidence;
  evidence.ending = ending;
  evidence.now = now;
  evidence.syn_timeout = settings_.timeouts.syn;
  evidence.before_reset = s.track.before_reset;
  evidence.truncated = s.track.cut;
  if (ending == Ending::handshake && went_through(s))
    fill_negotiated(s, tracker_.at(s.track.session));
  else
    fill_rest(s, evidence);
  record_->tcp.times_unreliable = s.track.time_went_back || contradicts_itself(*record_);
  verdict::judge(*record_, evidence, settings_.verdicts ? *settings_.verdicts : verdict::table());
  return *record_;
}

// Is the handshake over, and nothing out of the ordinary? Then its event takes neither what is the
// connection's record's nor evidence. Most are such.
bool ReportBuilder::went_through(const Subject &s) const {
  if (!s.tls())
    return false;
  const tls::Session &session = tracker_.at(s.track.session);
  const tcp::Detail &t = s.track.tcp;
  return session.established && !session.malformed && !session.capture_loss &&
         session.alerts.empty() && t.side.client.gaps == 0 && t.side.server.gaps == 0 &&
         !t.has_first_close && s.track.icmp.count == 0 && s.track.limit == record::Limit::none &&
         session.bound == tls::Bound::none;
}

void ReportBuilder::fill_rest(const Subject &s, verdict::Evidence &evidence) {
  const bool at_end = record_->kind == record::Kind::connection;
  record_->phases =
      s.track.phases.at(s.flow.phase, {s.flow.tcp.last, s.track.last_number}, s.packets());
  record_->phase_order = s.track.phases.order();
  if (s.tls()) {
    const tls::Session &session = tracker_.at(s.track.session);
    fill_negotiated(s, session);
    fill_tls(s, session);
    note_tls({s.flow, s.track, session, s.has(flow_flag::tls_reversed)}, evidence);
  }
  weigh_path(s, *record_, speakers_, evidence);
  set_farewells_aside(s, evidence);
  evidence.client_took_certificate = at_end && !evidence.spoke.client && took_certificate();
  fill_app(s);
  seen_elsewhere_ = at_end && ask_elsewhere(s);
  evidence.seen_elsewhere = seen_elsewhere_;
}

// A notice of closing that bounces is nobody's loss. Of plain bytes a few may be one (QUIT), unless
// they are all that their sender ever said.
void ReportBuilder::set_farewells_aside(const Subject &s, verdict::Evidence &evidence) const {
  for (const Side side : {Side::client, Side::server}) {
    std::uint64_t &bytes = evidence.refused[side];
    const bool farewell =
        s.tls() ? is_farewell({s.flow, s.track, tracker_.at(s.track.session),
                               s.has(flow_flag::tls_reversed)},
                              side, bytes)
                : bytes <= verdict::kLongestGoodbye && bytes < record_->tcp.payload_bytes[side];
    if (farewell)
      bytes = 0;
  }
}

bool ReportBuilder::took_certificate() const {
  const record::Certificate &certificate = record_->tls.certificate.server;
  return certificate.known && acceptances_.knows({record_->client, record_->server,
                                                  record_->server_port, certificate.sha256});
}

void ReportBuilder::fill_connection(const Subject &s) {
  const Endpoints ends = endpoints_of(table_.key(s.place.slot), s.flow);
  record_->worker = settings_.worker;
  record_->port = s.track.port;
  record_->probe_limit = s.track.limit;
  record_->flow_id = s.track.flow_id;
  record_->first = s.track.first;
  record_->last = s.flow.tcp.last;
  record_->client = ends.client;
  record_->server = ends.server;
  record_->client_port = ends.client_port;
  record_->server_port = ends.server_port;
  record_->vlan_count = s.track.vlan_count;
  record_->tunnel_count = s.track.tunnel_count;
  std::copy_n(s.track.vlans.begin(), s.track.vlan_count, record_->vlans.begin());
  std::copy_n(s.track.tunnels.begin(), s.track.tunnel_count, record_->tunnels.begin());
  record_->first_data = s.track.first_data;
  record_->last_data = s.flow.last_data;
  record_->icmp = s.track.icmp;
}

void ReportBuilder::fill_tcp(const Subject &s) {
  record::Tcp &out = record_->tcp;
  const tcp::Detail &t = s.track.tcp;
  out.syn = t.syn;
  out.syn_ack = t.syn_ack;
  out.ack = t.ack;
  out.close = t.close;
  out.end = t.end;
  out.close_packet = s.track.close_number;
  out.end_packet = s.track.end_number;
  for (const Side side : {Side::client, Side::server}) {
    const tcp::HotSide &hot = s.flow.tcp.side[side];
    const tcp::DetailSide &d = t.side[side];
    out.packets[side] = hot.packets;
    out.wire_bytes[side] = hot.wire_bytes;
    out.payload_bytes[side] = hot.payload_bytes;
    out.gap_bytes[side] = d.gap_bytes;
    out.retransmissions[side] = d.retransmissions;
    out.out_of_order[side] = d.out_of_order;
    out.gaps[side] = d.gaps;
    out.duplicates[side] = d.duplicates;
    out.fin[side] = d.fin;
    out.rst[side] = d.rst;
    out.keep_alives[side] = d.keep_alives;
    out.zero_windows[side] = d.zero_windows;
    out.decoy_packets[side] = s.track.decoys.packets[side];
  }
  // Where both sides open, neither need send a SYN-ACK (RFC 9293, figure 7).
  const bool both_open = t.side.client.syn_seen && t.side.server.syn_seen;
  out.established = (t.syn_ack != kNever || both_open) && t.ack != kNever;
  out.decoys = s.track.decoys.seen;
  out.decoy_hop = s.track.decoys.hop;
  out.decoy_usual_hop = s.track.decoys.usual_hop;
  out.has_first_close = t.has_first_close;
  out.first_close = t.first_close;
  out.roles_guessed = s.has(flow_flag::roles_guessed);
  out.fast_open = t.fast_open;
  out.mptcp = static_cast<record::Mptcp>(t.mptcp);
  out.history.assign(t.history.view());
  for (const Side side : {Side::client, Side::server}) // only at the end a gap is known to stay
    if (t.side[side].gaps > 0 && out.history.length < out.history.chars.size())
      out.history.chars[out.history.length++] = side == Side::client ? 'G' : 'g';
}

void ReportBuilder::fill_path(const Subject &s) {
  const tcp::Evidence &evidence = s.track.evidence;
  if (s.track.tcp.reset && evidence.resets.by == s.track.tcp.reset_by) {
    record_->tcp.reset_marks = evidence.resets.marks;
    record_->tcp.reset_hop = evidence.resets.hop;
    record_->tcp.usual_hop = evidence.resets.usual_hop;
  }
  for (const Side side : {Side::client, Side::server})
    record_->tcp.window_shut[side] = evidence.delivery[side].shut;
}

// What both sides agreed on, and when.
void ReportBuilder::fill_negotiated(const Subject &s, const tls::Session &session) {
  const bool reversed = s.has(flow_flag::tls_reversed);
  record::Tls &out = record_->tls;
  out.present = true;
  out.established = session.established || (record_->kind == record::Kind::connection &&
                                            tls::established_at_end(session) &&
                                            !is_unconfirmed({s.flow, s.track, session, reversed}));
  out.established_inferred =
      out.established && (session.established_inferred || !session.established);
  out.resumed = session.resumed;
  out.hello_retry = session.hello_retry;
  out.early_data = session.early_data;
  out.ech = session.ech;
  out.sslv2_hello = session.sslv2_hello;
  out.client_certificate_requested = session.client_certificate_requested;
  if (session.certificate_seen[session.client_side])
    out.client_certificate =
        session.certificate_sent[session.client_side] ? record::Sent::yes : record::Sent::no;
  out.version = session.version;
  out.client_version = session.client_version;
  out.cipher = session.cipher;
  out.curve = session.curve;
  out.start = session.start;
  out.client_hello = session.client_hello;
  out.server_hello = session.server_hello;
  out.finished = session.finished != kNever ? session.finished
                 : out.established          ? session.client_finished
                                            : kNever;
  out.sni = record_->put(session.sni.view());
  out.alpn = record_->put(session.alpn.view());
}

void ReportBuilder::fill_tls(const Subject &s, const tls::Session &session) {
  const bool reversed = s.has(flow_flag::tls_reversed);
  const auto side_of = [&](Side side) { return reversed ? base::other(side) : side; };
  record::Tls &out = record_->tls;
  out.has_ja3 = session.has_ja3;
  out.has_ja3s = session.has_ja3s;
  out.has_ja4 = session.has_ja4;
  out.messages_dropped = session.messages_dropped;
  out.alerts_dropped = session.alerts_dropped;
  out.messages_unread = session.messages_unread;
  out.alpn_offered = record_->put(session.alpn_offered.view());
  out.groups_offered.assign(session.groups_offered.view());
  out.groups_dropped = session.groups_dropped;
  if (out.has_ja3)
    out.ja3 = session.ja3;
  if (out.has_ja3s)
    out.ja3s = session.ja3s;
  if (out.has_ja4)
    out.ja4 = session.ja4;
  out.ssl_history.assign(session.history.view());
  lacks(limit_of(session.bound));
  for (const Side side : {Side::client, Side::server})
    fill_certificate(session, side);
  for (const tls::Alert &a : session.alerts)
    (void)out.alerts.push({a.level, a.code, side_of(a.from), a.encrypted, a.at.packet, a.at.time});
  for (const tls::Message &m : session.messages)
    (void)out.messages.push({static_cast<std::uint8_t>(m.content), m.type, side_of(m.from),
                             m.encrypted, m.at.packet, m.at.time});
  // The packets between the last message and the first data belong to the handshake's phase, but
  // its time is over with the last message.
  record::PhaseSpan &span = record_->phases[static_cast<std::size_t>(Phase::tls_handshake)];
  if (out.established && out.finished != kNever && span.packets > 0)
    span.end = out.finished;
}

// By TLS role: the certificate of a connection is its TLS server's, whoever that is in TCP.
void ReportBuilder::fill_certificate(const tls::Session &session, Side side) {
  record::Certificate &out = record_->tls.certificate[side];
  const Side sender = session.client_side == Side::client ? side : base::other(side);
  out.chain_length = session.chain_length[sender];
  const tls::CertificateFacts *facts = tracker_.certificate(session, sender);
  if (!facts)
    return;
  out.sha1 = facts->sha1;
  out.sha256 = facts->sha256;
  out.known = true;
  if (!facts->parsed)
    return;
  out.parsed = true;
  out.self_signed = facts->self_signed;
  out.key_type = static_cast<std::uint8_t>(facts->key.kind);
  out.key_bits = facts->key.bits;
  out.not_before = facts->not_before;
  out.not_after = facts->not_after;
  out.subject = record_->put(facts->subject);
  out.issuer = record_->put(facts->issuer);
  out.serial = record_->put(facts->serial);
  out.san = record_->put(facts->san);
}

void ReportBuilder::fill_app(const Subject &s) {
  const plain::Talk &talk = s.track.talk;
  record::App &out = record_->app;
  out.protocol.assign(plain::title(talk.protocol()));
  out.inside.assign(plain::title(talk.inside()));
  out.method = record_->put(talk.http().method.view());
  out.host = record_->put(talk.http().host.view());
  out.status = talk.http().status;
  out.wish = static_cast<record::Wish>(talk.wish());
  out.answer = static_cast<record::Answer>(talk.answer());
  out.asker = talk.asker();
  out.went_on = talk.went_on();
  out.refusal = talk.refusal().number;
  out.refusal_word = record_->put(talk.refusal().word.view());
  out.refusal_line = record_->put(talk.refusal().line.view());
}

void ReportBuilder::add_rules(const Subject &s, const rules::RuleSet &rules) {
  const auto &known = rules.rules();
  record_->rule_actions = s.track.rules.actions;
  if (s.track.rules.count == 0)
    return;
  for (const rules::Note &note : s.track.rules.view()) {
    if (note.open() || note.rule() >= known.size())
      continue;
    const rules::Rule &rule = known[note.rule()];
    record::RuleHit hit;
    hit.id = rule.id;
    hit.severity = static_cast<std::uint8_t>(rule.severity);
    hit.name = record_->put(rule.name);
    if (note.condition() < rule.conditions.size())
      hit.field = record_->put(rules::title(rule.conditions[note.condition()]));
    const std::uint16_t begin = record_->text_used;
    for (const std::string &tag : rule.tags) {
      if (record_->text_used != begin)
        (void)record_->put(",");
      (void)record_->put(tag);
    }
    hit.tags = {begin, static_cast<std::uint16_t>(record_->text_used - begin)};
    (void)record_->rules.push(hit);
  }
}

// Whether the direction without packets went to another worker; that one learns it if it asks
// later.
bool ReportBuilder::ask_elsewhere(const Subject &s) const {
  const bool client = record_->tcp.packets.client > 0, server = record_->tcp.packets.server > 0;
  if (settings_.split_board == nullptr || client == server)
    return false;
  const std::uint64_t hash = table_.hash(table_.key(s.place.slot));
  const bool from_low = client == s.has(flow_flag::low_is_client);
  return settings_.split_board->meet(settings_.worker, hash, from_low);
}

} // namespace handspan::inspect
