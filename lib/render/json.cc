#include "render/json.h"

#include "record/names.h"
#include "record/rules.h"
#include "render/community_id.h"
#include "render/json_parts.h"
#include "render/summary.h"

#include <algorithm>

namespace handspan::render {
namespace {

using record::Record;

// In the order of record.h's TunnelName and of lib/wire's Tunnel.
constexpr std::string_view kTunnels[] = {"mpls", "pppoe",    "gre",    "erspan", "vxlan", "geneve",
                                         "gtpu", "ip_in_ip", "teredo", "l2tp",   "eoip",  "capwap",
                                         "pbb",  "nsh",      "lisp",   "tzsp"};

void put_tags(Object &out, const Record &r) {
  if (r.vlan_count > 0) {
    Array vlans(out, "vlan"_key);
    for (std::size_t i = 0; i < std::min<std::size_t>(r.vlan_count, r.vlans.size()); ++i)
      vlans.number(r.vlans[i]);
  }
  if (r.tunnel_count > 0) {
    Array tunnels(out, "tunnel"_key);
    for (std::size_t i = 0; i < std::min<std::size_t>(r.tunnel_count, r.tunnels.size()); ++i)
      tunnels.name(r.tunnels[i] < std::size(kTunnels) ? kTunnels[r.tunnels[i]] : "?");
  }
}

void put_decided(Object &out, const Record &r) {
  out.name("rule"_key, name(r.decided.rule));
  Object by(out, "decided_by"_key, Object::IfAny{});
  by.span("time"_key, r.first, r.decided.time);
  if (r.decided.packet > 0)
    by.put("packet"_key, r.decided.packet);
  by.span("silence"_key, 0, r.decided.silence);
  if (r.decided.bytes > 0) {
    by.put("bytes"_key, r.decided.bytes);
    by.name("from"_key, side_name(r.decided.from));
  }
  if (r.decided.what != record::Step::none)
    by.name("what"_key, name(r.decided.what));
  if (r.decided.times > 0)
    by.put("times"_key, r.decided.times);
  if (r.decided.asked_for)
    by.put("asked_for"_key, true);
  by.span("lasted"_key, 0, r.decided.lasted);
  if (r.decided.alert != record::kNoAlert)
    by.put("alert"_key, r.decided.alert);
}

void put_verdict(Object &out, const Record &r, Language language) {
  out.name("phase"_key, name(r.phase));
  out.name("outcome"_key, name(r.outcome));
  if (r.cause != record::Cause::none)
    out.name("cause"_key, name(r.cause));
  if (r.by != record::By::none)
    out.name("by"_key, name(r.by));
  if (r.step != record::Step::none)
    out.name("step"_key, name(r.step));
  out.name("confidence"_key, name(r.confidence));
  put_decided(out, r);
  if (r.probe_limit != record::Limit::none)
    out.name("probe_limit"_key, name(r.probe_limit));
  out.whole_text("summary"_key, summary(r, language));
  if (!r.tcp.history.empty()) {
    out.name("conn_state"_key, name(r.tcp.conn_state));
    out.text("history"_key, r.tcp.history.view());
  }
  out.text("ssl_history"_key, r.tls.ssl_history.view());
}

void put_phases(Object &out, const Record &r) {
  Array phases(out, "phases"_key);
  for (const record::Phase which : phases_in_order(r)) {
    const record::PhaseSpan &span = r.phases[static_cast<std::size_t>(which)];
    Object phase(phases);
    phase.name("name"_key, name(which));
    phase.span("start"_key, r.first, span.start);
    phase.span("duration"_key, span.start, span.end);
    phase.put("packets"_key, span.packets);
    if (span.first_packet > 0)
      phase.put("first_packet"_key, span.first_packet);
    if (span.last_packet > 0)
      phase.put("last_packet"_key, span.last_packet);
  }
}

void put_timings(Object &in, const Record &r) {
  Object out(in, "timings"_key);
  out.span("syn_to_syn_ack"_key, r.tcp.syn, r.tcp.syn_ack);
  out.span("syn_ack_to_ack"_key, r.tcp.syn_ack, r.tcp.ack);
  out.span("ack_to_client_hello"_key, r.tcp.ack, r.tls.client_hello);
  out.span("client_hello_to_server_hello"_key, r.tls.client_hello, r.tls.server_hello);
  out.span("server_hello_to_finished"_key, r.tls.server_hello, r.tls.finished);
  out.span("tls_total"_key, r.tls.start, r.tls.finished);
  out.span("first_data"_key, r.first, r.first_data);
  out.span("last_data_to_close"_key, r.last_data, r.tcp.close);
  if (r.tcp.times_unreliable)
    out.put("unreliable"_key, true);
}

void put_icmp(Object &in, const Record &r) {
  const record::Icmp &icmp = r.icmp;
  if (icmp.count == 0)
    return;
  Object out(in, "icmp"_key);
  out.put("type"_key, icmp.type);
  out.put("code"_key, icmp.code);
  const auto name = record::icmp_name(icmp.v6, icmp.type, icmp.code);
  out.name("name"_key, name.empty() ? "unknown" : name);
  out.address("from"_key, icmp.from);
  if (icmp.mtu != 0)
    out.put("mtu"_key, icmp.mtu);
  out.put("count"_key, icmp.count);
  out.name("of"_key, side_name(icmp.of));
  out.put("seq"_key, icmp.seq);
  if (icmp.packet != 0)
    out.put("packet"_key, icmp.packet);
  out.span("time"_key, r.first, icmp.time);
}

void put_retry(Object &in, const record::Retry &retry) {
  Object out(in, "retry"_key, Object::IfAny{});
  if (retry.of != 0) {
    out.hex("of"_key, retry.of, 16);
    out.span("of_after"_key, 0, retry.of_after);
  }
  if (retry.by != 0) {
    out.hex("by"_key, retry.by, 16);
    out.span("after"_key, 0, retry.by_after);
    out.put("recovered"_key, retry.recovered);
  }
}

void put_words(Object &in, std::string_view tags) {
  if (tags.empty())
    return;
  Array out(in, "tags"_key);
  while (!tags.empty()) {
    const std::size_t end = std::min(tags.find(','), tags.size());
    out.text(tags.substr(0, end));
    tags.remove_prefix(std::min(end + 1, tags.size()));
  }
}

void put_rules(Object &in, const Record &r) {
  if (r.rules.empty())
    return;
  Array out(in, "rules"_key);
  for (const record::RuleHit &hit : r.rules) {
    Object rule(out);
    rule.put("id"_key, hit.id);
    rule.whole_text("name"_key, r.view(hit.name));
    rule.whole_text("field"_key, r.view(hit.field));
    rule.name(
        "severity"_key,
        record::kSeverities[std::min<std::size_t>(hit.severity, record::kSeverities.size() - 1)]);
    put_words(rule, r.view(hit.tags));
  }
}

void put_record(Object &out, const Record &r, Language language) {
  out.quoted("timestamp"_key, kRfc3339, [&](char *at) { return put_rfc3339(at, r.first); });
  out.name("event_type"_key, r.kind == record::Kind::handshake ? "handshake" : "connection");
  out.hex("flow_id"_key, r.flow_id, 16);
  out.name("community_id"_key, community_id(r).view());
  out.address("src_ip"_key, r.client);
  out.put("src_port"_key, r.client_port);
  out.address("dest_ip"_key, r.server);
  out.put("dest_port"_key, r.server_port);
  out.name("proto"_key, "TCP");
  put_tags(out, r);
  out.span("duration"_key, r.first, r.last);
  out.put("packets"_key, r.tcp.packets);
  out.put("wire_bytes"_key, r.tcp.wire_bytes);
  out.put("payload_bytes"_key, r.tcp.payload_bytes);
  put_verdict(out, r, language);
  put_tcp(out, r);
  if (r.tls.present)
    put_tls(out, r);
  put_icmp(out, r);
  put_plain(out, r);
  if (r.kind == record::Kind::connection) // a handshake's event has none
    put_phases(out, r);
  put_timings(out, r);
  put_retry(out, r.retry);
  put_rules(out, r);
}

} // namespace

JsonRecords::JsonRecords(Language language)
    : language_(language), writer_(std::make_unique<JsonWriter>()) {}

JsonRecords::~JsonRecords() = default;

std::string_view JsonRecords::line(const Record &record) {
  writer_->restart();
  {
    Object out(*writer_);
    put_record(out, record, language_);
  }
  return writer_->text();
}

std::string json(const Record &record, Language language) {
  return std::string(JsonRecords(language).line(record));
}

} // namespace handspan::render
