#include "record/names.h"
#include "render/json_parts.h"

#include <algorithm>
#include <iterator>

namespace handspan::render {

namespace {

void put_reset_marks(Object &out, const record::Tcp &tcp) {
  const auto has = [&tcp](std::uint8_t bit) { return (tcp.reset_marks & bit) != 0; };
  if (std::any_of(std::begin(record::kResetMarks), std::end(record::kResetMarks), has)) {
    Array marks(out, "reset_marks"_key);
    for (const std::uint8_t bit : record::kResetMarks)
      if (has(bit))
        marks.name(record::reset_mark_name(bit));
  }
  if (tcp.reset_marks != 0 && tcp.usual_hop != 0) {
    out.put("reset_hop_limit"_key, tcp.reset_hop);
    out.put("usual_hop_limit"_key, tcp.usual_hop);
  }
}

} // namespace

void put_tcp(Object &in, const record::Record &record) {
  const record::Tcp &tcp = record.tcp;
  Object out(in, "tcp"_key);
  out.put("syn"_key, tcp.syn != base::kNever);
  out.put("syn_ack"_key, tcp.syn_ack != base::kNever);
  out.put("established"_key, tcp.established);
  out.put("retransmissions"_key, tcp.retransmissions);
  out.put("out_of_order"_key, tcp.out_of_order);
  out.put("gaps"_key, tcp.gaps);
  out.put("gap_bytes"_key, tcp.gap_bytes);
  out.put("duplicates"_key, tcp.duplicates);
  out.put("keep_alives"_key, tcp.keep_alives);
  out.put("zero_windows"_key, tcp.zero_windows);
  out.put("fin"_key, tcp.fin);
  out.put("rst"_key, tcp.rst);
  if (tcp.has_first_close)
    out.name("first_close"_key, side_name(tcp.first_close));
  out.name("teardown"_key, name(tcp.teardown));
  put_reset_marks(out, tcp);
  {
    Object closed(out, "window_closed"_key, Object::IfAny{});
    for (const base::Side side : {base::Side::client, base::Side::server})
      closed.span(side == base::Side::client ? "client"_key : "server"_key, tcp.window_shut[side],
                  record.last);
  }
  if (tcp.fast_open)
    out.put("fast_open"_key, true);
  if (tcp.mptcp != record::Mptcp::none)
    out.name("mptcp"_key, name(tcp.mptcp));
  if (tcp.roles_guessed)
    out.put("roles_guessed"_key, true);
}

} // namespace handspan::render
