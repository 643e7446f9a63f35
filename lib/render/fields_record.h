// The fields of a record, all of them, in the order of its JSON. Internal to lib/render.
#pragma once

#include "render/fields_tls.h"

#include "record/rules.h"
#include "render/community_id.h"
#include "render/facts.h"
#include "render/fields_app.h"
#include "render/fields_tcp.h"

namespace handspan::render::table {

using record::Decided;
using record::Record;
using record::Retry;
using record::RuleHit;

// In the order of record.h's TunnelName and of lib/wire's Tunnel.
inline constexpr std::string_view kTunnels[] = {
    "mpls",   "pppoe", "gre",  "erspan", "vxlan", "geneve", "gtpu", "ip_in_ip",
    "teredo", "l2tp",  "eoip", "capwap", "pbb",   "nsh",    "lisp", "tzsp"};

inline base::FixedVector<std::uint16_t, record::kMaxVlans> vlans(const Record &r) {
  base::FixedVector<std::uint16_t, record::kMaxVlans> out;
  for (std::size_t i = 0; i < std::min<std::size_t>(r.vlan_count, r.vlans.size()); ++i)
    out.push(r.vlans[i]);
  return out;
}
inline base::FixedVector<Name, record::kMaxTunnels> tunnels(const Record &r) {
  base::FixedVector<Name, record::kMaxTunnels> out;
  for (std::size_t i = 0; i < std::min<std::size_t>(r.tunnel_count, r.tunnels.size()); ++i)
    out.push({r.tunnels[i] < std::size(kTunnels) ? kTunnels[r.tunnels[i]] : "?"});
  return out;
}
template <class T> constexpr base::Both<Bytes> in_bytes(const base::Both<T> &both) {
  return {{both.client}, {both.server}};
}

inline constexpr auto kDecided = object_if_any<"decided_by">(
    [](const Record &r) { return &r.decided; }, "what the verdict rests on", "判定的依据",
    field<"time">(
        [](const Record &r, const Decided &d) {
          return Span{r.first, d.time};
        },
        "the event that decided, from the first packet", "决定性事件，自首包起的时间"),
    field<"packet">([](const Decided &d) { return when(d.packet > 0, d.packet); },
                    "the event's packet in the file", "该事件的包"),
    field<"silence">(
        [](const Decided &d) {
          return Span{0, d.silence};
        },
        "how long before it nothing had been sent", "此前静默多久"),
    field<"bytes">([](const Decided &d) { return when(d.bytes > 0, Bytes{d.bytes}); },
                   "bytes that were refused or never acknowledged", "被拒绝或从未确认的字节数"),
    field<"from">([](const Decided &d) { return when(d.bytes > 0, d.from); }, "whose bytes",
                  "由谁发出"),
    field<"what">([](const Decided &d) { return when(d.what != record::Step::none, d.what); },
                  "what they belong to", "属于哪一步"),
    field<"times">([](const Decided &d) { return when(d.times > 0, d.times); },
                   "how often they were sent", "发送了几次"),
    field<"asked_for">([](const Decided &d) { return if_so(d.asked_for); },
                       "they never came by: the other side asked for them",
                       "从未出现：对方在索要它们"),
    field<"lasted">(
        [](const Decided &d) {
          return Span{0, d.lasted};
        },
        "from the first time to the last", "从首次到末次历时"),
    field<"alert">([](const Decided &d) { return when(d.alert != record::kNoAlert, d.alert); },
                   "index of the alert in tls.alerts", "tls.alerts 中该告警的序号"));

inline constexpr auto kPhasesList = list<"phases">(
    [](const Record &r) { return when(r.kind == record::Kind::connection, phases_in_order(r)); },
    "the phases that had packets", "有包的各阶段",
    field<"name">([](const record::Phase &p) { return p; }, "which phase", "阶段名称"),
    field<"start">(
        [](const Record &r, const record::Phase &p) {
          return Span{r.first, r.phases[static_cast<std::size_t>(p)].start};
        },
        "from the first packet", "自首包起的时间"),
    field<"duration">(
        [](const Record &r, const record::Phase &p) {
          const record::PhaseSpan &span = r.phases[static_cast<std::size_t>(p)];
          return Span{span.start, span.end};
        },
        "how long it lasted", "历时"),
    field<"packets">(
        [](const Record &r, const record::Phase &p) {
          return r.phases[static_cast<std::size_t>(p)].packets;
        },
        "its packets", "包数"),
    field<"first_packet">(
        [](const Record &r, const record::Phase &p) {
          const std::uint64_t n = r.phases[static_cast<std::size_t>(p)].first_packet;
          return when(n > 0, n);
        },
        "its first packet in the file", "文件中的首包编号"),
    field<"last_packet">(
        [](const Record &r, const record::Phase &p) {
          const std::uint64_t n = r.phases[static_cast<std::size_t>(p)].last_packet;
          return when(n > 0, n);
        },
        "its last packet in the file", "文件中的末包编号"));

inline constexpr auto kTimings = object<"timings">(
    [](const Record &r) { return &r; }, "how long each step took", "各步耗时",
    field<"syn_to_syn_ack">(
        [](const Record &r) {
          return Span{r.tcp.syn, r.tcp.syn_ack};
        },
        "SYN to SYN-ACK: the way to the server and back", "SYN 到 SYN-ACK：探针到服务器的往返"),
    field<"syn_ack_to_ack">(
        [](const Record &r) {
          return Span{r.tcp.syn_ack, r.tcp.ack};
        },
        "SYN-ACK to ACK: the way to the client and back", "SYN-ACK 到 ACK：探针到客户端的往返"),
    field<"ack_to_client_hello">(
        [](const Record &r) {
          return Span{r.tcp.ack, r.tls.client_hello};
        },
        "ACK to Client Hello: the client's time", "ACK 到 Client Hello：客户端用时"),
    field<"client_hello_to_server_hello">(
        [](const Record &r) {
          return Span{r.tls.client_hello, r.tls.server_hello};
        },
        "Client Hello to Server Hello: the server's time",
        "Client Hello 到 Server Hello：服务器用时"),
    field<"server_hello_to_finished">(
        [](const Record &r) {
          return Span{r.tls.server_hello, r.tls.finished};
        },
        "Server Hello to the last Finished", "Server Hello 到最后的 Finished"),
    field<"tls_total">(
        [](const Record &r) {
          return Span{r.tls.start, r.tls.finished};
        },
        "the TLS handshake in all", "TLS 握手总用时"),
    field<"first_data">(
        [](const Record &r) {
          return Span{r.first, r.first_data};
        },
        "first packet to first application data", "首包到首个应用数据"),
    field<"last_data_to_close">(
        [](const Record &r) {
          return Span{r.last_data, r.tcp.close};
        },
        "last application data to the first FIN or RST", "最后的应用数据到首个 FIN 或 RST"),
    field<"unreliable">([](const Record &r) { return if_so(r.tcp.times_unreliable); },
                        "some of them contradict causality", "其中有的时间违背因果"));

inline constexpr auto kRetry = object_if_any<"retry">(
    [](const Record &r) { return &r.retry; }, "tries of the same client again", "同一客户端的重试",
    field<"of">(
        [](const Record &record, const Retry &r) {
          return Id{{record.probe.run, r.of}};
        },
        "flow_id of the failed connection that it tries again", "所重试的失败连接的 flow_id"),
    field<"of_after">(
        [](const Retry &r) {
          return when(r.of != 0, Span{0, r.of_after});
        },
        "how long after that failure", "在那次失败之后多久"),
    field<"by">(
        [](const Record &record, const Retry &r) {
          return Id{{record.probe.run, r.by}};
        },
        "flow_id of the connection that tried it again", "对它重试的连接的 flow_id"),
    field<"after">(
        [](const Retry &r) {
          return when(r.by != 0, Span{0, r.by_after});
        },
        "how long after this failure", "在本次失败之后多久"),
    field<"recovered">([](const Retry &r) { return when(r.by != 0, r.recovered); },
                       "a later try within the window succeeded", "窗口内的后续重试成功了"));

inline constexpr auto kRules = list<"rules">(
    [](const Record &r) { return r.rules.empty() ? nullptr : &r.rules; }, "rules that matched",
    "命中的规则", field<"id">(&RuleHit::id, "the rule's number", "规则编号"),
    field<"name">([](const RuleHit &h) { return WholeText{h.name}; }, "its name", "规则名称"),
    field<"field">([](const RuleHit &h) { return WholeText{h.field}; }, "what it was found in",
                   "命中的字段"),
    field<"severity">(
        [](const RuleHit &h) {
          return Name{record::kSeverities[std::min<std::size_t>(h.severity,
                                                                record::kSeverities.size() - 1)]};
        },
        "info, low, medium, high or critical", "严重程度"),
    field<"tags">(
        [](const RuleHit &h) {
          return Lines{h.tags, ','};
        },
        "its tags", "规则标签"));

inline constexpr auto kRecord = std::make_tuple(
    field<"timestamp">([](const Record &r) { return Moment{r.first}; }, "first packet", "首包时间"),
    field<"event_type">(&Record::kind, "connection, when it has ended; handshake, when its TLS has",
                        "connection：连接已结束；handshake：TLS 握手已结束"),
    field<"flow_id">([](const Record &r) { return Id{r.id()}; },
                     "the same in all records of one connection, and in those of no other",
                     "同一连接的所有记录相同，其他连接不会有"),
    field<"probe">([](const Record &r) { return r.probe.name.view(); },
                   "who watched: the name of the daemon's machine, or as it was configured",
                   "探针：守护进程所在主机名，或配置的名称"),
    field<"instance">([](const Record &r) { return r.probe.instance.view(); }, "the daemon there",
                      "该处守护进程的实例名"),
    field<"community_id">([](const Record &r) { return community_id(r); },
                          "Community ID, the same in every tool", "Community ID，各工具通用"),
    field<"src_ip">(&Record::client, "the client's address", "客户端地址"),
    field<"src_port">(&Record::client_port, "the client's port", "客户端端口"),
    field<"dest_ip">(&Record::server, "the server's address", "服务器地址"),
    field<"dest_port">(&Record::server_port, "the server's port", "服务器端口"),
    field<"proto">([](const Record &) { return Name{"TCP"}; }, "always TCP", "总是 TCP"),
    field<"vlan">([](const Record &r) { return vlans(r); }, "VLAN tags, outermost first",
                  "VLAN 标签，由外到内"),
    field<"tunnel">([](const Record &r) { return tunnels(r); }, "encapsulations, outermost first",
                    "封装，由外到内"),
    field<"duration">(
        [](const Record &r) {
          return Span{r.first, r.last};
        },
        "first to last packet", "首包到末包"),
    field<"packets">([](const Record &r) { return r.tcp.packets; }, "packets", "包数"),
    field<"wire_bytes">([](const Record &r) { return in_bytes(r.tcp.wire_bytes); },
                        "bytes of whole frames", "整帧字节数"),
    field<"payload_bytes">([](const Record &r) { return in_bytes(r.tcp.payload_bytes); },
                           "bytes of TCP payload, repeats included", "TCP 载荷字节数，含重传"),
    field<"phase">(&Record::phase, "the phase where it failed, or else ended",
                   "失败或结束时所处的阶段"),
    field<"outcome">(&Record::outcome, "how it ended", "结果"),
    field<"cause">([](const Record &r) { return when(r.cause != record::Cause::none, r.cause); },
                   "why it failed", "失败原因"),
    field<"by">([](const Record &r) { return when(r.by != record::By::none, r.by); },
                "by whose hand it failed", "责任方"),
    field<"step">([](const Record &r) { return when(r.step != record::Step::none, r.step); },
                  "the last step that was reached", "失败前最后一步"),
    field<"confidence">(&Record::confidence, "how sure that is", "把握程度"),
    field<"rule">([](const Record &r) { return r.decided.rule; }, "the rule that decided",
                  "作出判定的规则"),
    kDecided,
    field<"probe_limit">(
        [](const Record &r) { return when(r.probe_limit != record::Limit::none, r.probe_limit); },
        "the bound of the probe that kept most from the record", "使记录有缺的探针上限"),
    field<"summary">([](const Record &) { return Sentence{}; }, "all this in one sentence",
                     "一句话的结论"),
    field<"conn_state">(
        [](const Record &r) { return when(!r.tcp.history.empty(), r.tcp.conn_state); },
        "Zeek's conn_state", "Zeek 的 conn_state"),
    field<"history">([](const Record &r) { return r.tcp.history.view(); }, "Zeek's history",
                     "Zeek 的 history"),
    field<"ssl_history">([](const Record &r) { return r.tls.ssl_history.view(); },
                         "Zeek's ssl_history", "Zeek 的 ssl_history"),
    kTcp, kTls, kIcmp, kApp, kHttp, kRefusal, kPhasesList, kTimings, kRetry, kRules);

} // namespace handspan::render::table
