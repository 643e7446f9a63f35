#include "render/explain.h"

#include "render/connection.h"
#include "render/conversation.h"
#include "render/facts.h"
#include "render/fold.h"
#include "render/ladder.h"
#include "render/narrator.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"
#include "render/wrap.h"

#include <algorithm>
#include <cmath>

namespace handspan::render {
namespace {

namespace mark = record::mark;
using base::Nanos;

constexpr std::size_t kWidest = 100; // of a paragraph

std::size_t width_of(const Style &style) {
  return style.width == 0 ? kWidest : std::min(style.width, kWidest);
}
constexpr std::size_t kIndent = 4;
constexpr std::size_t kPauses = 3; // told at the end
constexpr Nanos kPauseShare = 10;  // per cent of the connection that a pause must take

class Explanation {
public:
  Explanation(const record::Record &record, std::uint64_t number,
              const std::vector<Packet> &packets, const Style &style, const ExplainOptions &options)
      : r_(record), number_(number), packets_(packets), style_(style),
        narrator_(record, packets, style.language) {
    if (!options.every_packet)
      runs_ = fold(packets);
    for (std::size_t i = 0; i < packets.size(); ++i)
      number_width_ = std::max(number_width_, narrator_.name(i).size());
  }

  std::string text() {
    out_ = connection_head(r_, number_, style_);
    if (packets_.empty())
      out_ += wrap(phrase(Phrase::ex_left_out, style_.language), width_of(style_), kIndent);
    for (std::size_t i = 0; i < packets_.size();) {
      const std::size_t end = end_of_phase(i);
      phase_head(i, end);
      while (i < end)
        i = told(i);
    }
    conclusion();
    return std::move(out_);
  }

private:
  [[nodiscard]] std::size_t end_of_phase(std::size_t begin) const {
    std::size_t end = begin;
    while (end < packets_.size() && packets_[end].fact.phase == packets_[begin].fact.phase)
      ++end;
    return end;
  }

  void heading(std::string text) {
    if (text.front() >= 'a' && text.front() <= 'z')
      text.front() = static_cast<char>(text.front() - 'a' + 'A');
    out_ += "\n" + paint(text, Colour::bold, style_) + "\n";
  }

  void phase_head(std::size_t begin, std::size_t end) {
    const record::Phase phase = packets_[begin].fact.phase;
    const record::PhaseSpan &span = r_.phases[static_cast<std::size_t>(phase)];
    heading(fill(end - begin == 1 ? Phrase::ex_phase_head_one : Phrase::ex_phase_head,
                 style_.language,
                 {{"phase", render::text(phase, style_.language)},
                  {"first", narrator_.name(begin)},
                  {"last", narrator_.name(end - 1)},
                  {"time", duration(between(span.start, span.end).value_or(0))}}));
  }

  // Tells a packet, or the run of ordinary ones that begins with it. Returns the place behind.
  std::size_t told(std::size_t place) {
    if (next_run_ < runs_.size() && runs_[next_run_].begin == place) {
      run(runs_[next_run_]);
      return runs_[next_run_++].end;
    }
    packet(place);
    return place + 1;
  }

  void run(const Run &run) {
    const Packet &first = packets_[run.begin], &last = packets_[run.end - 1];
    out_ += "  " +
            paint(fill(Phrase::ex_run, style_.language,
                       {{"first", narrator_.name(run.begin)},
                        {"last", narrator_.name(run.end - 1)},
                        {"start", duration(between(r_.first, first.fact.time).value_or(0))},
                        {"time", duration(between(first.fact.time, last.fact.time).value_or(0))}}),
                  Colour::bold, style_) +
            "\n";
    std::string sentence;
    const auto part = [&](Phrase id, base::Side side, std::uint64_t n, std::uint64_t size) {
      if (n == 0)
        return;
      if (!sentence.empty())
        sentence += phrase(Phrase::comma, style_.language);
      sentence += fill(id, style_.language,
                       {{"side", render::text(side, style_.language)},
                        {"n", grouped(n)},
                        {"bytes", bytes(size)}});
    };
    for (const base::Side side : {base::Side::client, base::Side::server})
      part(Phrase::ex_run_data, side, run.data[side], run.bytes[side]);
    for (const base::Side side : {base::Side::client, base::Side::server})
      part(Phrase::ex_run_acks, side, run.acks[side], 0);
    sentence += phrase(Phrase::ex_run_end, style_.language);
    out_ += wrap(sentence, width_of(style_), number_width_ + 4);
  }

