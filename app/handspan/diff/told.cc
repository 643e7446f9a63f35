#include "told.h"

#include "record/names.h"
#include "render/facts.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"
#include "render/wrap.h"
#include "words.h"

#include <algorithm>
#include <cmath>

namespace handspan::app {
namespace {

using render::Align;
using render::Colour;
using render::Style;
using render::Table;

constexpr std::size_t kNamed = 3; // in a sentence, and sentences about servers

std::string span(std::uint64_t nanos) {
  return render::duration(static_cast<base::Nanos>(nanos));
}

std::string factor(double number) {
  std::string text = std::to_string(number);
  text.resize(text.find_last_not_of('0') + 1);
  return text;
}

class Text {
public:
  Text(const Side &a, const Side &b, const Differences &found, std::size_t most, const Style &style)
      : a_(a), b_(b), found_(found), most_(most), style_(style) {}

  std::string whole() {
    side("A", a_);
    side("B", b_);
    out_ += '\n';
    sentences();
    causes();
    timings();
    servers();
    notes();
    return std::move(out_);
  }

private:
  std::string say(DiffWord id, std::initializer_list<render::Filling> fillings = {}) const {
    return diff_word(id, style_.language, fillings);
  }
  void line(const std::string &text) { out_ += render::fit(text, style_.width, 0); }
  void dim(const std::string &text) { line(render::paint(text, Colour::dim, style_)); }

  void side(const char *letter, const Side &of) {
    const std::string name = render::printable(of.name);
    if (of.connections == 0)
      return line(say(DiffWord::side_empty, {{"side", letter}, {"name", name}}));
    line(say(DiffWord::side_line,
             {{"side", letter},
              {"name", name},
              {"connections", render::grouped(of.connections)},
              {"failed", render::grouped(of.failed)},
              {"share", render::percent(of.failed, of.connections)},
              {"from", render::date_time(of.from, style_.local).substr(0, 19)},
              {"until", render::date_time(of.until, style_.local).substr(0, 19)},
              {"zone", render::zone_name(of.from, style_.local)}}));
  }

  static std::string cause_of(const Kind &kind) {
    return render::cause_text(kind.cause, kind.alert);
  }
  std::string by_of(const Kind &kind) const {
    return kind.by == record::By::none ? "" : std::string(render::text(kind.by, style_.language));
  }

  // The first of a list in words, with commas between them.
  template <class List, class Wanted, class Told>
  std::string list_of(const List &list, Wanted wanted, Told told) const {
    std::string out;
    std::size_t count = 0;
    for (const auto &one : list)
      if (wanted(one) && ++count <= kNamed)
        out += (out.empty() ? "" : say(DiffWord::comma)) + told(one);
    return count > kNamed ? out + say(DiffWord::comma) + "…" : out;
  }

  void sentences() {
    if (found_.none())
      return line(say(DiffWord::no_difference));
    for (const auto &[change, word] : {std::pair{Change::added, DiffWord::new_causes},
                                       {Change::gone, DiffWord::gone_causes},
                                       {Change::more, DiffWord::more_causes},
                                       {Change::less, DiffWord::less_causes}}) {
      const std::string list = list_of(
          found_.causes, [wanted = change](const CauseChange &one) { return one.change == wanted; },
          [&](const CauseChange &one) { return in_words(one); });
      if (!list.empty())
        line(say(word, {{"list", list}}));
    }
    for (const bool slower : {true, false}) {
      const std::string list = list_of(
          found_.timings, [&](const TimingChange &one) { return one.slower == slower; },
          [&](const TimingChange &one) { return in_words(one); });
      if (!list.empty())
        line(say(slower ? DiffWord::slower : DiffWord::faster, {{"list", list}}));
    }
    about_servers();
  }

  std::string in_words(const CauseChange &one) const {
    const bool both = one.change == Change::more || one.change == Change::less;
    const std::uint64_t count = one.change == Change::gone ? one.a.of : one.b.of;
    return say(both ? DiffWord::one_shift : DiffWord::one_count,
               {{"cause", cause_of(one.kind)},
                {"n", render::grouped(count) +
                          (one.certain() ? "" : say(DiffWord::comma) + say(DiffWord::by_chance))},
                {"a", render::percent(one.a.of, one.a.all)},
                {"b", render::percent(one.b.of, one.b.all)}});
  }

