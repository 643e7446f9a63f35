#include "render/summary.h"

#include "record/last_step.h"
#include "record/names.h"
#include "record/rules.h"
#include "render/certificate.h"
#include "render/facts.h"
#include "render/phrases.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>
#include <iterator>

namespace handspan::render {
namespace {

// Of a file, where numbers are small, without zeros before it.
std::string id_text(const record::FlowId &id) {
  std::string out = record::text(id);
  if (id.run == 0)
    out.erase(2, std::min(out.find_first_not_of('0', 2), out.size() - 1) - 2);
  return out;
}

using base::Nanos;
using base::Side;
using record::By;
using record::Outcome;
using record::Record;
using record::Rule;
using record::Step;
using record::Teardown;

// The sentence of each rule, by its number.
constexpr Phrase kSaid[] = {
#define HANDSPAN_RULE(name, ...) Phrase::said_##name,
#include "record/rules.def"
#undef HANDSPAN_RULE
};

// Words the verdict; what it is was decided elsewhere.
class Sentence {
public:
  Sentence(const Record &record, Language language)
      : r_(record), d_(record.decided), l_(language) {}

  [[nodiscard]] std::string text() const {
    std::string out = verdict();
    std::string more = reported();
    more += windows();
    more += reset_doubt();
    more += decoys();
    more += certainty();
    more += retries();
    const auto stop = phrase(Phrase::full_stop, l_);
    if (!more.empty() && out.ends_with(stop))
      out.insert(out.size() - stop.size(), more);
    return out;
  }

private:
  // What may stand in a sentence, by its place there. Few do in each: no other is worded.
  struct Place {
    std::string_view name;
    std::string (*text)(const Sentence &);
  };
  static const Place *place_named(std::string_view name);

  [[nodiscard]] std::string verdict() const {
    std::string out;
    fill(out, phrase(sentence(), l_), [this](std::string &text, std::string_view place) {
      const Place *known = place_named(place);
      if (known == nullptr)
        return false;
      text += known->text(*this);
      return true;
    });
    return out;
  }

  [[nodiscard]] Phrase sentence() const {
    if (d_.rule == Rule::alert_in_clear && d_.alert != record::kNoAlert)
      return alert_sentence(r_.tls.alerts[d_.alert]);
    if (d_.rule == Rule::syn_unanswered && syns() <= 1)
      return Phrase::said_syn_unanswered_once;
    if (d_.rule == Rule::undelivered && d_.what == Step::ack)
      return d_.bytes > 0 ? Phrase::said_undelivered_opened : Phrase::said_undelivered_ack;
    if (d_.rule == Rule::undelivered && d_.asked_for && d_.times == 0)
      return Phrase::said_undelivered_left;
    if (d_.rule == Rule::undelivered && d_.asked_for)
      return Phrase::said_undelivered_asked;
    if (d_.rule == Rule::undelivered && d_.bytes == 0)
      return Phrase::said_undelivered_whole;
    if (d_.rule == Rule::left_while_talking && d_.what == Step::application_data)
      return Phrase::said_left_in_record;
    if (d_.rule == Rule::left_while_talking && d_.bytes == 0)
      return Phrase::said_left_stalled;
    return kSaid[static_cast<std::size_t>(d_.rule)];
  }

  // Which sentence an alert's number allows: no more than RFC 8446, section 6.2 says of it.
  [[nodiscard]] Phrase alert_sentence(const record::Alert &alert) const {
    const bool by_server = alert.from == Side::server;
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
      return by_server && r_.tls.sni.length > 0 ? Phrase::said_alert_name
                                                : Phrase::said_alert_in_clear;
    case 116: // certificate_required
      return by_server ? Phrase::said_alert_certificate_required : Phrase::said_alert_in_clear;
    case 120: // no_application_protocol
      return by_server ? Phrase::said_alert_protocol : Phrase::said_alert_in_clear;
    default:
      return Phrase::said_alert_in_clear;
    }
  }

