#include "summary/top.h"

#include "base/wide.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace handspan::summary {

namespace {

// A product of 128 bits folded for each word; the seed keeps others from aiming at one place.
std::uint32_t hash_of(std::string_view key, std::uint64_t seed) {
  std::uint64_t hash = seed ^ key.size();
  const auto mix = [&hash](std::uint64_t word) {
    const base::Wide product = static_cast<base::Wide>(hash ^ word) * 0x9e3779b97f4a7c15;
    hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  std::size_t at = 0;
  for (; at + 8 <= key.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, key.data() + at, 8);
    mix(word);
  }
  if (at < key.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, key.data() + at, key.size() - at);
    mix(word);
  }
  return static_cast<std::uint32_t>(hash >> 32);
}

constexpr Latencies<CoarseLatency> kNothing;

// The key of a subject that is put together.
struct Composed {
  std::array<char, TopKey::kBytes> bytes;
  std::size_t length = 0;

  void put(const void *from, std::size_t size) {
    size = std::min(size, bytes.size() - length);
    if (size > 0)
      std::memcpy(bytes.data() + length, from, size);
    length += size;
  }
  void put(char byte) { put(&byte, 1); }
  void put_server(const record::Record &record) {
    put(record.server.bytes.data(), record.server.bytes.size());
    put(static_cast<char>(record.server_port >> 8));
    put(static_cast<char>(record.server_port & 0xff));
  }
  [[nodiscard]] std::string_view view() const { return {bytes.data(), length}; }
};

Composed server_of(const record::Record &record) {
  Composed key;
  key.put_server(record);
  return key;
}

// /24 or /48: the last byte, or the last ten, are nobody's.
Composed network_of(const record::Record &record) {
  Composed key;
  base::Address network = record.client;
  const std::size_t kept = network.is_v4() ? 15 : 6;
  std::memset(network.bytes.data() + kept, 0, network.bytes.size() - kept);
  key.put(network.bytes.data(), network.bytes.size());
  return key;
}

Composed failure_of(const record::Record &record) {
  Composed key;
  key.put(static_cast<char>(record.cause));
  key.put(static_cast<char>(record.by));
  const std::string_view name = record.view(record.tls.sni);
  key.put(static_cast<char>(name.empty() ? 0 : 1));
  if (name.empty())
    key.put_server(record);
  else
    key.put(name.data(), name.size());
  return key;
}

} // namespace

std::string_view name(Subject subject) {
  switch (subject) {
  case Subject::name:
    return "name";
  case Subject::server:
    return "server";
  case Subject::network:
    return "network";
  case Subject::failure:
    return "failure";
  case Subject::ja4:
    return "ja4";
  }
  return "?";
}

void TopSketch::use(TopTable &table) {
  table_ = &table;
  used_ = 0;
  heads_.fill(kNone);
  first_.fill(std::nullopt);
  set(table.used, 0U);
  set(table.all, 0U);
}

TopSketch::Number TopSketch::find(std::string_view key, std::uint32_t hash) const {
  for (Number at = heads_[hash % kHeads]; at != kNone; at = next_[at])
    if (hashes_[at] == hash && table_->entries[at].key.view() == key)
      return at;
  return kNone;
}

void TopSketch::forget(Number entry) {
  Number *link = &heads_[hashes_[entry] % kHeads];
  while (*link != entry)
    link = &next_[*link];
  *link = next_[entry];
}

// Gives the entry to a key, as one that was not seen so far.
void TopSketch::name(Number entry, std::string_view key, std::uint32_t hash, std::uint32_t error) {
  TopEntry &it = table_->entries[entry];
  it.version.begin();
  if (it.seen == 1 && first_[entry]) {
    for (std::size_t i = 0; i < kTimings; ++i)
      if ((*first_[entry])[i].any())
        it.latencies.of[i].take_back((*first_[entry])[i].coarse());
  } else if (it.seen > 0) {
    store_words(&it.latencies, &kNothing, sizeof kNothing);
  }
  first_[entry].reset();
  TopKey fresh;
  fresh.length = static_cast<std::uint16_t>(key.size());
  std::memcpy(fresh.bytes.data(), key.data(), key.size());
  store_words(&it.key, &fresh, sizeof fresh);
  set(it.seen, 0U);
  set(it.error, error);
  for (std::uint32_t &outcome : it.outcomes)
    set(outcome, 0U);
  set(it.last, record::kNever);
  it.version.end();
  hashes_[entry] = hash;
  next_[entry] = heads_[hash % kHeads];
  heads_[hash % kHeads] = entry;
}

