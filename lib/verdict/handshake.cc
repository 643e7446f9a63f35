// The TLS handshake.
#include "verdict/when.h"

#include <algorithm>

namespace handspan::verdict {

namespace {

// Nothing of the other side follows the hello but ACKs.
bool is_unanswered(const Situation &s) {
  const Record &r = s.r;
  const Side other = base::other(hello_side(s));
  const record::PhaseSpan &data = r.phases[static_cast<std::size_t>(Phase::data)];
  const bool plain_first = data.packets > 0 && data.start != kNever && data.start < r.tls.start;
  return r.tls.client_hello != kNever && r.tls.server_hello == kNever && !s.e.tls_began[other] &&
         (r.tcp.payload_bytes[other] == 0 || plain_first);
}

// When the sender of the hello showed that it waits no longer; kNever if it did not.
Nanos gave_up(const Situation &s) {
  const Record &r = s.r;
  const Side asker = hello_side(s);
  for (const record::Alert &a : r.tls.alerts)
    if (record::is_goodbye(a) && a.from == asker && a.time >= r.tls.client_hello)
      return a.time;
  if (r.tcp.has_first_close)
    return r.tcp.first_close == asker ? r.tcp.close : kNever;
  return s.waited_out ? s.e.now : kNever;
}

// Not even an ACK came for the hello: it may never have reached the other side.
bool is_unheard(const Situation &s) {
  const record::Tcp &tcp = s.r.tcp;
  const Side other = base::other(hello_side(s));
  const std::uint64_t opening = 1 + std::uint64_t{tcp.retransmissions[other]};
  return tcp.packets[other] <= opening + tcp.duplicates[other];
}

bool is_reset(const Situation &s) {
  return s.reset && !s.fin_first();
}

bool is_closed(const Situation &s) {
  return s.r.tcp.has_first_close;
}

// The client left behind its own hello.
bool before_answer(const Situation &s) {
  return s.closed_first(Side::client) && s.r.tls.client_hello != kNever &&
         s.r.tls.server_hello == kNever &&
         record::last_message(s.r, Step::ack) == Step::client_hello;
}

} // namespace

bool hello_in_pieces(const Situation &s) {
  const record::Tls &tls = s.r.tls;
  // A server that waits no longer may say so before it closes.
  const bool unanswered = std::all_of(tls.alerts.begin(), tls.alerts.end(), record::is_goodbye);
  return tls.present && tls.messages.empty() && unanswered && tls.client_hello == kNever &&
         s.e.tls_began.client && s.e.tls_began.server == !tls.alerts.empty();
}

bool handshake_over(const Situation &s) {
  return s.stage == Stage::over;
}

bool server_not_tls(const Situation &s) {
  return s.e.not_tls.server;
}

bool client_not_tls(const Situation &s) {
  return s.e.not_tls.client;
}

bool malformed(const Situation &s) {
  return s.e.tls_malformed;
}

bool short_record_refuses(const Situation &s) {
  return s.e.tls_rejected;
}

bool hidden_alert(const Situation &s) {
  return s.hidden_alert != record::kNoAlert;
}

bool hello_unheard(const Situation &s) {
  return hello_unanswered(s) && is_unheard(s);
}

bool hello_unanswered(const Situation &s) {
  return is_unanswered(s) && had_time(s, s.r.tls.client_hello, gave_up(s));
}

// Whether its sender stopped or the path lost it, nobody sees from here.
bool hello_incomplete(const Situation &s) {
  const bool waited_for_it =
      s.closed_first(Side::server) && had_time(s, s.r.tls.start, s.r.tcp.close);
  return hello_in_pieces(s) && (s.waited_out || waited_for_it);
}

bool reset_on_finished(const Situation &s) {
  return is_reset(s) && s.e.tls_unconfirmed;
}

bool left_on_finished(const Situation &s) {
  return is_closed(s) && s.e.tls_unconfirmed;
}

bool reset_before_answer(const Situation &s) {
  return is_reset(s) && before_answer(s);
}

bool left_before_answer(const Situation &s) {
  return is_closed(s) && before_answer(s);
}

bool handshake_reset(const Situation &s) {
  return is_reset(s);
}

bool goodbye_in_handshake(const Situation &s) {
  if (!is_closed(s))
    return false;
  for (const record::Alert &a : s.r.tls.alerts)
    if (!a.encrypted && a.code == record::alert_code::close_notify && s.closed_first(a.from))
      return true;
  return false;
}

bool left_in_handshake(const Situation &s) {
  return is_closed(s);
}

bool closed_before_hello(const Situation &s) {
  return s.r.tcp.has_first_close && s.r.tls.client_hello != kNever &&
         s.r.tcp.close < s.r.tls.client_hello;
}

// What came behind the close has no part in it.
bool left_before_hello(const Situation &s) {
  return closed_before_hello(s);
}

bool port_reused(const Situation &s) {
  return s.e.ending == Ending::replaced;
}

bool silent_in_handshake(const Situation &s) {
  return !s.alive;
}

} // namespace handspan::verdict
