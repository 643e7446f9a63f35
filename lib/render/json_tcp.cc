#include "record/names.h"
#include "render/json_parts.h"

namespace handspan::render {

Json tcp_json(const record::Record &record) {
  const record::Tcp &tcp = record.tcp;
  Json out;
  out["syn"] = tcp.syn != base::kNever;
  out["syn_ack"] = tcp.syn_ack != base::kNever;
  out["established"] = tcp.established;
  out["retransmissions"] = both_json(tcp.retransmissions);
  out["out_of_order"] = both_json(tcp.out_of_order);
  out["gaps"] = both_json(tcp.gaps);
  out["gap_bytes"] = both_json(tcp.gap_bytes);
  out["duplicates"] = both_json(tcp.duplicates);
  out["keep_alives"] = both_json(tcp.keep_alives);
  out["zero_windows"] = both_json(tcp.zero_windows);
  out["fin"] = both_json(tcp.fin);
  out["rst"] = both_json(tcp.rst);
  if (tcp.has_first_close)
    out["first_close"] = tcp.first_close == base::Side::client ? "client" : "server";
  out["teardown"] = name(tcp.teardown);
  for (const std::uint8_t bit : record::kResetMarks)
    if ((tcp.reset_marks & bit) != 0)
      out["reset_marks"].push_back(record::reset_mark_name(bit));
  if (tcp.reset_marks != 0 && tcp.usual_hop != 0) {
    out["reset_hop_limit"] = tcp.reset_hop;
    out["usual_hop_limit"] = tcp.usual_hop;
  }
  for (const base::Side side : {base::Side::client, base::Side::server})
    put_span(out["window_closed"], side == base::Side::client ? "client" : "server",
             tcp.window_shut[side], record.last);
  if (out["window_closed"].empty())
    out.erase("window_closed");
  if (tcp.fast_open)
    out["fast_open"] = true;
  if (tcp.mptcp != record::Mptcp::none)
    out["mptcp"] = name(tcp.mptcp);
  if (tcp.roles_guessed)
    out["roles_guessed"] = true;
  return out;
}

} // namespace handspan::render