  std::string in_words(const TimingChange &one) const {
    std::size_t at = 0;
    while (!one.differs[at])
      ++at;
    return say(DiffWord::one_timing, {{"timing", one.timing},
                                      {"quantile", kQuantiles[at]},
                                      {"a", span(one.a[at])},
                                      {"b", span(one.b[at])}});
  }

  void about_servers() {
    std::size_t told = 0, more = 0, added = 0, gone = 0;
    for (const ServerChange &one : found_.servers) {
      added += one.change == Change::added ? 1 : 0;
      gone += one.change == Change::gone ? 1 : 0;
      if (one.change != Change::changed)
        continue;
      if (told++ < kNamed)
        about(one);
      else
        ++more;
    }
    if (more > 0)
      line(say(DiffWord::more_sentences, {{"n", render::grouped(more)}}));
    if (added + gone > 0)
      line(say(DiffWord::new_servers,
               {{"n", render::grouped(added)}, {"gone", render::grouped(gone)}}));
  }

  void about(const ServerChange &one) {
    const std::string server = render::printable(one.server);
    if (one.certificates) {
      const ShownCertificate &now = another(one), &before = one.shown_a.front().second;
      line(say(DiffWord::certificate_changed, {{"server", server},
                                               {"issuer", render::printable(now.issuer)},
                                               {"until", now.not_after},
                                               {"before", render::printable(before.issuer)},
                                               {"before_until", before.not_after}}));
    }
    const std::string facts = list_of(
        one.facts, [](const FactChange &) { return true; },
        [&](const FactChange &fact) { return title(fact.fact); });
    if (!facts.empty())
      line(say(DiffWord::fact_changed, {{"server", server}, {"facts", facts}}));
  }

  // The most frequent that A did not show; where there is none, the most frequent.
  static const ShownCertificate &another(const ServerChange &one) {
    for (const auto &[sha256, seen] : one.shown_b)
      if (std::none_of(one.shown_a.begin(), one.shown_a.end(),
                       [&own = sha256](const auto &before) { return before.first == own; }))
        return seen;
    return one.shown_b.front().second;
  }

  std::string title(Fact fact) const {
    constexpr DiffWord kTitles[] = {DiffWord::version, DiffWord::cipher, DiffWord::group,
                                    DiffWord::alpn, DiffWord::ja3s};
    return say(kTitles[static_cast<std::size_t>(fact)]);
  }
  std::string title(Change change) const {
    constexpr DiffWord kTitles[] = {DiffWord::added, DiffWord::gone, DiffWord::more, DiffWord::less,
                                    DiffWord::changed};
    return say(kTitles[static_cast<std::size_t>(change)]);
  }

  void heads(Table &table, std::initializer_list<std::string> cells) {
    std::vector<std::string> painted;
    for (const std::string &cell : cells)
      painted.push_back(render::paint(cell, Colour::dim, style_));
    table.row(std::move(painted));
  }
  void put(const Table &table, std::size_t rows) {
    out_ += '\n' + table.text(0, style_.width);
    if (most_ > 0 && rows > most_)
      dim(say(DiffWord::rows_left, {{"n", render::grouped(rows - most_)}}));
  }
  [[nodiscard]] std::size_t shown(std::size_t rows) const {
    return most_ == 0 ? rows : std::min(rows, most_);
  }

  void causes() {
    if (found_.causes.empty())
      return;
    Table table({Align::left, Align::left, Align::left, Align::right, Align::right, Align::right,
                 Align::right, Align::left});
    heads(table, {say(DiffWord::head_failures), say(DiffWord::head_cause),
                  found_.by_whom ? say(DiffWord::head_by) : "", "A", "A %", "B", "B %"});
    for (std::size_t i = 0; i < shown(found_.causes.size()); ++i) {
      const CauseChange &one = found_.causes[i];
      table.row({render::paint(title(one.change), colour(one.change), style_), cause_of(one.kind),
                 by_of(one.kind), render::grouped(one.a.of), render::percent(one.a.of, one.a.all),
                 render::grouped(one.b.of), render::percent(one.b.of, one.b.all),
                 one.certain() ? "" : say(DiffWord::by_chance)});
    }
    put(table, found_.causes.size());
  }

  static Colour colour(Change change) {
    return change == Change::added || change == Change::more  ? Colour::red
           : change == Change::gone || change == Change::less ? Colour::green
                                                              : Colour::yellow;
  }