// An entry for a key that has none: a free one, or that with the smallest count.
TopSketch::Number TopSketch::take(std::string_view key, std::uint32_t hash) {
  if (used_ < kRoom) {
    const auto entry = static_cast<Number>(used_++);
    counts_[entry] = 0;
    order_[entry] = place_[entry] = entry;
    name(entry, key, hash, 0);
    __atomic_store_n(&table_->used, used_, __ATOMIC_RELEASE);
    return entry;
  }
  const Number entry = order_[kRoom - 1];
  forget(entry);
  name(entry, key, hash, counts_[kRoom - 1]);
  return entry;
}

// Its count grows by one: it goes before all that had the same.
void TopSketch::raise(Number entry) {
  const std::size_t at = place_[entry];
  const std::uint32_t count = counts_[at];
  std::size_t to = at;
  if (at > 0 && counts_[at - 1] == count)
    to = static_cast<std::size_t>(
        std::partition_point(counts_.begin(), counts_.begin() + at,
                             [count](std::uint32_t other) { return other > count; }) -
        counts_.begin());
  const Number first = order_[to];
  order_[at] = first;
  place_[first] = static_cast<Number>(at);
  order_[to] = entry;
  place_[entry] = static_cast<Number>(to);
  ++counts_[to];
}

void TopSketch::count(std::string_view key, std::uint32_t hash, const record::Record &record,
                      const Times &times) {
  bump(table_->all);
  Number entry = find(key, hash);
  if (entry == kNone) {
    entry = take(key, hash);
    first_[entry] = times.buckets;
  }
  raise(entry);
  TopEntry &it = table_->entries[entry];
  bump(it.seen);
  bump(it.outcomes[static_cast<std::size_t>(record.outcome) % TopEntry::kOutcomeRoom]);
  if (it.last == record::kNever || record.last > it.last)
    set(it.last, record.last);
  add(it.latencies, times);
}

// Cafaro, Pulimeno, Tempesta, "A parallel space saving algorithm" (2016): what one of two full
// tables lacks, it may have seen as often as it saw its least.
void TopSketch::merge(const TopTable &other, std::uint64_t seed) {
  const std::size_t others = std::min<std::size_t>(other.used, kRoom);
  std::uint32_t others_least = 0;
  if (others == kRoom) {
    others_least = UINT32_MAX;
    for (const TopEntry &it : other.entries)
      others_least = static_cast<std::uint32_t>(std::min<std::uint64_t>(others_least, it.most()));
  }
  const std::uint32_t least_here = least();
  std::array<bool, kRoom> met{};
  std::array<bool, kRoom> placed{};
  const auto add_to = [&](Number entry, const TopEntry &from) {
    TopEntry &it = table_->entries[entry];
    bump(it.seen, from.seen);
    bump(it.error, from.error);
    for (std::size_t i = 0; i < it.outcomes.size(); ++i)
      bump(it.outcomes[i], from.outcomes[i]);
    set(it.last, it.last == record::kNever ? from.last : std::max(it.last, from.last));
    it.latencies.merge(from.latencies);
    met[entry] = true;
  };
  for (std::size_t i = 0; i < others; ++i) {
    const TopEntry &from = other.entries[i];
    const Number entry = find(from.key.view(), hash_of(from.key.view(), seed));
    placed[i] = entry != kNone;
    if (placed[i])
      add_to(entry, from);
  }
  for (std::size_t entry = 0; entry < used_; ++entry)
    if (!met[entry] && others_least > 0)
      bump(table_->entries[entry].error, others_least);
  sort();
  for (std::size_t i = 0; i < others; ++i) {
    const TopEntry &from = other.entries[i];
    if (placed[i] || (used_ == kRoom && from.most() + least_here <= least()))
      continue;
    const Number entry = take(from.key.view(), hash_of(from.key.view(), seed));
    set(table_->entries[entry].error, least_here);
    add_to(entry, from);
    sort();
  }
  bump(table_->all, other.all);
}

void TopSketch::sort() {
  const auto count = [this](Number entry) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(table_->entries[entry].most(), UINT32_MAX));
  };
  std::iota(order_.begin(), order_.begin() + used_, Number{0});
  std::sort(order_.begin(), order_.begin() + used_,
            [&](Number a, Number b) { return std::pair(count(a), b) > std::pair(count(b), a); });
  for (std::size_t at = 0; at < used_; ++at) {
    counts_[at] = count(order_[at]);
    place_[order_[at]] = static_cast<Number>(at);
  }
}

