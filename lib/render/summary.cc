#include "render/summary.h"

#include "record/names.h"
#include "render/facts.h"
#include "render/phrases.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>

namespace handspan::render {
namespace {

using base::Side;
using record::By;
using record::Cause;
using record::Outcome;
using record::Phase;
using record::Record;
using record::Step;
using record::Teardown;

// What the sentences are filled with, worked out once for a record.
class Sentence {
public:
  Sentence(const Record &record, Language language) : r_(record), l_(language) {}

  [[nodiscard]] std::string text() const {
    std::string out = verdict();
    std::string more(certainty());
    more += retries();
    const auto stop = phrase(Phrase::full_stop, l_);
    if (!more.empty() && out.ends_with(stop))
      out.insert(out.size() - stop.size(), more);
    return out;
  }

private:
  [[nodiscard]] std::string retries() const {
    std::string out;
    if (r_.retry.of != 0)
      out += fill(Phrase::retry_of, l_, {{"time", duration(r_.retry.of_after)}});
    if (r_.retry.by != 0)
      out += fill(r_.retry.recovered ? Phrase::retry_succeeded : Phrase::retry_tried, l_,
                  {{"time", duration(r_.retry.by_after)}});
    return out;
  }

  [[nodiscard]] std::string verdict() const {
    switch (r_.outcome) {
    case Outcome::completed:
      return completed();
    case Outcome::failed:
      return failed();
    case Outcome::open:
      return fill(Phrase::said_open, l_, {{"phase", phase()}, {"session", session(r_, l_)}});
    case Outcome::unused:
    case Outcome::unknown:
      break;
    }
    if (r_.cause == Cause::idle_timeout)
      return idle();
    if (r_.tcp.roles_guessed || r_.tcp.syn == base::kNever)
      return fill(Phrase::said_midstream, l_, {{"closing", closing()}});
    return fill(Phrase::said_cut, l_, {{"phase", phase()}, {"step", step()}});
  }

  [[nodiscard]] std::string completed() const {
    if (r_.kind == record::Kind::handshake) {
      const auto took = between(r_.tls.start, r_.tls.finished);
      return fill(Phrase::said_handshake_completed, l_,
                  {{"time", duration(took.value_or(base::kNever))}, {"session", session(r_, l_)}});
    }
    const bool inferred = r_.confidence == record::Confidence::inferred;
    return fill(inferred ? Phrase::said_completed_inferred : Phrase::said_completed, l_,
                {{"session", session(r_, l_)}, {"closing", closing()}});
  }

  [[nodiscard]] std::string failed() const {
    switch (r_.cause) {
    case Cause::syn_timeout:
      return syn_timeout();
    case Cause::refused:
      return fill(Phrase::said_refused, l_, {{"time", since(r_.first, r_.tcp.close)}});
    case Cause::half_open:
      return say(Phrase::said_half_open);
    case Cause::no_client_hello:
      return say(Phrase::said_no_client_hello);
    case Cause::no_server_hello:
      return unanswered();
    case Cause::alert:
      return alert();
    case Cause::rejected:
      return say(Phrase::said_rejected);
    case Cause::abandoned:
      return abandoned();
    case Cause::reset:
      return reset();
    case Cause::idle_timeout:
      return idle();
    case Cause::not_tls:
      return say(Phrase::said_not_tls);
    case Cause::malformed:
      return say(Phrase::said_malformed);
    case Cause::undelivered:
    case Cause::unreachable:
    case Cause::aborted:
    case Cause::stale:
    case Cause::none:
      break;
    }
    return say(Phrase::said_failed);
  }

  [[nodiscard]] std::string say(Phrase sentence) const {
    return fill(sentence, l_,
                {{"by", render::text(r_.by, l_)},
                 {"other", phrase(r_.by == By::client ? Phrase::server : Phrase::client, l_)},
                 {"where", where(end_of_handshake())},
                 {"closing", closing()},
                 {"phase", phase()},
                 {"step", step()}});
  }

