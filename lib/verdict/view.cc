// What the view allows to be said, and what was still going on when it ended.
#include "verdict/when.h"

namespace handspan::verdict {

// Its sender said it itself, whatever else was not seen; but without roles nobody knows who that
// is. Behind plain bytes an alert is only the answer to them.
bool alert_in_clear(const Situation &s) {
  return s.alert != record::kNoAlert && !s.r.tcp.roles_guessed && !s.e.not_tls.client &&
         !s.e.not_tls.server;
}

bool from_the_middle(const Situation &s) {
  return s.from_the_middle;
}

// What looks like silence or an early end may be what was missed.
bool bytes_missing(const Situation &s) {
  return s.lossy;
}

namespace {

// Nothing has ended or failed it so far.
bool goes_on(const Situation &s) {
  switch (s.stage) {
  case Stage::opening:
    return s.e.ending == Ending::stopped && !s.reset && !syn_unanswered(s) &&
           !syn_ack_repeated(s) && !syn_ack_unacknowledged(s);
  case Stage::handshake:
    return s.e.ending == Ending::stopped && !s.r.tcp.has_first_close && !server_not_tls(s) &&
           !client_not_tls(s) && !malformed(s) && !short_record_refuses(s) && !hidden_alert(s) &&
           !hello_unanswered(s);
  case Stage::over:
  case Stage::refused:
    return false;
  case Stage::established:
    break;
  }
  return s.alive && !closed_in_order(s) && !s.reset;
}

} // namespace

// What was not followed may have been anything.
bool probe_limit(const Situation &s) {
  return s.blinded && !goes_on(s);
}

// The other side may well have answered, finished or closed where nobody saw it.
bool one_direction(const Situation &s) {
  return s.partial && !goes_on(s);
}

bool probe_stopped(const Situation &s) {
  return s.e.ending == Ending::stopped;
}

bool capture_ended_early(const Situation &s) {
  return s.e.ending == Ending::capture_ended && s.stage != Stage::established;
}

bool capture_ended_open(const Situation &s) {
  return s.e.ending == Ending::capture_ended;
}

} // namespace handspan::verdict
