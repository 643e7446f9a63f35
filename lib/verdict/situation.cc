#include "verdict/situation.h"

#include "record/names.h"
#include "verdict/when.h"

#include <algorithm>
#include <string_view>

namespace handspan::verdict {

namespace {

using record::Alert;
using record::kNoAlert;
using record::Teardown;

bool one_direction(const Record &r) {
  const auto &p = r.tcp.packets;
  if (p.client == 0)
    return true;
  // Only the client was seen: with more than SYNs and RSTs, somebody must have answered it.
  const bool went_on = r.tcp.payload_bytes.client > 0 || r.tcp.fin.client > 0 ||
                       r.tcp.history.view().find('A') != std::string_view::npos;
  return p.server == 0 && (went_on || r.tcp.syn == kNever);
}

// Bytes of an unfinished handshake are missing: the TLS reader says so, or a hole in a side's bytes
// that nothing filled, or an answer to a Client Hello that was not seen.
bool lacks_bytes(const Record &r, const Evidence &e) {
  // What a side still asks for at the end it lacks itself: the capture did not lose it.
  for (const Side side : {Side::client, Side::server})
    if (e.in_vain[side].asked_for && in_vain(e, side))
      return false;
  const bool unfinished = r.tls.present && !r.tls.established;
  const bool holes = r.tcp.gap_bytes.client + r.tcp.gap_bytes.server > 0;
  const bool answer_alone = r.tls.server_hello != kNever && r.tls.client_hello == kNever;
  return e.tls_capture_loss || (unfinished && (holes || answer_alone));
}

// Only SYNs, SYN-ACKs and RSTs were seen.
bool only_opening(const Record &r) {
  return !r.tcp.established && r.tcp.payload_bytes.client + r.tcp.payload_bytes.server == 0 &&
         r.tcp.fin.client + r.tcp.fin.server == 0;
}

bool refused_in_plain(const Situation &s) {
  const record::App &app = s.r.app;
  const bool over = s.r.tcp.has_first_close || !s.alive;
  return app.answer == record::Answer::refused && !app.went_on && !s.r.tls.present && over &&
         !s.r.tcp.roles_guessed;
}

// Many answer the end of a stream within the handshake with an alert, OpenSSL with decode_error,
// Java with handshake_failure, GnuTLS with internal_error: whoever sends one after the other's FIN
// is the one who was left.
bool is_late(const Alert &a, const Record &r) {
  return r.tcp.has_first_close && r.tcp.first_close != a.from && r.tcp.close != kNever &&
         a.time > r.tcp.close;
}

// No byte but alerts of a server that says that it closes, or that was left: it never heard the
// client say a word.
bool only_farewells(const Record &r) {
  return r.tcp.payload_bytes.client == 0 && r.tls.messages.empty() && !r.tls.alerts.empty() &&
         std::all_of(r.tls.alerts.begin(), r.tls.alerts.end(), [&](const Alert &a) {
           return !a.encrypted && (record::is_goodbye(a) || is_late(a, r));
         });
}

Stage stage_of(const Situation &s) {
  const Record &r = s.r;
  if (s.e.ending == Ending::handshake && r.tls.established)
    return Stage::over;
  const bool hello = r.tls.client_hello != kNever || r.tls.server_hello != kNever;
  if (s.in_tls && !s.said_nothing && (!s.from_the_middle || hello))
    return Stage::handshake;
  if (refused_in_plain(s))
    return Stage::refused;
  return !s.from_the_middle && only_opening(r) ? Stage::opening : Stage::established;
}

// The place of the first alert that is so.
template <class Is> std::uint8_t first_alert(const Record &r, const Is &is) {
  const auto alerts = r.tls.alerts.view();
  const auto found = std::find_if(alerts.begin(), alerts.end(), is);
  return found == alerts.end() ? kNoAlert : static_cast<std::uint8_t>(found - alerts.begin());
}

// The alert that ended the handshake: the first that is no mere notice of closing. `whole`: nothing
// of the conversation is missing. Where something is, a warning may well have been followed by
// more, and a decode_error may answer a FIN that was not seen.
std::uint8_t deciding_alert(const Record &r, bool whole) {
  const auto may_decide = [&](const Alert &a) {
    return !a.encrypted && !record::is_goodbye(a) && !is_late(a, r) &&
           (whole || a.code != record::alert_code::decode_error);
  };
  const std::uint8_t fatal = first_alert(
      r, [&](const Alert &a) { return may_decide(a) && a.level == record::kFatalAlert; });
  if (fatal != kNoAlert || !whole || !r.tcp.has_first_close)
    return fatal;
  return first_alert(r, may_decide); // a warning, but nothing followed it
}

// Nothing that a bound kept from a handshake matters once that is over, or an alert in clear has
// ended it, unless bytes are missing.
bool is_blinded(const Record &r, bool lossy) {
  const record::Cost cost = record::cost(r.probe_limit);
  if (cost != record::Cost::handshake)
    return cost == record::Cost::connection;
  return lossy || (!r.tls.established && deciding_alert(r, true) == kNoAlert);
}

// Up to TLS 1.2 the record layer tells an alert even where its content is hidden: before both
// Finished it is no close_notify of a session.
std::uint8_t first_hidden_alert(const Record &r) {
  return first_alert(r, [&](const Alert &a) { return a.encrypted && !is_late(a, r); });
}

} // namespace

Situation::Situation(const Record &record, const Evidence &evidence)
    : r(record), e(evidence), in_tls(r.tls.present && !r.tls.established),
      from_the_middle(r.tcp.roles_guessed || (r.tcp.syn == kNever && r.tcp.syn_ack == kNever)),
      partial(one_direction(r) || e.seen_elsewhere), lossy(lacks_bytes(r, e)),
      blinded(is_blinded(r, lossy)),
      reset(r.tcp.teardown == Teardown::rst_client || r.tcp.teardown == Teardown::rst_server),
      reset_by(r.tcp.teardown == Teardown::rst_client ? Side::client : Side::server),
      alive(e.ending == Ending::stopped || e.ending == Ending::capture_ended),
      waited_out(e.ending == Ending::expired || e.ending == Ending::replaced),
      said_nothing(only_farewells(r) ||
                   r.tcp.payload_bytes.client + r.tcp.payload_bytes.server == 0),
      any_fin(r.tcp.fin.client + r.tcp.fin.server > 0),
      alert(deciding_alert(r, !lossy && !partial && !blinded)),
      hidden_alert(first_hidden_alert(r)) {
  stage = stage_of(*this);
}

Side Situation::leaver() const {
  const Side closer = r.tcp.first_close, other = base::other(closer);
  const Nanos goodbye = e.goodbye[other].time;
  if (goodbye == kNever || goodbye >= r.tcp.close)
    return closer;
  const Nanos of_closer = e.goodbye[closer].time;
  return of_closer == kNever || goodbye < of_closer ? other : closer;
}

bool had_time(const Situation &s, Nanos since, Nanos until) {
  Nanos patience = kPatience;
  if (s.r.tcp.syn != kNever && s.r.tcp.ack != kNever)
    patience =
        std::max(patience, kPatienceRoundTrips * std::min(base::elapsed(s.r.tcp.syn, s.r.tcp.ack),
                                                          base::kLongest / kPatienceRoundTrips));
  return until != kNever && since != kNever && base::elapsed(since, until) >= patience;
}

Side hello_side(const Situation &s) {
  for (const record::Message &m : s.r.tls.messages)
    if (record::step_of(m.content, m.type, m.encrypted) == Step::client_hello)
      return m.from;
  return Side::client;
}

} // namespace handspan::verdict