  [[nodiscard]] std::string syn_timeout() const {
    const auto tries = r_.tcp.packets.client;
    if (tries <= 1)
      return std::string(phrase(Phrase::said_syn_timeout_once, l_));
    return fill(Phrase::said_syn_timeout, l_,
                {{"tries", std::to_string(tries)}, {"time", since(r_.first, r_.last)}});
  }

  // Who waited for the answer to its hello, and how that ended.
  [[nodiscard]] std::string unanswered() const {
    const bool server = r_.by == By::server || r_.by == By::network;
    const Side asker = server ? Side::client : Side::server;
    std::string end;
    if (!r_.tcp.has_first_close && r_.tcp.teardown == Teardown::none)
      end = fill(Phrase::waited_anew, l_, {{"asker", render::text(asker, l_)}});
    else if (!r_.tcp.has_first_close || r_.tcp.first_close != asker)
      end = closing();
    else
      end = fill(
          r_.tcp.fin[asker] > 0 ? Phrase::waited_fin : Phrase::waited_rst, l_,
          {{"asker", render::text(asker, l_)}, {"time", since(r_.tls.client_hello, r_.tcp.close)}});
    return fill(r_.by == By::network ? Phrase::said_nothing_back : Phrase::said_no_server_hello, l_,
                {{"by", render::text(r_.by, l_)}, {"end", end}});
  }

  [[nodiscard]] bool hello_in_pieces() const {
    const auto by_client = [](const record::Alert &a) { return a.from == Side::client; };
    return r_.tls.present && r_.tls.messages.empty() && r_.tls.client_hello == base::kNever &&
           std::none_of(r_.tls.alerts.begin(), r_.tls.alerts.end(), by_client);
  }

  [[nodiscard]] bool left_before_an_answer() const {
    return r_.by == By::client && r_.step == Step::client_hello &&
           r_.tls.server_hello == base::kNever && r_.tls.client_hello != base::kNever;
  }

  [[nodiscard]] std::string left_early(Phrase sentence) const {
    return fill(sentence, l_, {{"time", since(r_.tls.client_hello, r_.tcp.close)}});
  }

  [[nodiscard]] std::string abandoned() const {
    if (!r_.tcp.has_first_close)
      return say(Phrase::said_replaced);
    if (left_before_an_answer())
      return left_early(Phrase::said_left_early);
    for (const record::Alert &a : r_.tls.alerts)
      if (!a.encrypted && a.code == 0 && a.from == r_.tcp.first_close)
        return say(Phrase::said_abandoned_notify);
    return say(Phrase::said_abandoned);
  }

  [[nodiscard]] std::string idle() const {
    const bool silent = r_.tcp.payload_bytes.client + r_.tcp.payload_bytes.server == 0;
    return say(silent ? Phrase::said_silent : Phrase::said_idle);
  }

  [[nodiscard]] std::string reset() const {
    if (r_.phase == Phase::tcp_handshake)
      return say(Phrase::said_reset_tcp);
    if (r_.phase == Phase::tls_handshake)
      return left_before_an_answer() ? left_early(Phrase::said_reset_early)
                                     : say(Phrase::said_reset);
    return fill(Phrase::said_reset_data, l_,
                {{"by", render::text(r_.by, l_)}, {"time", since(r_.first, r_.tcp.close)}});
  }

  [[nodiscard]] std::string alert() const {
    const record::Alert *alert = decisive_alert(r_);
    if (alert == nullptr)
      return say(Phrase::said_failed);
    const std::string sni = printable(r_.view(r_.tls.sni));
    const Side other = base::other(alert->from);
    return fill(alert_sentence(*alert), l_,
                {{"by", render::text(alert->from, l_)},
                 {"other", render::text(other, l_)},
                 {"alert", alert_text(*alert)},
                 {"sni", sni},
                 {"where", where(alert->time)}});
  }