  void packet(std::size_t place) {
    const Packet &p = packets_[place];
    const std::string label = narrator_.label(p);
    const bool icmp = p.fact.has(mark::icmp);
    const auto from = icmp ? phrase(Phrase::network, style_.language)
                           : render::text(p.fact.from, style_.language);
    const base::Side to = icmp ? p.fact.from : base::other(p.fact.from);
    const std::string way = fill(Phrase::direction, style_.language,
                                 {{"from", from}, {"to", render::text(to, style_.language)}});
    constexpr std::size_t kTimeWidth = 7;
    out_ += "  " + pad(narrator_.name(place), number_width_, Align::right) + "  " +
            pad(duration(between(r_.first, p.fact.time).value_or(0)), kTimeWidth, Align::right) +
            "  " + way + "  " + paint(label, Colour::bold, style_) + "\n";
    for (const std::string &paragraph : narrator_.story(place))
      out_ += wrap(paragraph, width_of(style_), number_width_ + 4);
  }

  void conclusion() {
    heading(std::string(phrase(Phrase::ex_conclusion, style_.language)));
    out_ += connection_verdict(r_, style_);
    out_ += connection_phases(r_, style_);
    if (packets_.empty())
      return;
    heading(std::string(phrase(Phrase::ex_ladder, style_.language)));
    out_ += ladder(r_, packets_, style_, 2);
    heading(std::string(phrase(Phrase::ex_time, style_.language)));
    pauses();
  }

  // Who repeats waits for the other side's answer, and so does who leaves because none came.
  [[nodiscard]] base::Side waited_for(const Packet &p) const {
    const bool gave_up = r_.cause == record::Cause::no_server_hello && (p.fin() || p.rst());
    const bool for_other = p.fact.has(mark::retransmission) || gave_up;
    return for_other ? base::other(p.fact.from) : p.fact.from;
  }

  // The longest waits between packets that bring something: an ACK alone waits for nobody.
  void pauses() {
    const Nanos total = between(r_.first, r_.last).value_or(0);
    struct Pause {
      Nanos length;
      std::size_t before, after;
    };
    std::vector<Pause> found;
    std::size_t earlier = 0;
    for (std::size_t i = 1; i < packets_.size(); ++i) {
      if (packets_[i].empty() && !packets_[i].fact.has(mark::established))
        continue;
      const Nanos length = between(packets_[earlier].fact.time, packets_[i].fact.time).value_or(0);
      if (length > 0 && length >= total / 100 * kPauseShare)
        found.push_back({length, earlier, i});
      earlier = i;
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Pause &a, const Pause &b) { return a.length > b.length; });
    found.resize(std::min(found.size(), kPauses));
    if (found.empty()) {
      out_ += wrap(fill(Phrase::ex_time_none, style_.language, {{"time", duration(total)}}),
                   width_of(style_), kIndent);
      return;
    }
    out_ += wrap(fill(Phrase::ex_pause_total, style_.language, {{"time", duration(total)}}),
                 width_of(style_), kIndent);
    for (const Pause &pause : found) {
      const Packet &before = packets_[pause.before], &after = packets_[pause.after];
      // Times that go back may make a pause longer than the whole, or the whole nothing.
      const double share =
          static_cast<double>(pause.length) / static_cast<double>(std::max(pause.length, total));
      const long percent = std::lround(share * 100);
      out_ += wrap(fill(Phrase::ex_pause_before, style_.language,
                        {{"time", duration(pause.length)},
                         {"percent", std::to_string(percent)},
                         {"a", narrator_.name(pause.before)},
                         {"b", narrator_.name(pause.after)},
                         {"what_a", narrator_.label(before)},
                         {"what_b", narrator_.label(after)},
                         {"side", render::text(waited_for(after), style_.language)}}),
                   width_of(style_), kIndent + 2);
    }
  }

  const record::Record &r_;
  std::uint64_t number_;
  const std::vector<Packet> &packets_;
  Style style_;
  Narrator narrator_;
  std::vector<Run> runs_;
  std::size_t next_run_ = 0;
  std::size_t number_width_ = 1;
  std::string out_;
};

} // namespace

std::string explain(const record::Record &record, std::uint64_t number,
                    std::span<const record::PacketFact> facts,
                    std::span<const record::PayloadPart> parts, const Style &style,
                    const ExplainOptions &options) {
  const std::vector<Packet> packets = follow(record, facts, parts);
  return Explanation(record, number, packets, style, options).text();
}

} // namespace handspan::render
