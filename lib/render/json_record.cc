#include "render/json_record.h"

#include "record/names.h"
#include "record/rules.h"
#include "render/fields_record.h"
#include "render/json_in.h"

#include <array>
#include <chrono>
#include <string>

#include <arpa/inet.h>

namespace handspan::render {
namespace {

using record::Record;

bool address_of(std::string_view text, base::Address &to) {
  const std::string copy(text);
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1)
    to = base::Address::v4(bytes.data());
  else if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1)
    to = base::Address::v6(bytes.data());
  else
    return false;
  return true;
}

// "proxy_v1" was "PROXY v1".
std::string title_of(std::string_view name) {
  std::string title;
  bool small = false; // behind a blank
  for (const char c : name) {
    title += c == '_' ? ' ' : small || c < 'a' || c > 'z' ? c : static_cast<char>(c - 'a' + 'A');
    small = small || c == '_';
  }
  return title;
}

void layers_of(const In &in, Record &r) {
  in.each("vlan", [&](const Json &item) {
    if (item.is_number_unsigned() && r.vlan_count < r.vlans.size())
      r.vlans[r.vlan_count++] = item.get<std::uint16_t>();
  });
  in.each("tunnel", [&](const Json &item) {
    for (std::size_t i = 0; i < std::size(table::kTunnels); ++i)
      if (item == table::kTunnels[i] && r.tunnel_count < r.tunnels.size())
        r.tunnels[r.tunnel_count++] = static_cast<std::uint8_t>(i);
  });
}

// Its alert is one of TLS', which must be there.
void decided_of(const In &in, Record &r) {
  record::Decided &d = r.decided;
  d.time = in.after(r.first, "time");
  d.silence = in.after(0, "silence");
  d.lasted = in.after(0, "lasted");
  in.number("packet", d.packet);
  in.number("bytes", d.bytes);
  // Where no bytes are told of, it is whose RST or FIN decided.
  d.from = r.tcp.first_close;
  if (r.tcp.reset_marks != 0)
    d.from =
        r.tcp.teardown == record::Teardown::rst_server ? base::Side::server : base::Side::client;
  in.side("from", d.from);
  in.word("what", d.what);
  in.number("times", d.times);
  in.flag("asked_for", d.asked_for);
  in.number("alert", d.alert);
  if (d.alert >= r.tls.alerts.size())
    d.alert = record::kNoAlert;
}

void tcp_of(const In &in, Record &r) {
  record::Tcp &t = r.tcp;
  in.flag("established", t.established);
  in.both("retransmissions", t.retransmissions);
  in.both("out_of_order", t.out_of_order);
  in.both("gaps", t.gaps);
  in.both("gap_bytes", t.gap_bytes);
  in.both("duplicates", t.duplicates);
  in.both("keep_alives", t.keep_alives);
  in.both("zero_windows", t.zero_windows);
  in.both("fin", t.fin);
  in.both("rst", t.rst);
  t.has_first_close = in.has("first_close");
  in.side("first_close", t.first_close);
  in.word("teardown", t.teardown);
  in.each("reset_marks", [&](const Json &item) {
    for (const std::uint8_t bit : record::kResetMarks)
      if (item == record::reset_mark_name(bit))
        t.reset_marks |= bit;
  });
  in.number("reset_hop_limit", t.reset_hop);
  in.number("usual_hop_limit", t.usual_hop);
  in.both("decoys", t.decoy_packets);
  in.each("decoy_marks", [&](const Json &item) {
    for (unsigned decoy = 1; decoy <= static_cast<unsigned>(record::kLastDecoy); ++decoy)
      if (const auto what = static_cast<record::Decoy>(decoy); item == record::decoy_name(what))
        t.decoys |= bit_of(what);
  });
  in.number("decoy_hop_limit", t.decoy_hop);
  in.number("decoy_usual_hop_limit", t.decoy_usual_hop);
  const In shut = in.in("window_closed");
  for (const auto &[key, to] :
       {std::pair{"client", &t.window_shut.client}, std::pair{"server", &t.window_shut.server}})
    if (const auto length = shut.span(key))
      *to = r.last - *length;
  in.flag("fast_open", t.fast_open);
  in.word("mptcp", t.mptcp);
  in.flag("roles_guessed", t.roles_guessed);
}

void phases_of(const In &in, Record &r) {
  std::uint8_t order = 0;
  in.each("phases", [&](const Json &item) {
    const In one(&item);
    record::Phase phase{};
    one.word("name", phase);
    record::PhaseSpan &span = r.phases[static_cast<std::size_t>(phase)];
    span.start = one.after(r.first, "start");
    span.end = one.after(span.start, "duration");
    one.number("packets", span.packets);
    one.number("first_packet", span.first_packet);
    one.number("last_packet", span.last_packet);
    r.phase_order[static_cast<std::size_t>(phase)] = ++order;
  });
}

