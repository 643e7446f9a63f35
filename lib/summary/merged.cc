#include "summary/merged.h"

#include <algorithm>
#include <array>

namespace handspan::summary {

namespace {

using Blocks = std::vector<std::unique_ptr<Block>>;

template <class Table> Table sum_of(const Blocks &blocks, Table Block::*part) {
  Table sum;
  for (const auto &block : blocks)
    sum.merge((*block).*part);
  return sum;
}

template <class Table> Numbers numbers_of(const Blocks &blocks, Table Block::*part) {
  Numbers sum;
  for (const auto &block : blocks) {
    const Table &table = (*block).*part;
    table.each([&](std::uint16_t number, std::uint64_t count, const User &user) {
      Used &used = sum.of[number];
      if (used.connections == 0 || user.when > used.last.when)
        used.last = user;
      used.connections += count;
    });
    sum.other += table.other();
  }
  return sum;
}

Texts texts_of(const Blocks &blocks, ProtocolTable Block::*part) {
  Texts sum;
  for (const auto &block : blocks) {
    const ProtocolTable &table = (*block).*part;
    table.each(
        [&](std::string_view text, std::uint64_t count) { sum.of[std::string(text)] += count; });
    sum.other += table.other();
  }
  return sum;
}

const Cell *find(const History &history, Unit unit, std::int64_t number) {
  switch (unit) {
  case Unit::second:
    return history.seconds.find(number);
  case Unit::minute:
    return history.minutes.find(number);
  case Unit::hour:
    break;
  }
  return history.hours.find(number);
}

// What lies in several workers' certificates of one digest.
void merge(Certificate &to, const Certificate &from) {
  to.shown += from.shown;
  to.refused += from.refused;
  to.first_seen = std::min(to.first_seen, from.first_seen);
  to.last_seen = std::max(to.last_seen, from.last_seen);
  to.more_servers |= from.more_servers;
  to.more_names |= from.more_names;
  for (const Certificate::Server &server : from.servers)
    if (server.taken != 0 && !to.add(server))
      to.more_servers = 1;
  for (const auto &name : from.names)
    if (name.length > 0 && !to.add(name))
      to.more_names = 1;
}

} // namespace

std::string_view name(Unit unit) {
  static constexpr std::array<std::string_view, 3> kNames = {"second", "minute", "hour"};
  return kNames[static_cast<std::size_t>(unit)];
}

std::int64_t seconds_of(Unit unit) {
  static constexpr std::array<std::int64_t, 3> kSeconds = {1, 60, 3600};
  return kSeconds[static_cast<std::size_t>(unit)];
}

std::size_t most_of(Unit unit) {
  static constexpr std::array<std::size_t, 3> kMost = {decltype(History::seconds)::kSize,
                                                       decltype(History::minutes)::kSize,
                                                       decltype(History::hours)::kSize};
  return kMost[static_cast<std::size_t>(unit)];
}

void Merged::add_rules(std::vector<RuleSum> rules) {
  std::erase_if(rules, [](const RuleSum &rule) { return rule.hits == 0; });
  std::stable_sort(rules.begin(), rules.end(),
                   [](const RuleSum &a, const RuleSum &b) { return a.hits > b.hits; });
  rules_ = std::move(rules);
}

void Merged::add(std::unique_ptr<Block> block) {
  settle(block->history);
  blocks_.push_back(std::move(block));
}

OutcomeByPhase Merged::outcome_by_phase() const {
  return sum_of(blocks_, &Block::outcome_by_phase);
}
CauseBySide Merged::cause_by_side() const {
  return sum_of(blocks_, &Block::cause_by_side);
}
Fates Merged::fates() const {
  return sum_of(blocks_, &Block::fates);
}
AlertBySender Merged::alert_by_sender() const {
  return sum_of(blocks_, &Block::alert_by_sender);
}
Numbers Merged::versions() const {
  return numbers_of(blocks_, &Block::versions);
}
Numbers Merged::ciphers() const {
  return numbers_of(blocks_, &Block::ciphers);
}
Numbers Merged::groups() const {
  return numbers_of(blocks_, &Block::groups);
}
Numbers Merged::groups_offered() const {
  return numbers_of(blocks_, &Block::groups_offered);
}
Texts Merged::alpn() const {
  return texts_of(blocks_, &Block::alpn);
}
Texts Merged::plain() const {
  return texts_of(blocks_, &Block::plain);
}

std::uint64_t Merged::connections() const {
  std::uint64_t sum = 0;
  for (const auto &block : blocks_)
    for (const auto &row : block->outcome_by_phase.cells)
      for (const std::uint64_t count : row)
        sum += count;
  return sum;
}

Course Merged::course(Unit unit, std::size_t most) const {
  Course course;
  course.unit = unit;
  std::int64_t newest = -1;
  for (const auto &block : blocks_)
    newest = std::max(newest, block->history.now);
  if (newest < 0)
    return course;
  newest /= seconds_of(unit);
  const auto wanted = static_cast<std::int64_t>(std::min(most, most_of(unit)));
  for (std::int64_t number = std::max<std::int64_t>(0, newest - wanted + 1); number <= newest;
       ++number) {
    Cell sum;
    bool any = false;
    for (const auto &block : blocks_)
      if (const Cell *cell = find(block->history, unit, number)) {
        std::array<std::uint32_t, record::kPhases> open = sum.open_now;
        sum.merge(*cell);
        for (std::size_t i = 0; i < open.size(); ++i)
          sum.open_now[i] = open[i] + cell->open_now[i];
        any = true;
      }
    if (!any && course.cells.empty())
      continue;
    if (course.cells.empty())
      course.first = number;
    sum.number = number;
    course.cells.push_back(sum);
  }
  return course;
}

std::int64_t Merged::now() const {
  std::int64_t newest = 0;
  for (const auto &block : blocks_)
    newest = std::max(newest, block->history.now);
  return newest;
}

std::uint64_t Merged::beyond() const {
  std::uint64_t sum = 0;
  for (const auto &block : blocks_)
    sum += block->history.beyond;
  return sum;
}

Ranking Merged::ranking(Subject subject, Ranking::Span span) const {
  Ranking ranking(subject);
  for (const auto &block : blocks_)
    ranking.add(block->top, span);
  return ranking;
}

std::vector<Certificate> Merged::certificates() const {
  std::map<std::array<std::uint8_t, 32>, Certificate> found;
  for (const auto &block : blocks_)
    for (const Certificate &it : block->certificates.places) {
      if (it.shown == 0)
        continue;
      const auto [at, fresh] = found.emplace(it.sha256, it);
      if (!fresh)
        merge(at->second, it);
    }
  std::vector<Certificate> all;
  all.reserve(found.size());
  for (const auto &[digest, it] : found)
    all.push_back(it);
  std::stable_sort(all.begin(), all.end(), [](const Certificate &a, const Certificate &b) {
    return a.last_seen > b.last_seen;
  });
  return all;
}

std::uint64_t Merged::certificates_given_up() const {
  std::uint64_t sum = 0;
  for (const auto &block : blocks_)
    sum += block->certificates.gave_way;
  return sum;
}

} // namespace handspan::summary