TopWriter::TopWriter(Top &top, std::uint64_t seed) : top_(top), seed_(seed) {
  for (std::size_t i = 0; i < kSubjects; ++i) {
    minute_sketches_[i].use(running().tables[i]);
    whole_sketches_[i].use(top_.since_start.tables[i]);
  }
  set(running().minute, minute_);
}

void TopWriter::add(const record::Record &record, const Times &times) {
  const auto count = [&](Subject subject, std::string_view key) {
    key = key.substr(0, TopKey::kBytes);
    minute_sketches_[static_cast<std::size_t>(subject)].count(key, hash_of(key, seed_), record,
                                                              times);
  };
  if (const std::string_view name = record.view(record.tls.sni); !name.empty())
    count(Subject::name, name);
  count(Subject::server, server_of(record).view());
  count(Subject::network, network_of(record).view());
  if (record.outcome == record::Outcome::failed)
    count(Subject::failure, failure_of(record).view());
  if (record.tls.has_ja4)
    count(Subject::ja4, {record.tls.ja4.data(), record.tls.ja4.size()});
}

void TopWriter::turn(std::int64_t minute) {
  if (unfolded_ < kSubjects)
    fold_next();
  if (minute <= minute_)
    return;
  while (unfolded_ < kSubjects)
    fold_next();
  top_.version.begin();
  at_ = (at_ + 1) % Top::kMinutes;
  minute_ = minute;
  set(running().minute, minute);
  for (std::size_t i = 0; i < kSubjects; ++i)
    minute_sketches_[i].use(running().tables[i]);
  top_.version.end();
  unfolded_ = 0;
}

void TopWriter::fold_next() {
  const TopSet &over = top_.minutes[(at_ + Top::kMinutes - 1) % Top::kMinutes];
  top_.version.begin();
  whole_sketches_[unfolded_].merge(over.tables[unfolded_], seed_);
  set(top_.folded[unfolded_], over.minute);
  top_.version.end();
  ++unfolded_;
}

namespace {

void load(TopSet &to, const TopSet &live) {
  to.minute = get(live.minute);
  for (std::size_t i = 0; i < kSubjects; ++i) {
    TopTable &table = to.tables[i];
    const TopTable &from = live.tables[i];
    table.used =
        std::min<std::uint64_t>(__atomic_load_n(&from.used, __ATOMIC_ACQUIRE), TopTable::kRoom);
    table.all = get(from.all);
    for (std::size_t entry = 0; entry < table.used; ++entry)
      load_cell(table.entries[entry], from.entries[entry]);
  }
}

} // namespace

void load(Top &to, const Top &live) {
  constexpr int kAttempts = 8;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::uint64_t seen = live.version.before();
    for (std::size_t i = 0; i < kSubjects; ++i)
      to.folded[i] = get(live.folded[i]);
    load(to.since_start, live.since_start);
    for (std::size_t i = 0; i < Top::kMinutes; ++i)
      load(to.minutes[i], live.minutes[i]);
    if (live.version.still(seen))
      return;
  }
  // The writer died while it added up: some entries count half, or twice.
}

void Ranking::add(const Top &top, Span span) {
  std::int64_t newest = -1;
  for (const TopSet &set : top.minutes)
    newest = std::max(newest, set.minute);
  for (const TopSet &set : top.minutes) {
    const bool wanted = span == Span::since_start
                            ? set.minute > top.folded[subject_]
                            : set.minute > newest - std::int64_t{Top::kMinutes};
    if (wanted && set.minute >= 0)
      sketch_.merge(set.tables[subject_], 0);
  }
  if (span == Span::since_start)
    sketch_.merge(top.since_start.tables[subject_], 0);
}

std::vector<const TopEntry *> Ranking::sorted() const & {
  std::vector<const TopEntry *> entries;
  for (std::size_t i = 0; i < table_->used; ++i)
    entries.push_back(&table_->entries[i]);
  std::sort(entries.begin(), entries.end(), [](const TopEntry *a, const TopEntry *b) {
    return a->most() != b->most() ? a->most() > b->most() : a->key.view() < b->key.view();
  });
  return entries;
}

} // namespace handspan::summary
