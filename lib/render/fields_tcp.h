// The fields of a record: TCP and ICMP. Internal to lib/render.
#pragma once

#include "record/names.h"
#include "render/field.h"

namespace handspan::render::table {

using record::Icmp;
using record::Record;
using record::Tcp;

inline base::FixedVector<Name, 8> reset_marks(const Tcp &tcp) {
  base::FixedVector<Name, 8> marks;
  for (const std::uint8_t bit : record::kResetMarks)
    if ((tcp.reset_marks & bit) != 0)
      marks.push({record::reset_mark_name(bit)});
  return marks;
}
inline base::FixedVector<Name, 16> decoys_seen(const Tcp &tcp) {
  base::FixedVector<Name, 16> seen;
  for (unsigned decoy = 1; decoy <= static_cast<unsigned>(record::kLastDecoy); ++decoy)
    if (const auto what = static_cast<record::Decoy>(decoy); (tcp.decoys & bit_of(what)) != 0)
      seen.push({record::decoy_name(what)});
  return seen;
}
constexpr bool decoy_hops_told(const Tcp &tcp) {
  return (tcp.decoys & bit_of(record::Decoy::hop_limit)) != 0;
}
constexpr bool hops_told(const Tcp &tcp) {
  return tcp.reset_marks != 0 && tcp.usual_hop != 0;
}

inline constexpr auto kTcp = object<"tcp">(
    [](const Record &r) { return &r.tcp; }, "what the segments show", "TCP 段所示",
    field<"syn">([](const Tcp &t) { return t.syn != base::kNever; }, "the client's SYN was seen",
                 "看到了客户端的 SYN"),
    field<"syn_ack">([](const Tcp &t) { return t.syn_ack != base::kNever; },
                     "the server's SYN-ACK was seen", "看到了服务器的 SYN-ACK"),
    field<"established">(&Tcp::established, "SYN-ACK and the client's ACK of it were seen",
                         "看到了 SYN-ACK 以及客户端对它的 ACK"),
    field<"retransmissions">(&Tcp::retransmissions, "segments sent again", "重传的段数"),
    field<"out_of_order">(&Tcp::out_of_order, "segments that came late", "乱序到达的段数"),
    field<"gaps">(&Tcp::gaps, "holes: bytes that were never seen", "数据缺失的处数"),
    field<"gap_bytes">(
        [](const Tcp &t) {
          return base::Both<Bytes>{{t.gap_bytes.client}, {t.gap_bytes.server}};
        },
        "bytes that were never seen", "未看到的字节数"),
    field<"duplicates">(&Tcp::duplicates, "packets that the mirror showed twice",
                        "镜像重复送来的包数"),
    field<"keep_alives">(&Tcp::keep_alives, "keep-alives", "保活探测包数"),
    field<"zero_windows">(&Tcp::zero_windows, "how often the window closed", "窗口关闭的次数"),
    field<"fin">(&Tcp::fin, "FINs", "FIN 数"), field<"rst">(&Tcp::rst, "RSTs", "RST 数"),
    field<"first_close">([](const Tcp &t) { return when(t.has_first_close, t.first_close); },
                         "the side whose FIN or RST came first", "先发 FIN 或 RST 的一方"),
    field<"teardown">(&Tcp::teardown, "how the connection was taken down", "连接如何关闭"),
    field<"reset_marks">([](const Tcp &t) { return reset_marks(t); },
                         "what speaks against the RST's having come from its sender",
                         "RST 并非由其发送方发出的迹象"),
    field<"reset_hop_limit">([](const Tcp &t) { return when(hops_told(t), t.reset_hop); },
                             "hop limit of that RST", "该 RST 的 TTL/跳数限制"),
    field<"usual_hop_limit">([](const Tcp &t) { return when(hops_told(t), t.usual_hop); },
                             "hop limit of the same side's other packets",
                             "同一方其他包的 TTL/跳数限制"),
    field<"decoys">([](const Tcp &t) { return when(t.decoys != 0, t.decoy_packets); },
                    "segments that their receiver does not take, or may not",
                    "接收方不会或可能不会接受的段数"),
    field<"decoy_marks">([](const Tcp &t) { return decoys_seen(t); }, "what was seen of these",
                         "这些段的异常之处"),
    field<"decoy_hop_limit">([](const Tcp &t) { return when(decoy_hops_told(t), t.decoy_hop); },
                             "hop limit of the first of these whose was strange",
                             "其中第一个跳数限制异常的段的 TTL/跳数限制"),
    field<"decoy_usual_hop_limit">(
        [](const Tcp &t) { return when(decoy_hops_told(t), t.decoy_usual_hop); },
        "hop limit of its sender's other packets", "其发送方其他包的 TTL/跳数限制"),
    field<"window_closed">(
        [](const Record &r, const Tcp &t) {
          return base::Both<Span>{{t.window_shut.client, r.last}, {t.window_shut.server, r.last}};
        },
        "how long a side's window had been closed at the end", "结束时该方窗口已关闭多久"),
    field<"fast_open">([](const Tcp &t) { return if_so(t.fast_open); }, "TCP Fast Open",
                       "使用了 TCP Fast Open"),
    field<"mptcp">([](const Tcp &t) { return when(t.mptcp != record::Mptcp::none, t.mptcp); },
                   "Multipath TCP: may have further subflows, or is one",
                   "多路径 TCP：可有子流，或本身是子流"),
    field<"roles_guessed">([](const Tcp &t) { return if_so(t.roles_guessed); },
                           "neither SYN, SYN-ACK nor hello told who is the client",
                           "没有 SYN、SYN-ACK 或 hello，客户端与服务器只是推断"));

inline std::string_view icmp_error_name(const Icmp &icmp) {
  const std::string_view name = record::icmp_name(icmp.v6, icmp.type, icmp.code);
  return name.empty() ? "unknown" : name;
}

inline constexpr auto kIcmp = object<"icmp">(
    [](const Record &r) { return r.icmp.count == 0 ? nullptr : &r.icmp; },
    "what routers and hosts said of its packets", "路由器和主机就其报文发回的 ICMP 差错",
    field<"type">(&Icmp::type, "type of the error, as on the wire", "差错类型"),
    field<"code">(&Icmp::code, "its code", "差错代码"),
    field<"name">([](const Icmp &i) { return Name{icmp_error_name(i)}; }, "its name", "差错名称"),
    field<"from">(&Icmp::from, "who sent it", "由谁发出"),
    field<"mtu">([](const Icmp &i) { return when(i.mtu != 0, i.mtu); },
                 "MTU of the next hop, if it was told", "下一跳的 MTU"),
    field<"count">(&Icmp::count, "errors about this connection in all", "此类差错总数"),
    field<"of">(&Icmp::of, "the side whose packet was not passed on", "报文未被转发的一方"),
    field<"seq">(&Icmp::seq, "where that packet begins in what the side sent",
                 "该包在该方所发数据中的位置"),
    field<"packet">([](const Icmp &i) { return when(i.packet != 0, i.packet); },
                    "the error's number in the file", "差错报文在文件中的编号"),
    field<"time">(
        [](const Record &r, const Icmp &i) {
          return Span{r.first, i.time};
        },
        "from the first packet", "自首包起的时间"));

} // namespace handspan::render::table
