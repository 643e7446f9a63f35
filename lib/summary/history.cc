#include "summary/history.h"

#include <algorithm>
#include <cstring>

namespace handspan::summary {

namespace {

const Cell kBlank;

std::int64_t second_of(record::Nanos time) {
  return time == record::kNever || time < 0 ? 0 : time / base::kSecond;
}

void count(Cell &cell, const record::Record &record, const Times &times) {
  const auto outcome = static_cast<std::size_t>(record.outcome);
  if (outcome < cell.ended.size())
    bump(cell.ended[outcome]);
  if (record.outcome == record::Outcome::failed)
    bump(cell.failed[static_cast<std::size_t>(record.cause) % kCauseRoom]);
  add(cell.latencies, times);
}

template <std::size_t kSize>
void merge(std::array<std::uint32_t, kSize> &to, const std::array<std::uint32_t, kSize> &from) {
  for (std::size_t i = 0; i < kSize; ++i)
    bump(to[i], from[i]);
}

} // namespace

void Cell::merge(const Cell &later) {
  bump(packets, later.packets);
  bump(bytes, later.bytes);
  bump(dropped, later.dropped);
  bump(opened, later.opened);
  summary::merge(ended, later.ended);
  summary::merge(failed, later.failed);
  for (std::size_t i = 0; i < open_now.size(); ++i)
    set(open_now[i], later.open_now[i]);
  latencies.merge(later.latencies);
}

template <std::size_t kCells, std::int64_t kSeconds>
Cell *CellRing<kCells, kSeconds>::claim(std::int64_t second) {
  const std::int64_t number = number_of(second);
  Cell &cell = cells[static_cast<std::size_t>(number) % kCells];
  if (cell.number == number)
    return &cell;
  if (cell.number > number)
    return nullptr;
  cell.version.begin();
  constexpr std::size_t kHead = sizeof(Version) + sizeof(cell.number);
  set(cell.number, number);
  store_words(reinterpret_cast<char *>(&cell) + kHead,
              reinterpret_cast<const char *>(&kBlank) + kHead, sizeof(Cell) - kHead);
  cell.version.end();
  return &cell;
}

// The seconds that lie between are empty. However far time has jumped, no more than the ring's are
// looked at.
void HistoryWriter::advance(std::int64_t second) {
  const auto span = static_cast<std::int64_t>(history_.seconds.kSize);
  const std::int64_t until = second - History::kLag;
  history_.version.begin();
  for (std::int64_t s = std::max(history_.folded + 1, history_.now - span);
       s <= std::min(history_.now, until); ++s)
    fold(s);
  set(history_.folded, std::max(history_.folded, until));
  set(history_.now, second);
  history_.version.end();
}

void HistoryWriter::fold(std::int64_t second) {
  const Cell *cell = history_.seconds.find(second);
  if (cell == nullptr)
    return;
  if (Cell *minute = history_.minutes.claim(second))
    minute->merge(*cell);
  if (Cell *hour = history_.hours.claim(second))
    hour->merge(*cell);
}

void HistoryWriter::add(const record::Record &record, const Times &times) {
  const std::int64_t second = second_of(record.last);
  if (second > history_.now)
    advance(second);
  Cell *cell = history_.seconds.claim(second);
  if (cell != nullptr)
    count(*cell, record, times);
  if (second > history_.folded)
    return;
  Cell *minute = history_.minutes.claim(second);
  if (minute != nullptr)
    count(*minute, record, times);
  Cell *hour = history_.hours.claim(second);
  if (hour != nullptr)
    count(*hour, record, times);
  if (cell == nullptr && minute == nullptr && hour == nullptr)
    bump(history_.beyond);
}

void HistoryWriter::turn(std::int64_t second, const Flowing &all) {
  if (history_.now < 0)
    advance(second);
  sample(all);
  if (second > history_.now)
    advance(second);
}

void HistoryWriter::sample(const Flowing &all) {
  Cell *cell = history_.now < 0 ? nullptr : history_.seconds.claim(history_.now);
  if (cell == nullptr)
    return;
  bump(cell->opened, static_cast<std::uint32_t>(all.opened - before_.opened));
  bump(cell->packets, all.packets - before_.packets);
  bump(cell->bytes, all.bytes - before_.bytes);
  bump(cell->dropped, all.dropped - before_.dropped);
  for (std::size_t i = 0; i < record::kPhases; ++i)
    set(cell->open_now[i], static_cast<std::uint32_t>(all.open_now[i]));
  before_ = all;
}

void load(History &to, const History &live) {
  constexpr int kAttempts = 8;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::uint64_t seen = live.version.before();
    to.folded = get(live.folded);
    to.now = get(live.now);
    to.beyond = get(live.beyond);
    const auto load_ring = [](auto &copy, const auto &ring) {
      for (std::size_t i = 0; i < ring.cells.size(); ++i)
        load_cell(copy.cells[i], ring.cells[i]);
    };
    load_ring(to.seconds, live.seconds);
    load_ring(to.minutes, live.minutes);
    load_ring(to.hours, live.hours);
    if (live.version.still(seen))
      return;
  }
  // The writer died while it added up: one second counts half, or twice.
}

void settle(History &copy) {
  constexpr auto kSpan = static_cast<std::int64_t>(decltype(copy.seconds)::kSize);
  constexpr std::int64_t kLatest = std::int64_t{1} << 33; // what 64 bits of nanoseconds hold
  if (copy.now < 0)
    return;
  const std::int64_t now = std::clamp<std::int64_t>(copy.now, 0, kLatest);
  for (std::int64_t second = std::max({std::int64_t{0}, copy.folded, now - kSpan}); second <= now;
       ++second) {
    if (second <= copy.folded)
      continue;
    const Cell *cell = copy.seconds.find(second);
    if (cell == nullptr)
      continue;
    if (Cell *minute = copy.minutes.claim(second))
      minute->merge(*cell);
    if (Cell *hour = copy.hours.claim(second))
      hour->merge(*cell);
  }
  copy.folded = copy.now = now;
}

template struct CellRing<600, 1>;
template struct CellRing<1440, 60>;
template struct CellRing<720, 3600>;

} // namespace handspan::summary