  // Which sentence an alert's number allows: no more than RFC 8446, section 6.2 says of it.
  [[nodiscard]] Phrase alert_sentence(const record::Alert &alert) const {
    const bool by_server = alert.from == Side::server;
    if (alert.encrypted)
      return Phrase::said_alert;
    switch (alert.code) {
    case 42: // bad_certificate
    case 43: // unsupported_certificate
    case 44: // certificate_revoked
    case 45: // certificate_expired
    case 46: // certificate_unknown
    case 48: // unknown_ca
      return Phrase::said_alert_certificate;
    case 70: // protocol_version
      return Phrase::said_alert_version;
    case 112: // unrecognized_name
      return by_server && r_.tls.sni.length > 0 ? Phrase::said_alert_name : Phrase::said_alert;
    case 116: // certificate_required
      return by_server ? Phrase::said_alert_certificate_required : Phrase::said_alert;
    case 120: // no_application_protocol
      return by_server ? Phrase::said_alert_protocol : Phrase::said_alert;
    default:
      return Phrase::said_alert;
    }
  }

  [[nodiscard]] std::string alert_text(const record::Alert &alert) const {
    if (alert.encrypted)
      return std::string(phrase(Phrase::alert_hidden, l_));
    const std::string code = std::to_string(alert.code);
    const auto name = record::alert_name(alert.code);
    return fill(name.empty() ? Phrase::alert_number : Phrase::alert_named, l_,
                {{"code", code}, {"name", name}});
  }

  [[nodiscard]] std::string closing() const {
    switch (r_.tcp.teardown) {
    case Teardown::fin:
      return std::string(phrase(Phrase::closing_fin, l_));
    case Teardown::half_closed: {
      const Side side = r_.tcp.fin.client > 0 ? Side::client : Side::server;
      return fill(Phrase::closing_half, l_, {{"side", render::text(side, l_)}});
    }
    case Teardown::rst_client:
      return fill(Phrase::closing_rst, l_, {{"side", phrase(Phrase::client, l_)}});
    case Teardown::rst_server:
      return fill(Phrase::closing_rst, l_, {{"side", phrase(Phrase::server, l_)}});
    case Teardown::timeout:
      return std::string(phrase(Phrase::closing_timeout, l_));
    case Teardown::none:
      break;
    }
    return std::string(phrase(Phrase::closing_none, l_));
  }

  // When a handshake without an alert came to its end.
  [[nodiscard]] base::Nanos end_of_handshake() const {
    return r_.tcp.close != base::kNever ? r_.tcp.close : r_.last;
  }

  [[nodiscard]] std::string where(base::Nanos moment) const {
    const Step before = step_before_end(r_);
    const auto into = between(r_.tls.start, moment);
    const auto time = duration(into.value_or(0));
    if (hello_in_pieces() && into)
      return fill(Phrase::where_in_hello, l_, {{"time", time}});
    if (before == Step::none)
      return into ? fill(Phrase::where_time, l_, {{"time", time}}) : std::string();
    return fill(into ? Phrase::where_step_time : Phrase::where_step, l_,
                {{"step", record::title(before)}, {"time", time}});
  }

  [[nodiscard]] std::string_view certainty() const {
    switch (r_.confidence) {
    case record::Confidence::inferred:
      if (r_.kind == record::Kind::connection &&
          (r_.outcome == Outcome::completed || r_.outcome == Outcome::unknown))
        return {}; // said at its beginning, or of nothing
      return phrase(Phrase::sure_inferred, l_);
    case record::Confidence::one_sided:
      return phrase(Phrase::sure_one_sided, l_);
    case record::Confidence::capture_loss:
      return phrase(Phrase::sure_capture_loss, l_);
    case record::Confidence::truncated:
      return phrase(Phrase::sure_truncated, l_);
    case record::Confidence::seen:
      break;
    }
    return {};
  }

  [[nodiscard]] std::string_view phase() const { return render::text(r_.phase, l_); }
  [[nodiscard]] std::string_view step() const {
    const Step before = step_before_end(r_);
    return before == Step::none ? phrase(Phrase::no_step, l_) : record::title(before);
  }
  [[nodiscard]] static std::string since(base::Nanos from, base::Nanos to) {
    return duration(between(from, to).value_or(0));
  }

  const Record &r_;
  Language l_;
};

} // namespace

std::string summary(const Record &record, Language language) {
  return Sentence(record, language).text();
}

} // namespace handspan::render
