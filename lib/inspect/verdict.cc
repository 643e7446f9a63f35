#include "inspect/verdict.h"

#include "record/names.h"

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
Step last_message(const Record &r) {
  if (r.tls.messages.empty())
    return Step::ack;
  const Message &m = r.tls.messages.back();
  return step_of(m.content, m.type, m.encrypted);
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
  const bool waited = e.ending == Ending::expired || e.ending == Ending::replaced ||
                      (e.now != kNever && r.first != kNever && e.now - r.first >= e.syn_timeout);
  if (!waited && still_alive(e)) {
    cut_short(r, e, phase, step);
    return;
  }
  if (answered)
    fail(r, phase, Cause::half_open, By::client, step);
  else
    fail(r, phase, Cause::syn_timeout, By::network, step);
}

// OpenSSL answers the end of a stream within the handshake with decode_error: whoever sends it
// after the other's FIN is the one who was left.
bool is_late(const Alert &a, const Record &r) {
  constexpr std::uint8_t kDecodeError = 50;
  return a.code == kDecodeError && r.tcp.has_first_close && r.tcp.first_close != a.from &&
         r.tcp.close != kNever && a.time > r.tcp.close;
}

// The alert that ended the handshake: the first that is no mere notice of closing.
const Alert *deciding_alert(const Record &r) {
  constexpr std::uint8_t kCloseNotify = 0, kUserCanceled = 90, kFatal = 2;
  const auto may_decide = [&](const Alert &a) {
    return !a.encrypted && a.code != kCloseNotify && a.code != kUserCanceled && !is_late(a, r);
  };
  for (const Alert &a : r.tls.alerts)
    if (may_decide(a) && a.level == kFatal)
      return &a;
  for (const Alert &a : r.tls.alerts)
    if (may_decide(a) && r.tcp.has_first_close)
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

void judge_tls_handshake(Record &r, const Evidence &e) {
  const Phase phase = Phase::tls_handshake;
  const Step step = last_message(r);
  const auto failed = [&](Cause cause, By by) { fail(r, phase, cause, by, step); };
  // Before any alert: the other side's is only its answer to that.
  if (e.not_tls.server || e.not_tls.client)
    return failed(Cause::not_tls, e.not_tls.server ? By::server : By::client);
  if (const Alert *alert = deciding_alert(r))
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
  // The server said nothing at all to the hello, and nobody sees why from here.
  const bool unanswered = r.tls.client_hello != kNever && r.tcp.payload_bytes.server == 0;
  // A RST behind a FIN, be it the other's, only clears away what the FIN left.
  const bool fin_first = r.tcp.has_first_close && r.tcp.fin[r.tcp.first_close] > 0;
  if (by_reset(r) && !fin_first) {
    if (unanswered && reset_side(r) == Side::client)
      return failed(Cause::no_server_hello, By::server);
    return failed(Cause::reset, by_side(reset_side(r)));
  }
  if (r.tcp.has_first_close) {
    if (unanswered && r.tcp.first_close == Side::client)
      return failed(Cause::no_server_hello, By::server);
    return failed(Cause::abandoned, by_side(r.tcp.first_close));
  }
  if (still_alive(e))
    return cut_short(r, e, phase, step);
  failed(unanswered ? Cause::no_server_hello : Cause::idle_timeout,
         unanswered ? By::server : By::network);
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
                    : r.tls.present       ? last_message(r)
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

bool one_sided(const Record &r) {
  const auto &p = r.tcp.packets;
  if (p.client == 0)
    return true;
  // Only the client was seen: with more than SYNs, somebody must have answered it.
  return p.server == 0 && (r.tcp.payload_bytes.client > 0 || r.tcp.syn == kNever);
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
  else if (!r.tcp.established && !from_the_middle && r.tcp.payload_bytes.client == 0)
    judge_tcp_handshake(r, e);
  else
    judge_established(r, e);

  if (r.tls.established_inferred && r.confidence == Confidence::seen)
    r.confidence = Confidence::inferred;
  if (from_the_middle && r.cause != Cause::alert)
    acquit(r);
  if (e.tls_capture_loss) {
    r.confidence = Confidence::capture_loss;
    if (in_tls && r.cause != Cause::alert && r.cause != Cause::reset)
      acquit(r); // what looks like silence may be what we missed
  }
  if (one_sided(r) || e.seen_elsewhere) {
    r.confidence = Confidence::one_sided;
    if (r.cause == Cause::no_server_hello || r.cause == Cause::syn_timeout)
      acquit(r); // it may well have answered where we could not see it
  }
}

} // namespace handspan::inspect
