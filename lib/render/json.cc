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

void put_tags(Json &out, const Record &r) {
  if (r.vlan_count > 0)
    for (std::size_t i = 0; i < std::min<std::size_t>(r.vlan_count, r.vlans.size()); ++i)
      out["vlan"].push_back(r.vlans[i]);
  for (std::size_t i = 0; i < std::min<std::size_t>(r.tunnel_count, r.tunnels.size()); ++i)
    out["tunnel"].push_back(r.tunnels[i] < std::size(kTunnels) ? kTunnels[r.tunnels[i]] : "?");
}

void put_decided(Json &out, const Record &r) {
  out["rule"] = name(r.decided.rule);
  Json by = Json::object();
  put_span(by, "time", r.first, r.decided.time);
  if (r.decided.packet > 0)
    by["packet"] = r.decided.packet;
  put_span(by, "silence", 0, r.decided.silence);
  if (r.decided.bytes > 0) {
    by["bytes"] = r.decided.bytes;
    by["from"] = r.decided.from == base::Side::client ? "client" : "server";
  }
  if (r.decided.what != record::Step::none)
    by["what"] = name(r.decided.what);
  if (r.decided.times > 0)
    by["times"] = r.decided.times;
  if (r.decided.asked_for)
    by["asked_for"] = true;
  put_span(by, "lasted", 0, r.decided.lasted);
  if (r.decided.alert != record::kNoAlert)
    by["alert"] = r.decided.alert;
  if (!by.empty())
    out["decided_by"] = std::move(by);
}

void put_verdict(Json &out, const Record &r, Language language) {
  out["phase"] = name(r.phase);
  out["outcome"] = name(r.outcome);
  if (r.cause != record::Cause::none)
    out["cause"] = name(r.cause);
  if (r.by != record::By::none)
    out["by"] = name(r.by);
  if (r.step != record::Step::none)
    out["step"] = name(r.step);
  out["confidence"] = name(r.confidence);
  put_decided(out, r);
  if (r.probe_limit != record::Limit::none)
    out["probe_limit"] = name(r.probe_limit);
  out["summary"] = summary(r, language);
  if (!r.tcp.history.empty()) {
    out["conn_state"] = name(r.tcp.conn_state);
    out["history"] = r.tcp.history.view();
  }
  if (!r.tls.ssl_history.empty())
    out["ssl_history"] = r.tls.ssl_history.view();
}

Json phases_json(const Record &r) {
  Json out = Json::array();
  for (const record::Phase which : phases_in_order(r)) {
    const record::PhaseSpan &span = r.phases[static_cast<std::size_t>(which)];
    Json phase;
    phase["name"] = name(which);
    put_span(phase, "start", r.first, span.start);
    put_span(phase, "duration", span.start, span.end);
    phase["packets"] = span.packets;
    if (span.first_packet > 0)
      phase["first_packet"] = span.first_packet;
    if (span.last_packet > 0)
      phase["last_packet"] = span.last_packet;
    out.push_back(std::move(phase));
  }
  return out;
}

Json timings_json(const Record &r) {
  Json out = Json::object();
  put_span(out, "syn_to_syn_ack", r.tcp.syn, r.tcp.syn_ack);
  put_span(out, "syn_ack_to_ack", r.tcp.syn_ack, r.tcp.ack);
  put_span(out, "ack_to_client_hello", r.tcp.ack, r.tls.client_hello);
  put_span(out, "client_hello_to_server_hello", r.tls.client_hello, r.tls.server_hello);
  put_span(out, "server_hello_to_finished", r.tls.server_hello, r.tls.finished);
  put_span(out, "tls_total", r.tls.start, r.tls.finished);
  put_span(out, "first_data", r.first, r.first_data);
  put_span(out, "last_data_to_close", r.last_data, r.tcp.close);
  if (r.tcp.times_unreliable)
    out["unreliable"] = true;
  return out;
}

Json icmp_json(const Record &r) {
  const record::Icmp &icmp = r.icmp;
  Json out;
  out["type"] = icmp.type;
  out["code"] = icmp.code;
  const auto name = record::icmp_name(icmp.v6, icmp.type, icmp.code);
  out["name"] = name.empty() ? "unknown" : name;
  out["from"] = address(icmp.from);
  if (icmp.mtu != 0)
    out["mtu"] = icmp.mtu;
  out["count"] = icmp.count;
  out["of"] = side_name(icmp.of);
  out["seq"] = icmp.seq;
  if (icmp.packet != 0)
    out["packet"] = icmp.packet;
  put_span(out, "time", r.first, icmp.time);
  return out;
}

Json retry_json(const record::Retry &retry) {
  Json out = Json::object();
  if (retry.of != 0) {
    out["of"] = hex64(retry.of);
    put_span(out, "of_after", 0, retry.of_after);
  }
  if (retry.by != 0) {
    out["by"] = hex64(retry.by);
    put_span(out, "after", 0, retry.by_after);
    out["recovered"] = retry.recovered;
  }
  return out;
}

Json rules_json(const Record &r) {
  Json out = Json::array();
  for (const record::RuleHit &hit : r.rules)
    out.push_back({{"id", hit.id}, {"name", r.view(hit.name)}, {"field", r.view(hit.field)}});
  return out;
}

void put_object(Json &out, const char *key, Json object) {
  if (!object.empty())
    out[key] = std::move(object);
}

} // namespace

std::string json(const Record &r, Language language) {
  Json out;
  out["timestamp"] = rfc3339(r.first);
  out["event_type"] = r.kind == record::Kind::handshake ? "handshake" : "connection";
  out["flow_id"] = hex64(r.flow_id);
  out["community_id"] = community_id(r);
  out["src_ip"] = address(r.client);
  out["src_port"] = r.client_port;
  out["dest_ip"] = address(r.server);
  out["dest_port"] = r.server_port;
  out["proto"] = "TCP";
  put_tags(out, r);
  put_span(out, "duration", r.first, r.last);
  out["packets"] = both_json(r.tcp.packets);
  out["wire_bytes"] = both_json(r.tcp.wire_bytes);
  out["payload_bytes"] = both_json(r.tcp.payload_bytes);
  put_verdict(out, r, language);
  out["tcp"] = tcp_json(r);
  if (r.tls.present)
    out["tls"] = tls_json(r);
  if (r.icmp.count > 0)
    out["icmp"] = icmp_json(r);
  put_object(out, "app", app_json(r));
  put_object(out, "http", http_json(r));
  put_object(out, "refusal", refusal_json(r));
  out["phases"] = phases_json(r);
  out["timings"] = timings_json(r);
  put_object(out, "retry", retry_json(r.retry));
  if (!r.rules.empty())
    out["rules"] = rules_json(r);
  return one_line(out);
}

} // namespace handspan::render
