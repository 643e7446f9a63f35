#include "inspect/verdict.h"

#include "record/names.h"

#include <algorithm>
#include <string_view>

namespace handspan::inspect {

namespace {

using namespace record;

By by_side(Side side) {
  return side == Side::client ? By::client : By::server;
}

void fail(Record &r, Phase phase, Cause cause, By by, Step step) {
  r.phase = phase;
  r.outcome = Outcome::failed;
  r.cause = cause;
  r.by = by;
  r.step = step;
}

void leave(Record &r, Phase phase, Outcome outcome, Step step) {
  r.phase = phase;
  r.outcome = outcome;
  r.cause = Cause::none;
  r.by = By::none;
  r.step = step;
}

bool by_reset(const Record &r) {
  return r.tcp.teardown == Teardown::rst_client || r.tcp.teardown == Teardown::rst_server;
}
Side reset_side(const Record &r) {
  return r.tcp.teardown == Teardown::rst_client ? Side::client : Side::server;
}
bool still_alive(const Evidence &e) {
  return e.ending == Ending::stopped || e.ending == Ending::capture_ended;
}
bool waited_out(const Evidence &e) {
  return e.ending == Ending::expired || e.ending == Ending::replaced;
}
bool is_first_close(const Record &r, Side side) {
  return r.tcp.has_first_close && r.tcp.first_close == side;
}

bool one_sided(const Record &r) {
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
bool lossy(const Record &r, const Evidence &e) {
  const bool unfinished = r.tls.present && !r.tls.established;
  const bool holes = r.tcp.gap_bytes.client + r.tcp.gap_bytes.server > 0;
  const bool answer_alone = r.tls.server_hello != kNever && r.tls.client_hello == kNever;
  return e.tls_capture_loss || (unfinished && (holes || answer_alone));
}

// A stopped probe says "open"; a capture that ended inside a handshake leaves it unknown.
void cut_short(Record &r, const Evidence &e, Phase phase, Step step) {
  leave(r, phase, e.ending == Ending::stopped ? Outcome::open : Outcome::unknown, step);
}

void judge_tcp_handshake(Record &r, const Evidence &e) {
  const Phase phase = Phase::tcp_handshake;
  const bool answered = r.tcp.syn_ack != kNever;
  if (by_reset(r)) {
    const Side side = reset_side(r);
    const bool refused = side == Side::server && !answered;
    fail(r, phase, refused ? Cause::refused : Cause::reset, by_side(side), Step::rst);
    return;
  }
  const Step step = answered ? Step::syn_ack : Step::syn;
  const bool waited =
      waited_out(e) || (e.now != kNever && r.first != kNever && e.now - r.first >= e.syn_timeout);
  if (!waited && still_alive(e)) {
    cut_short(r, e, phase, step);
    return;
  }
  if (answered) {
    fail(r, phase, Cause::half_open, By::client, step);
    // A server repeats its SYN-ACK as long as no ACK comes; if it does not, the ACK may have come.
    if (r.tcp.retransmissions.server == 0)
      r.confidence = Confidence::inferred;
  } else if (r.tcp.packets.server == 0) {
    fail(r, phase, Cause::syn_timeout, By::network, step);
  } else {
    leave(r, phase, Outcome::unknown, step); // it said something, but no SYN-ACK was seen
  }
}

// Only SYNs, SYN-ACKs and RSTs were seen.
bool only_opening(const Record &r) {
  return !r.tcp.established && r.tcp.payload_bytes.client + r.tcp.payload_bytes.server == 0 &&
         r.tcp.fin.client + r.tcp.fin.server == 0;
}

constexpr std::uint8_t kCloseNotify = 0, kDecodeError = 50, kUserCanceled = 90, kFatal = 2;

// OpenSSL answers the end of a stream within the handshake with decode_error: whoever sends it
// after the other's FIN is the one who was left.
bool is_late(const Alert &a, const Record &r) {
  return a.code == kDecodeError && r.tcp.has_first_close && r.tcp.first_close != a.from &&
         r.tcp.close != kNever && a.time > r.tcp.close;
}

bool is_goodbye(const Alert &a) {
  return !a.encrypted && (a.code == kCloseNotify || a.code == kUserCanceled);
}

// The alert that ended the handshake: the first that is no mere notice of closing. `whole`: nothing
// of the conversation is missing. Where something is, a warning may well have been followed by
// more, and a decode_error may answer a FIN that was not seen.
const Alert *deciding_alert(const Record &r, bool whole) {
  const auto may_decide = [&](const Alert &a) {
    return !a.encrypted && !is_goodbye(a) && !is_late(a, r) && (whole || a.code != kDecodeError);
  };
  for (const Alert &a : r.tls.alerts)
    if (may_decide(a) && a.level == kFatal)
      return &a;
  for (const Alert &a : r.tls.alerts)
    if (may_decide(a) && whole && r.tcp.has_first_close)
      return &a; // a warning, but nothing followed it
  return nullptr;
}

// Up to TLS 1.2 the record layer tells an alert even where its content is hidden: before both
// Finished it is no close_notify of a session.
const Alert *hidden_alert(const Record &r) {
  for (const Alert &a : r.tls.alerts)
    if (a.encrypted)
      return &a;
  return nullptr;
}

// In TLS; in active FTP the TCP server is.
Side hello_side(const Record &r) {
  for (const Message &m : r.tls.messages)
    if (step_of(m.content, m.type, m.encrypted) == Step::client_hello)
      return m.from;
  return Side::client;
}

// The hello was begun, but nobody answered anything, so it is not known to be anything else.
bool hello_in_pieces(const Record &r, const Evidence &e) {
  return r.tls.messages.empty() && r.tls.alerts.empty() && r.tls.client_hello == kNever &&
         e.tls_began.client && !e.tls_began.server;
}

// Nothing of the other side follows the hello but ACKs.
bool is_unanswered(const Record &r, const Evidence &e) {
  const Side other = base::other(hello_side(r));
  const PhaseSpan &data = r.phases[static_cast<std::size_t>(Phase::data)];
  const bool plain_first = data.packets > 0 && data.start != kNever && data.start < r.tls.start;
  return r.tls.client_hello != kNever && r.tls.server_hello == kNever && !e.tls_began[other] &&
         (r.tcp.payload_bytes[other] == 0 || plain_first);
}

// When the sender of the hello showed that it waits no longer; kNever if it did not.
Nanos gave_up(const Record &r, const Evidence &e) {
  const Side asker = hello_side(r);
  for (const Alert &a : r.tls.alerts)
    if (is_goodbye(a) && a.from == asker && a.time >= r.tls.client_hello)
      return a.time;
  if (r.tcp.has_first_close)
    return r.tcp.first_close == asker ? r.tcp.close : kNever;
  return waited_out(e) ? e.now : kNever;
}

// Was the other side given the time that it takes to go on?
bool had_time(const Record &r, Nanos since, Nanos until) {
  Nanos patience = kPatience;
  if (r.tcp.syn != kNever && r.tcp.ack != kNever)
    patience = std::max(patience, kPatienceRoundTrips * (r.tcp.ack - r.tcp.syn));
  return until != kNever && since != kNever && until - since >= patience;
}

// Not even an ACK came for the hello: it may never have reached the other side.
bool unheard(const Record &r) {
  const Side other = base::other(hello_side(r));
  const std::uint64_t opening = 1 + std::uint64_t{r.tcp.retransmissions[other]};
  return r.tcp.packets[other] <= opening + r.tcp.duplicates[other];
}

void judge_tls_handshake(Record &r, const Evidence &e) {
  const Phase phase = Phase::tls_handshake;
  const Step step = last_message(r, Step::ack);
  const auto failed = [&](Cause cause, By by) { fail(r, phase, cause, by, step); };
  // Before any alert: the other side's is only its answer to that.
  if (e.not_tls.server || e.not_tls.client)
    return failed(Cause::not_tls, e.not_tls.server ? By::server : By::client);
  if (const Alert *alert = deciding_alert(r, !lossy(r, e) && !one_sided(r) && !e.seen_elsewhere))
    return failed(Cause::alert, by_side(alert->from));
  if (e.tls_malformed)
    return failed(Cause::malformed, By::none);
  const Alert *hidden = hidden_alert(r);
  if (e.tls_rejected || hidden) {
    failed(Cause::rejected, by_side(e.tls_rejected ? e.rejected_by : hidden->from));
    r.confidence = Confidence::inferred;
    return;
  }
  if (e.tls_unconfirmed)
    r.confidence = Confidence::inferred;
  if (is_unanswered(r, e) && had_time(r, r.tls.client_hello, gave_up(r, e)))
    return failed(Cause::no_server_hello,
                  unheard(r) ? By::network : by_side(base::other(hello_side(r))));
  // Whether its sender stopped or the path lost it, nobody sees from here.
  const bool waited_for_it =
      is_first_close(r, Side::server) && had_time(r, r.tls.start, r.tcp.close);
  if (hello_in_pieces(r, e) && (waited_out(e) || waited_for_it))
    return failed(Cause::no_client_hello, By::none);
  // A RST behind a FIN, be it the other's, only clears away what the FIN left.
  const bool fin_first = r.tcp.has_first_close && r.tcp.fin[r.tcp.first_close] > 0;
  if (by_reset(r) && !fin_first)
    return failed(Cause::reset, by_side(reset_side(r)));
  if (r.tcp.has_first_close)
    return failed(Cause::abandoned, by_side(r.tcp.first_close));
  if (still_alive(e))
    return cut_short(r, e, phase, step);
  if (e.ending != Ending::replaced)
    return failed(Cause::idle_timeout, By::network);
  failed(Cause::abandoned, By::client); // its port began anew, without a FIN or RST
  r.confidence = Confidence::inferred;
}

// A close_notify can't be read once keys are in use, but its place tells it.
bool saw_closing_alert(const Record &r) {
  for (const Alert &a : r.tls.alerts)
    if (a.encrypted || a.code == 0)
      return true;
  return false;
}

void judge_established(Record &r, const Evidence &e) {
  const bool used = r.first_data != kNever;
  const Step step = r.tls.present && used ? Step::application_data
                    : used                ? Step::plain_data
                    : r.tls.present       ? last_message(r, Step::ack)
                                          : Step::ack;
  const bool any_fin = r.tcp.fin.client + r.tcp.fin.server > 0;
  if (r.tcp.teardown == Teardown::fin)
    return leave(r, Phase::teardown, Outcome::completed, Step::fin);
  if (by_reset(r)) {
    if (any_fin || e.tls_closing || saw_closing_alert(r))
      return leave(r, Phase::teardown, Outcome::completed, Step::rst);
    return fail(r, Phase::data, Cause::reset, by_side(reset_side(r)), Step::rst);
  }
  if (still_alive(e))
    return leave(r, any_fin ? Phase::teardown : Phase::data, Outcome::open,
                 any_fin ? Step::fin : step);
  if (any_fin)
    return leave(r, Phase::teardown, Outcome::completed, Step::fin);
  leave(r, Phase::data, Outcome::unknown, step);
  if (e.ending == Ending::expired) {
    r.cause = Cause::idle_timeout;
    r.by = By::network;
  }
}

// Too little was seen to blame anybody.
void acquit(Record &r) {
  r.outcome = Outcome::unknown;
  r.cause = Cause::none;
  r.by = By::none;
}

} // namespace

void judge(Record &r, const Evidence &e) {
  r.confidence = Confidence::seen;
  const bool from_the_middle = r.tcp.roles_guessed || r.tcp.syn == kNever;
  const bool in_tls = r.tls.present && !r.tls.established;
  if (e.ending == Ending::handshake && r.tls.established)
    leave(r, Phase::tls_handshake, Outcome::completed, Step::finished);
  else if (in_tls &&
           (!from_the_middle || r.tls.client_hello != kNever || r.tls.server_hello != kNever))
    judge_tls_handshake(r, e);
  else if (!from_the_middle && only_opening(r))
    judge_tcp_handshake(r, e);
  else
    judge_established(r, e);

  if (r.tls.established_inferred && r.confidence == Confidence::seen)
    r.confidence = Confidence::inferred;
  // A clear fatal alert says itself who refused; all else needs to have been seen whole.
  const bool alerted = r.cause == Cause::alert;
  // Without a SYN or a Client Hello nobody knows which side the alert's sender is.
  if (r.tcp.roles_guessed || (from_the_middle && !alerted))
    acquit(r);
  if (lossy(r, e)) {
    r.confidence = Confidence::capture_loss;
    if (in_tls && !alerted)
      acquit(r); // what looks like silence or an early end may be what we missed
  }
  if (one_sided(r) || e.seen_elsewhere) {
    r.confidence = Confidence::one_sided;
    if (!alerted && r.outcome != Outcome::open)
      acquit(r); // the other side may well have answered, finished or closed where nobody saw it
  }
}

} // namespace handspan::inspect