  void timings() {
    if (found_.timings.empty())
      return;
    Table table({Align::left, Align::left, Align::right, Align::right, Align::right, Align::right,
                 Align::right, Align::right, Align::right, Align::right});
    heads(table, {say(DiffWord::head_change), say(DiffWord::head_timings), "A n", "B n", "A p50",
                  "B p50", "A p95", "B p95", "A p99", "B p99"});
    for (const TimingChange &one : found_.timings) {
      std::vector<std::string> cells{
          render::paint(say(one.slower ? DiffWord::was_slower : DiffWord::was_faster),
                        one.slower ? Colour::red : Colour::green, style_),
          one.timing, render::grouped(one.count_a), render::grouped(one.count_b)};
      for (std::size_t i = 0; i < kShares.size(); ++i) {
        const Colour colour = one.differs[i] ? Colour::bold : Colour::none;
        cells.push_back(render::paint(span(one.a[i]), colour, style_));
        cells.push_back(render::paint(span(one.b[i]), colour, style_));
      }
      table.row(std::move(cells));
    }
    put(table, 0);
  }

  void servers() {
    if (found_.servers.empty())
      return;
    Table table({Align::left, Align::left, Align::right, Align::right, Align::left, Align::left,
                 Align::left});
    heads(table, {say(DiffWord::head_change), say(DiffWord::head_servers), "A n", "B n",
                  say(DiffWord::head_what), "A", "B"});
    for (std::size_t i = 0; i < shown(found_.servers.size()); ++i)
      rows_of(table, found_.servers[i]);
    put(table, found_.servers.size());
  }

  void rows_of(Table &table, const ServerChange &one) {
    std::vector<std::string> begin{render::paint(title(one.change), colour(one.change), style_),
                                   render::printable(one.server), render::grouped(one.a),
                                   render::grouped(one.b)};
    const auto add = [&](const std::string &what, std::string before, std::string now) {
      begin.insert(begin.end(), {what, std::move(before), std::move(now)});
      table.row(std::move(begin));
      begin.assign(4, "");
    };
    if (one.certificates)
      add(say(DiffWord::certificate), certificates_of(one.shown_a), certificates_of(one.shown_b));
    for (const FactChange &fact : one.facts)
      add(title(fact.fact), values_of(fact.a), values_of(fact.b));
    if (one.change != Change::changed)
      table.row(std::move(begin));
  }

  // "3f9a12b4… (CN=Example CA, 2027-01-31)"
  static std::string
  certificates_of(const std::vector<std::pair<std::string, ShownCertificate>> &list) {
    const auto &[sha256, seen] = list.front();
    return sha256.substr(0, 8) + "… (" + render::printable(seen.issuer) + ", " + seen.not_after +
           ")" + (list.size() > 1 ? " +" + std::to_string(list.size() - 1) : "");
  }
  static std::string values_of(const std::vector<std::pair<std::string, std::uint64_t>> &list) {
    std::string out;
    for (std::size_t i = 0; i < std::min(list.size(), kNamed); ++i)
      out += (i > 0 ? ", " : "") + render::printable(list[i].first) +
             (list.size() > 1 ? " " + render::grouped(list[i].second) : "");
    return list.size() > kNamed ? out + ", …" : out;
  }

  void notes() {
    out_ += '\n';
    for (const auto &[letter, side] : {std::pair{"A", &a_}, std::pair{"B", &b_}}) {
      if (!side->by_whom)
        dim(say(DiffWord::summed_up, {{"side", letter}}));
      if (side->servers_left_out > 0)
        dim(say(DiffWord::servers_left,
                {{"n", render::grouped(side->servers_left_out)}, {"side", letter}}));
    }
    dim(say(DiffWord::rule,
            {{"times", render::grouped(static_cast<std::uint64_t>(std::lround(1 / Rule::kChance)))},
             {"share", factor(Rule::kShare)},
             {"quantile", factor(Rule::kQuantile)},
             {"rounded", factor(Rule::kRounded)},
             {"least", render::duration(Rule::kLeast)}}));
  }

  const Side &a_, &b_;
  const Differences &found_;
  std::size_t most_;
  const Style &style_;
  std::string out_;
};

} // namespace

std::string differences_text(const Side &a, const Side &b, const Differences &found,
                             std::size_t most, const render::Style &style) {
  return Text(a, b, found, most, style).whole();
}

} // namespace handspan::app