base::Nanos begin_of(const Record &r, record::Phase phase) {
  return r.phases[static_cast<std::size_t>(phase)].start;
}

base::Nanos message_time(const Record &r, std::string_view name) {
  for (const record::Message &message : r.tls.messages)
    if (record::message_name(message.content, message.type, message.encrypted) == name)
      return message.time;
  return base::kNever;
}

// Timings are differences. The moments are those of phases and messages, where they agree with
// them.
void times_of(const In &tcp, const In &in, Record &r) {
  const auto known = [](base::Nanos first, base::Nanos otherwise) {
    return first != base::kNever ? first : otherwise;
  };
  // The one from which it was so long to another.
  const auto before = [&](base::Nanos end, const char *key) {
    const auto length = in.span(key);
    return length && end != base::kNever ? end - *length : base::kNever;
  };
  record::Tcp &t = r.tcp;
  record::Tls &s = r.tls;
  const base::Nanos opened = begin_of(r, record::Phase::tcp_handshake);
  if (tcp.flag("syn"))
    t.syn = known(opened, r.first);
  if (tcp.flag("syn_ack"))
    t.syn_ack = known(in.after(t.syn, "syn_to_syn_ack"), known(opened, r.first));
  t.ack = in.after(t.syn_ack, "syn_ack_to_ack");
  s.client_hello = known(in.after(t.ack, "ack_to_client_hello"), message_time(r, "client_hello"));
  if (t.ack == base::kNever)
    t.ack = before(s.client_hello, "ack_to_client_hello");
  if (s.client_hello == base::kNever && in.has("client_hello_to_server_hello"))
    s.client_hello = known(begin_of(r, record::Phase::tls_handshake), r.first);
  s.server_hello = known(in.after(s.client_hello, "client_hello_to_server_hello"),
                         message_time(r, "server_hello"));
  const base::Nanos begun =
      known(begin_of(r, record::Phase::tls_handshake), known(s.client_hello, r.first));
  s.finished =
      known(in.after(s.server_hello, "server_hello_to_finished"), in.after(begun, "tls_total"));
  s.start = known(before(s.finished, "tls_total"), begin_of(r, record::Phase::tls_handshake));
  r.first_data = in.after(r.first, "first_data");
  t.close = begin_of(r, record::Phase::teardown);
  r.last_data = before(t.close, "last_data_to_close");
  in.flag("unreliable", t.times_unreliable);
}

void icmp_of(const In &in, Record &r) {
  record::Icmp &i = r.icmp;
  in.number("count", i.count);
  in.number("type", i.type);
  in.number("code", i.code);
  (void)address_of(in.text("from"), i.from);
  i.v6 = in.is_there() && !i.from.is_v4();
  in.number("mtu", i.mtu);
  in.side("of", i.of);
  in.number("seq", i.seq);
  in.number("packet", i.packet);
  i.time = in.after(r.first, "time");
}

void app_of(const In &top, Record &r) {
  record::App &a = r.app;
  const In in = top.in("app"), http = top.in("http"), refusal = top.in("refusal");
  (void)a.protocol.assign(title_of(in.text("protocol")));
  (void)a.inside.assign(title_of(in.text("inside")));
  in.word("asked", a.wish);
  in.word("answer", a.answer);
  in.flag("went_on", a.went_on);
  a.method = r.put(http.text("method"));
  a.host = r.put(http.text("host"));
  http.number("status", a.status);
  refusal.number("code", a.refusal);
  a.refusal_word = r.put(refusal.text("code"));
  a.refusal_line = r.put(refusal.text("text"));
}

void retry_of(const In &in, Record &r) {
  const auto flow = [&](const char *key) {
    const auto id = record::parse_flow_id(in.text(key));
    return id ? id->flow : 0;
  };
  r.retry.of = flow("of");
  r.retry.by = flow("by");
  r.retry.of_after = in.after(0, "of_after");
  r.retry.by_after = in.after(0, "after");
  in.flag("recovered", r.retry.recovered);
}

void rules_of(const In &in, Record &r) {
  in.each("rules", [&](const Json &item) {
    const In one(&item);
    record::RuleHit hit;
    one.number("id", hit.id);
    hit.name = r.put(one.text("name"));
    hit.field = r.put(one.text("field"));
    hit.tags = r.put(joined(one, "tags", ','));
    for (std::size_t i = 0; i < record::kSeverities.size(); ++i)
      if (record::kSeverities[i] == one.text("severity"))
        hit.severity = static_cast<std::uint8_t>(i);
    (void)r.rules.push(hit);
  });
}