  [[nodiscard]] std::string alert() const {
    if (d_.alert == record::kNoAlert)
      return {};
    const record::Alert &alert = r_.tls.alerts[d_.alert];
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

  // Whose receiver took nothing any more, up to the end.
  [[nodiscard]] std::string windows() const {
    std::string out;
    for (const Side side : {Side::client, Side::server})
      if (r_.tcp.window_shut[side] != base::kNever && r_.outcome != Outcome::completed)
        out += fill(Phrase::window_closed, l_,
                    {{"side", render::text(side, l_)},
                     {"time", length(r_.tcp.window_shut[side], r_.last)}});
    return out;
  }

  // What the path said of it.
  [[nodiscard]] std::string reported() const {
    if (r_.icmp.count == 0 || (d_.rule != Rule::undelivered && d_.rule != Rule::unreachable))
      return {};
    return fill(Phrase::icmp_reported, l_,
                {{"from", address(r_.icmp.from)}, {"error", icmp_text(r_.icmp, l_)}});
  }

  // A RST decided that may be another's. What a closed socket's has as well is no doubt by itself
  // (tcp/evidence_reset.h).
  [[nodiscard]] std::string reset_doubt() const {
    constexpr std::uint8_t kOfClosedSockets =
        record::reset_mark::ip_id | record::reset_mark::no_timestamps;
    const bool reset =
        r_.tcp.teardown == Teardown::rst_client || r_.tcp.teardown == Teardown::rst_server;
    if ((r_.tcp.reset_marks & ~kOfClosedSockets) == 0 || !reset || d_.rule == Rule::foreign_reset ||
        r_.outcome != Outcome::failed)
      return {};
    const Side side = r_.tcp.teardown == Teardown::rst_client ? Side::client : Side::server;
    return fill(Phrase::reset_doubt, l_,
                {{"from", render::text(side, l_)}, {"marks", marks(side)}});
  }

  [[nodiscard]] std::string decoys() const {
    if (r_.tcp.decoys == 0)
      return {};
    std::string what;
    const auto add = [&](record::Decoy decoy, Phrase seen) {
      if ((r_.tcp.decoys & bit_of(decoy)) == 0)
        return;
      if (!what.empty())
        what += phrase(Phrase::comma, l_);
      what += fill(seen, l_,
                   {{"hop", std::to_string(r_.tcp.decoy_hop)},
                    {"usual", std::to_string(r_.tcp.decoy_usual_hop)}});
    };
#define HANDSPAN_DECOY(name, help) add(record::Decoy::name, Phrase::decoy_##name);
#include "record/decoys.def"
#undef HANDSPAN_DECOY
    const std::uint64_t count =
        std::uint64_t{r_.tcp.decoy_packets.client} + r_.tcp.decoy_packets.server;
    return fill(Phrase::decoys_seen, l_, {{"n", grouped(count)}, {"what", what}});
  }

  // What speaks against the RST's sender.
  [[nodiscard]] std::string marks(Side from) const {
    std::string out;
    const auto add = [&](std::uint8_t bit, Phrase mark) {
      if ((r_.tcp.reset_marks & bit) == 0)
        return;
      if (!out.empty())
        out += phrase(Phrase::comma, l_);
      out += fill(mark, l_,
                  {{"hop", std::to_string(r_.tcp.reset_hop)},
                   {"usual", std::to_string(r_.tcp.usual_hop)},
                   {"from", render::text(from, l_)}});
    };
#define HANDSPAN_RESET_MARK(name, bit, help) add(bit, Phrase::mark_##name);
#include "record/reset_marks.def"
#undef HANDSPAN_RESET_MARK
    return out;
  }

  // How whoever left did it.
  [[nodiscard]] std::string left() const {
    if (d_.time != base::kNever && d_.time < r_.tcp.close)
      return std::string(
          phrase(r_.tls.established ? Phrase::left_alert : Phrase::left_goodbye, l_));
    const bool fin = r_.tcp.has_first_close && r_.tcp.fin[r_.tcp.first_close] > 0;
    return std::string(phrase(fin ? Phrase::left_fin : Phrase::left_rst, l_));
  }

  // How the wait for an answer to the hello ended.
  [[nodiscard]] std::string waited() const {
    const auto who = render::text(d_.from, l_);
    if (r_.tcp.has_first_close && r_.tcp.first_close == d_.from)
      return fill(
          Phrase::waited_left, l_,
          {{"from", who}, {"time", length(r_.tls.client_hello, r_.tcp.close)}, {"left", left()}});
    if (r_.tcp.teardown == Teardown::none)
      return fill(Phrase::waited_anew, l_, {{"from", who}});
    return std::string(phrase(Phrase::waited_timeout, l_));
  }

  [[nodiscard]] std::string tries() const {
    if (syns() <= 1)
      return {};
    return fill(Phrase::tries_refused, l_,
                {{"n", grouped(syns())}, {"time", length(r_.first, r_.last)}});
  }

  // How often the client tried, in a TCP handshake that went no further.
  [[nodiscard]] std::uint64_t syns() const {
    const std::uint64_t all = r_.tcp.packets.client, resets = r_.tcp.rst.client;
    return all > resets ? all - resets : all;
  }

  // What the bytes in question belong to.
  [[nodiscard]] std::string what() const {
    if (d_.what != Step::none)
      return std::string(record::title(d_.what));
    return fill(Phrase::undelivered_data, l_, {{"side", render::text(d_.from, l_)}});
  }

  // When in the TLS handshake it was over.
  [[nodiscard]] std::string where() const {
    const Nanos moment = d_.time != base::kNever ? d_.time : r_.last;
    const auto into = between(r_.tls.start, moment);
    const std::string time = duration(into.value_or(0));
    if (d_.what == Step::client_hello && d_.bytes == 0 && into)
      return fill(Phrase::where_in_hello, l_, {{"time", time}});
    const Step before = step_before_end(r_);
    const bool begun = before != Step::none && before != Step::ack;
    if (!begun && into && *into == 0)
      return std::string(phrase(Phrase::where_start, l_));
    if (before != Step::none)
      return fill(into && *into != 0 ? Phrase::where_step_time : Phrase::where_step, l_,
                  {{"step", record::title(before)}, {"time", time}});
    if (!into)
      return {};
    return fill(Phrase::where_time, l_, {{"time", time}});
  }

  [[nodiscard]] std::string certainty() const {
    switch (r_.confidence) {
    case record::Confidence::inferred:
      // Of what is not known, nothing was inferred.
      return r_.outcome == Outcome::unknown ? std::string()
                                            : std::string(phrase(Phrase::sure_inferred, l_));
    case record::Confidence::one_sided:
      return std::string(phrase(Phrase::sure_one_sided, l_));
    case record::Confidence::capture_loss:
      return std::string(phrase(Phrase::sure_capture_loss, l_));
    case record::Confidence::truncated:
      return std::string(phrase(Phrase::sure_truncated, l_));
    case record::Confidence::probe_limit:
      if (d_.rule == Rule::probe_limit)
        return {}; // said already
      return fill(
          Phrase::sure_probe_limit, l_,
          {{"limit", render::text(r_.probe_limit, l_)}, {"key", record::key(r_.probe_limit)}});
    case record::Confidence::seen:
      break;
    }
    return {};
  }

  [[nodiscard]] std::string retries() const {
    std::string out;
    if (r_.retry.of != 0)
      out += fill(
          Phrase::retry_of, l_,
          {{"n", id_text({r_.probe.run, r_.retry.of})}, {"time", duration(r_.retry.of_after)}});
    if (r_.retry.by != 0)
      out += fill(
          r_.retry.recovered ? Phrase::retry_succeeded : Phrase::retry_tried, l_,
          {{"n", id_text({r_.probe.run, r_.retry.by})}, {"time", duration(r_.retry.by_after)}});
    return out;
  }

  [[nodiscard]] std::string_view step() const {
    const Step before = step_before_end(r_);
    return before == Step::none ? phrase(Phrase::no_step, l_) : record::title(before);
  }
  [[nodiscard]] static std::string length(Nanos from, Nanos to) {
    return duration(between(from, to).value_or(0));
  }
  [[nodiscard]] static std::string length(Nanos known) {
    return duration(known == base::kNever ? 0 : known);
  }

  const Record &r_;
  const record::Decided &d_;
  Language l_;
};

const Sentence::Place *Sentence::place_named(std::string_view name) {
  static constexpr Place kPlaces[] = {
      {"by", [](const Sentence &s) { return std::string(render::text(s.r_.by, s.l_)); }},
      {"other",
       [](const Sentence &s) {
         return std::string(phrase(s.r_.by == By::client ? Phrase::server : Phrase::client, s.l_));
       }},
      {"from", [](const Sentence &s) { return std::string(render::text(s.d_.from, s.l_)); }},
      {"to",
       [](const Sentence &s) { return std::string(render::text(base::other(s.d_.from), s.l_)); }},
      {"phase", [](const Sentence &s) { return std::string(render::text(s.r_.phase, s.l_)); }},
      {"step", [](const Sentence &s) { return std::string(s.step()); }},
      {"what", [](const Sentence &s) { return s.what(); }},
      {"where", [](const Sentence &s) { return s.where(); }},
      {"left", [](const Sentence &s) { return s.left(); }},
      {"closing", [](const Sentence &s) { return s.closing(); }},
      {"waited", [](const Sentence &s) { return s.waited(); }},
      {"tries", [](const Sentence &s) { return s.tries(); }},
      {"session", [](const Sentence &s) { return session(s.r_, s.l_); }},
      {"alert", [](const Sentence &s) { return s.alert(); }},
      {"protocol", [](const Sentence &s) { return printable(s.r_.app.protocol.view()); }},
      {"refusal", [](const Sentence &s) { return refusal_text(s.r_); }},
      {"sni", [](const Sentence &s) { return printable(s.r_.view(s.r_.tls.sni)); }},
      {"fault", [](const Sentence &s) { return certificate_faults(s.r_, Side::server, s.l_); }},
      {"n", [](const Sentence &s) { return grouped(s.syns()); }},
      {"bytes", [](const Sentence &s) { return bytes(s.d_.bytes); }},
      {"marks", [](const Sentence &s) { return s.marks(s.d_.from); }},
      {"limit",
       [](const Sentence &s) { return std::string(render::text(s.r_.probe_limit, s.l_)); }},
      {"key", [](const Sentence &s) { return std::string(record::key(s.r_.probe_limit)); }},
      {"times", [](const Sentence &s) { return grouped(s.d_.times); }},
      {"status", [](const Sentence &s) { return std::to_string(s.r_.app.status); }},
      {"port", [](const Sentence &s) { return std::to_string(s.r_.server_port); }},
      {"lasted", [](const Sentence &s) { return s.length(s.d_.lasted); }},
      {"silence", [](const Sentence &s) { return s.length(s.d_.silence); }},
      {"time", [](const Sentence &s) { return s.length(s.r_.first, s.r_.last); }},
      {"age", [](const Sentence &s) { return s.length(s.r_.first, s.d_.time); }},
      {"ignored", [](const Sentence &s) { return s.length(s.r_.first_data, s.r_.tcp.close); }},
      {"unused", [](const Sentence &s) { return s.length(s.r_.tcp.ack, s.d_.time); }},
      {"early", [](const Sentence &s) { return s.length(s.r_.tls.client_hello, s.d_.time); }},
      {"handshake", [](const Sentence &s) { return s.length(s.r_.tls.start, s.r_.tls.finished); }},
  };
  const auto known = std::find_if(std::begin(kPlaces), std::end(kPlaces),
                                  [name](const Place &place) { return place.name == name; });
  return known != std::end(kPlaces) ? known : nullptr;
}

} // namespace

std::string summary(const Record &record, Language language) {
  return Sentence(record, language).text();
}

} // namespace handspan::render
