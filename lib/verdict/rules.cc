#include "verdict/rules.h"

#include "verdict/when.h"

namespace handspan::verdict {

namespace {

// Who did it.
By nobody(const Situation &, const Decided &) {
  return By::none;
}
By client(const Situation &, const Decided &) {
  return By::client;
}
By server(const Situation &, const Decided &) {
  return By::server;
}
By network(const Situation &, const Decided &) {
  return By::network;
}
By its_sender(const Situation &, const Decided &what) {
  return by_side(what.from);
}
By refuser(const Situation &s, const Decided &) {
  return by_side(s.e.rejected_by);
}
By who_refused(const Situation &s, const Decided &) {
  return by_side(base::other(s.r.app.asker));
}
By who_was_asked(const Situation &s, const Decided &) {
  return by_side(base::other(hello_side(s)));
}

// What decided.
Decided nothing_came(const Situation &) {
  return {};
}
Decided of_alert(const Situation &s, std::uint8_t index) {
  const record::Alert &a = s.r.tls.alerts[index];
  Decided d;
  d.time = a.time;
  d.packet = a.packet;
  d.from = a.from;
  d.alert = index;
  return d;
}
Decided clear_alert(const Situation &s) {
  return of_alert(s, s.alert);
}
Decided encrypted_alert(const Situation &s) {
  return of_alert(s, s.hidden_alert);
}
// In the middle of what it came.
Step under_way(const Situation &s) {
  return hello_in_pieces(s) ? Step::client_hello : Step::none;
}
Decided last_rst(const Situation &s) {
  Decided d;
  d.what = under_way(s);
  d.time = s.r.tcp.end;
  d.packet = s.r.tcp.end_packet;
  d.from = s.reset_by;
  if (s.e.before_reset != kNever && s.e.before_reset <= d.time)
    d.silence = base::elapsed(s.e.before_reset, d.time);
  return d;
}
Decided first_close(const Situation &s) {
  Decided d;
  d.what = under_way(s);
  d.time = s.r.tcp.close;
  d.packet = s.r.tcp.close_packet;
  d.from = s.r.tcp.first_close;
  return d;
}
// With a close_notify, or by closing.
Decided first_leave(const Situation &s) {
  Decided d = first_close(s);
  d.from = s.leaver();
  const Goodbye &goodbye = s.e.goodbye[d.from];
  if (goodbye.time != kNever && goodbye.time < d.time) {
    d.time = goodbye.time;
    d.packet = goodbye.packet;
  }
  return d;
}
Decided lost(const Situation &s, Side side) {
  const InVain &lost = s.e.in_vain[side];
  Decided d;
  d.from = side;
  d.bytes = lost.bytes;
  d.times = lost.times;
  if (lost.times > 0)
    d.lasted = base::elapsed(lost.first, lost.last);
  d.what = lost.what;
  d.asked_for = lost.asked_for;
  return d;
}
Decided lost_bytes(const Situation &s) {
  return lost(s, in_vain(s.e, Side::client) ? Side::client : Side::server);
}
Decided lost_syns(const Situation &s) {
  return lost(s, Side::client);
}
Decided cut_record(const Situation &s) {
  Decided d = first_close(s);
  d.bytes = s.e.cut_record[d.from];
  d.what = Step::application_data;
  return d;
}
// Whoever was to be answered: its leaving, if it left.
Decided the_wait(const Situation &s) {
  const Side asker = hello_side(s);
  Decided d = s.closed_first(asker) ? first_close(s) : Decided{};
  d.from = asker;
  return d;
}
// Where the server left behind it, what came later does not count.
Decided plain_answer(const Situation &s) {
  return closed_before_hello(s) ? first_close(s) : Decided{};
}
Decided half_a_hello(const Situation &) {
  Decided d;
  d.what = Step::client_hello;
  return d;
}
Decided bounced_bytes(const Situation &s) {
  Decided d = last_rst(s);
  const Side other = base::other(d.from);
  d.bytes = s.e.refused[other];
  if (d.bytes == 0 && s.e.cut_record[other] > 0) {
    d.bytes = s.e.cut_record[other];
    d.what = Step::application_data;
  }
  return d;
}

using R = record::Rule;
constexpr auto completed = Outcome::completed, failed = Outcome::failed, open = Outcome::open,
               unknown = Outcome::unknown, not_used = Outcome::unused;
constexpr auto seen = Confidence::seen, inferred = Confidence::inferred;
constexpr Cause none = Cause::none;
constexpr Stages any = kAllStages, opening = of(Stage::opening), in_tls = of(Stage::handshake),
                 over = of(Stage::over), past = of(Stage::established),
                 refused = of(Stage::refused);

// clang-format off
constexpr Rule kRules[] = {
// name                     of       when                    outcome    cause                   by             decided by       confidence, part
// A subflow of Multipath TCP fails nothing.
{R::subflow_closed,         any,     subflow_closed,         completed, none,                   nobody,        first_close,     seen},
{R::subflow_gone,           any,     subflow_gone,           unknown,   none,                   nobody,        nothing_came,    seen},
// What a side said itself.
{R::proxy_header_refused,   in_tls,  proxy_header_refused,   failed,    Cause::not_tls,         client,        nothing_came,    inferred},
{R::alert_in_clear,         in_tls,  alert_in_clear,         failed,    Cause::alert,           its_sender,    clear_alert,     seen},
{R::tls_refused,            refused, tls_refused,            failed,    Cause::tls_refused,     who_refused,   nothing_came,    seen},
{R::proxy_refused,          refused, proxy_refused,          failed,    Cause::proxy_refused,   who_refused,   nothing_came,    seen},
// What the path did; what was seen of it tells it, whatever else was not.
{R::foreign_reset,          any,     foreign_reset,          failed,    Cause::reset,           network,       last_rst,        inferred},
{R::unreachable,            opening, unreachable,            failed,    Cause::unreachable,     network,       nothing_came,    seen},
{R::undelivered,            any,     undelivered,            failed,    Cause::undelivered,     network,       lost_bytes,      seen, Part::data},
// What the view does not allow to be said.
{R::probe_limit,            any,     probe_limit,            unknown,   none,                   nobody,        nothing_came,    seen},
{R::from_the_middle,        any,     from_the_middle,        unknown,   none,                   nobody,        nothing_came,    seen},
{R::bytes_missing,          in_tls,  bytes_missing,          unknown,   none,                   nobody,        nothing_came,    seen},
{R::one_direction,          any,     one_direction,          unknown,   none,                   nobody,        nothing_came,    seen},
// The TCP handshake.
{R::syn_refused,            opening, syn_refused,            failed,    Cause::refused,         its_sender,    last_rst,        seen},
{R::syn_answered_stale,     opening, syn_answered_stale,     failed,    Cause::stale,           server,        nothing_came,    inferred},
{R::probed,                 opening, probed,                 not_used,  none,                   its_sender,    last_rst,        seen},
{R::opening_reset,          opening, opening_reset,          failed,    Cause::reset,           its_sender,    last_rst,        seen},
{R::syn_ack_repeated,       opening, syn_ack_repeated,       failed,    Cause::half_open,       client,        nothing_came,    seen},
{R::syn_ack_unacknowledged, opening, syn_ack_unacknowledged, failed,    Cause::half_open,       client,        nothing_came,    inferred},
{R::syn_unanswered,         opening, syn_unanswered,         failed,    Cause::syn_timeout,     network,       lost_syns,       seen},
{R::syn_answered_otherwise, opening, syn_answered_otherwise, unknown,   none,                   nobody,        nothing_came,    seen},
// The TLS handshake.
{R::handshake_over,         over,    handshake_over,         completed, none,                   nobody,        nothing_came,    seen},
{R::server_not_tls,         in_tls,  server_not_tls,         failed,    Cause::not_tls,         server,        plain_answer,    seen},
{R::client_not_tls,         in_tls,  client_not_tls,         failed,    Cause::not_tls,         client,        nothing_came,    seen},
{R::left_before_hello,      in_tls,  left_before_hello,      failed,    Cause::abandoned,       its_sender,    first_close,     seen},
{R::malformed,              in_tls,  malformed,              failed,    Cause::malformed,       nobody,        nothing_came,    seen},
{R::short_record_refuses,   in_tls,  short_record_refuses,   failed,    Cause::rejected,        refuser,       nothing_came,    inferred},
{R::hidden_alert,           in_tls,  hidden_alert,           failed,    Cause::rejected,        its_sender,    encrypted_alert, inferred},
{R::hello_unheard,          in_tls,  hello_unheard,          failed,    Cause::no_server_hello, network,       the_wait,        seen},
{R::hello_unanswered,       in_tls,  hello_unanswered,       failed,    Cause::no_server_hello, who_was_asked, the_wait,        seen},
{R::hello_incomplete,       in_tls,  hello_incomplete,       failed,    Cause::no_client_hello, nobody,        half_a_hello,    seen},
{R::reset_on_finished,      in_tls,  reset_on_finished,      failed,    Cause::reset,           its_sender,    last_rst,        inferred},
{R::left_on_finished,       in_tls,  left_on_finished,       failed,    Cause::abandoned,       its_sender,    first_close,     inferred},
{R::reset_before_answer,    in_tls,  reset_before_answer,    failed,    Cause::reset,           its_sender,    last_rst,        seen},
{R::handshake_reset,        in_tls,  handshake_reset,        failed,    Cause::reset,           its_sender,    last_rst,        seen},
{R::left_before_answer,     in_tls,  left_before_answer,     failed,    Cause::abandoned,       its_sender,    first_close,     seen},
{R::goodbye_in_handshake,   in_tls,  goodbye_in_handshake,   failed,    Cause::abandoned,       its_sender,    first_close,     seen},
{R::left_in_handshake,      in_tls,  left_in_handshake,      failed,    Cause::abandoned,       its_sender,    first_close,     seen},
{R::port_reused,            in_tls,  port_reused,            failed,    Cause::abandoned,       client,        nothing_came,    inferred},
{R::silent_in_handshake,    in_tls,  silent_in_handshake,    failed,    Cause::idle_timeout,    network,       nothing_came,    seen},
// Past the handshakes.
{R::unused,                 past,    unused,                 not_used,  none,                   its_sender,    first_leave,     seen},
{R::certificate_refused,    past,    certificate_refused,    failed,    Cause::rejected,        client,        first_leave,     inferred, Part::handshake},
{R::tls_unused,             past,    tls_unused,             not_used,  none,                   its_sender,    first_leave,     seen},
{R::alert_for_answer,       past,    alert_for_answer,       failed,    Cause::rejected,        server,        first_close,     inferred, Part::data},
{R::left_while_talking,     past,    left_while_talking,     failed,    Cause::aborted,         its_sender,    bounced_bytes,   seen, Part::leave},
{R::left_before_request,    past,    left_before_request,    failed,    Cause::aborted,         its_sender,    first_leave,     inferred, Part::leave},
{R::record_cut,             past,    record_cut,             failed,    Cause::aborted,         its_sender,    cut_record,      seen, Part::leave},
{R::plain_to_tls_server,    past,    plain_to_tls_server,    failed,    Cause::not_tls,         client,        first_close,     seen, Part::data},
{R::plain_to_tls_port,      past,    plain_to_tls_port,      failed,    Cause::not_tls,         client,        first_close,     inferred, Part::data},
{R::plain_met_silence,      past,    plain_met_silence,      unknown,   none,                   nobody,        first_close,     seen, Part::data},
{R::plain_error_by_tls_server, past,    plain_error_by_tls_server, failed, Cause::not_tls,      client,        first_close,     seen, Part::data},
{R::plain_error_on_tls_port, past,    plain_error_on_tls_port, failed,  Cause::not_tls,         client,        first_close,     inferred, Part::data},
{R::closed_in_order,        past,    closed_in_order,        completed, none,                   nobody,        first_close,     seen},
{R::reset_after_close,      past,    reset_after_close,      completed, none,                   nobody,        last_rst,        seen},
{R::data_reset,             past,    data_reset,             failed,    Cause::reset,           its_sender,    last_rst,        seen},
{R::closed_by_one,          past,    closed_by_one,          completed, none,                   nobody,        first_close,     seen},
{R::silent_from_the_start,  past,    silent_from_the_start,  unknown,   Cause::idle_timeout,    network,       nothing_came,    seen},
{R::silent,                 past,    silent,                 unknown,   Cause::idle_timeout,    network,       nothing_came,    seen},
{R::replaced,               past,    replaced,               unknown,   none,                   nobody,        nothing_came,    seen},
// The view ended before the connection did.
{R::probe_stopped,          any,     probe_stopped,          open,      none,                   nobody,        nothing_came,    seen},
{R::capture_ended_early,    any,     capture_ended_early,    unknown,   none,                   nobody,        nothing_came,    seen},
{R::capture_ended_open,     any,     capture_ended_open,     open,      none,                   nobody,        nothing_came,    seen},
};
// clang-format on

} // namespace

Table::Table(std::span<const Rule> rules) : rules_(rules) {
  for (std::size_t stage = 0; stage < kStageCount; ++stage)
    for (const Rule &rule : rules)
      if ((rule.stages & verdict::of(static_cast<Stage>(stage))) != 0)
        questions_[stage].push_back({rule.when, &rule});
}

const Table &table() {
  static const Table kTable(kRules);
  return kTable;
}

} // namespace handspan::verdict