// None where 64 bits don't reach: before 1677 or behind 2262.
std::optional<base::Nanos> nanos_of(const WallTime &time) {
  const std::int64_t borrowed = time.seconds < 0 ? 1 : 0; // or the first step would leave the range
  base::Nanos at = 0;
  if (__builtin_mul_overflow(time.seconds + borrowed, base::kSecond, &at) ||
      __builtin_add_overflow(at, time.nanos - borrowed * base::kSecond, &at))
    return std::nullopt;
  return at;
}

bool ends_of(const In &in, Record &r) {
  const auto time = wall_time_of(in.text("timestamp"));
  const auto first = time ? nanos_of(*time) : std::nullopt;
  if (!first || !address_of(in.text("src_ip"), r.client) ||
      !address_of(in.text("dest_ip"), r.server))
    return false;
  r.first = *first;
  r.last = in.after(r.first, "duration");
  if (r.last == base::kNever)
    r.last = r.first;
  in.number("src_port", r.client_port);
  in.number("dest_port", r.server_port);
  if (const auto id = record::parse_flow_id(in.text("flow_id"))) {
    r.probe.run = id->run;
    r.flow_id = id->flow;
    r.worker = static_cast<std::uint8_t>(id->worker());
  }
  (void)r.probe.name.assign(in.text("probe"));
  (void)r.probe.instance.assign(in.text("instance"));
  return true;
}

void verdict_of(const In &in, Record &r) {
  in.word("phase", r.phase);
  in.word("outcome", r.outcome);
  in.word("cause", r.cause);
  in.word("by", r.by);
  in.word("step", r.step);
  in.word("confidence", r.confidence);
  in.word("rule", r.decided.rule);
  in.word("probe_limit", r.probe_limit);
  in.word("conn_state", r.tcp.conn_state);
}

} // namespace

// "2026-11-22T14:44:05.617013000Z"
std::optional<WallTime> wall_time_of(std::string_view text) {
  static constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  std::array<unsigned, 6> parts{};
  std::size_t part = 0;
  if (text.size() < kForm.size() + 1 || text.back() != 'Z')
    return std::nullopt;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !digit : text[i] != kForm[i])
      return std::nullopt;
    if (digit)
      parts[part] = 10 * parts[part] + static_cast<unsigned>(text[i] - '0');
    else
      ++part;
  }
  WallTime time;
  std::uint32_t unit = 100'000'000;
  for (std::size_t i = kForm.size() + 1; i + 1 < text.size() && unit > 0; ++i, unit /= 10)
    if (text[i] >= '0' && text[i] <= '9')
      time.nanos += unit * static_cast<std::uint32_t>(text[i] - '0');
  namespace chrono = std::chrono;
  const chrono::year_month_day day{chrono::year(static_cast<int>(parts[0])),
                                   chrono::month(parts[1]), chrono::day(parts[2])};
  if (!day.ok())
    return std::nullopt;
  time.seconds =
      chrono::duration_cast<chrono::seconds>(chrono::sys_days(day).time_since_epoch()).count() +
      3600 * std::int64_t{parts[3]} + 60 * std::int64_t{parts[4]} + parts[5];
  return time;
}

bool record_of_json(std::string_view json, Record &r) {
  const Json whole = Json::parse(json, nullptr, false);
  const In in(&whole);
  r = Record();
  const std::string_view kind = in.text("event_type");
  if ((kind != "connection" && kind != "handshake") || !ends_of(in, r))
    return false;
  r.kind = kind == "handshake" ? record::Kind::handshake : record::Kind::connection;
  layers_of(in, r);
  in.both("packets", r.tcp.packets);
  in.both("wire_bytes", r.tcp.wire_bytes);
  in.both("payload_bytes", r.tcp.payload_bytes);
  (void)r.tcp.history.assign(in.text("history"));
  (void)r.tls.ssl_history.assign(in.text("ssl_history"));
  verdict_of(in, r);
  tcp_of(in.in("tcp"), r);
  tls_of_json(in.in("tls"), r);
  decided_of(in.in("decided_by"), r);
  icmp_of(in.in("icmp"), r);
  app_of(in, r);
  phases_of(in, r);
  times_of(in.in("tcp"), in.in("timings"), r);
  retry_of(in.in("retry"), r);
  rules_of(in, r);
  return true;
}

} // namespace handspan::render
