#include "summary/try_board.h"

#include "base/wide.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace handspan::summary {

namespace {

// A note: begun (28) | tag of the pair (18) | name (16) | plain (1) | good (1); 0 = none. Times in
// units of 131 µs, which come round after nine hours; no window is so long.
constexpr unsigned kUnit = 17, kTimeBits = 28, kTagBits = 18, kNameBits = 16;
constexpr std::uint64_t kGood = 1, kPlain = 2;
constexpr unsigned kNameShift = 2, kTagShift = kNameShift + kNameBits,
                   kTimeShift = kTagShift + kTagBits;
static_assert(kTimeShift + kTimeBits == 64);
constexpr unsigned kSlotUnits = 15; // tries of one slot lie within 4 s

constexpr std::uint64_t mask(unsigned bits) {
  return (std::uint64_t{1} << bits) - 1;
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  const base::Wide product = static_cast<base::Wide>(hash ^ word) * 0x9e3779b97f4a7c15;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t units(base::Nanos time) {
  return static_cast<std::uint64_t>(time) >> kUnit & mask(kTimeBits);
}

std::uint64_t name_of(std::uint64_t word) {
  return word >> kNameShift & mask(kNameBits);
}

std::uint64_t name_hash(std::string_view name, std::uint64_t seed) {
  std::uint64_t hash = seed;
  while (!name.empty()) {
    std::uint64_t word = 0;
    std::memcpy(&word, name.data(), std::min(name.size(), sizeof word));
    hash = mixed(hash, word + name.size());
    name.remove_prefix(std::min(name.size(), sizeof word));
  }
  return (hash & mask(kNameBits)) == 0 ? 1 : hash & mask(kNameBits);
}

} // namespace

TryBoard::Try TryBoard::try_of(const record::Record &record) const {
  Try who;
  who.pair = seed_;
  for (const std::uint64_t word :
       {record.client.word(0), record.client.word(1), record.server.word(0), record.server.word(1)})
    who.pair = mixed(who.pair, word);
  who.pair = mixed(who.pair, record.server_port);
  if (const std::string_view name = record.view(record.tls.sni); !name.empty())
    who.name = name_hash(name, seed_);
  who.plain = !record.tls.present && record.phase != record::Phase::tcp_handshake;
  return who;
}

void TryBoard::note(const Try &who, base::Nanos begun, bool good) {
  const std::uint64_t time = units(begun);
  const std::uint64_t slot = mixed(seed_ ^ who.name, time >> kSlotUnits) % kLine;
  std::atomic<Word> &place = lines_[who.pair % kLines].words[slot];
  const std::uint64_t tag = who.pair >> 40 & mask(kTagBits);
  const Word word = time << kTimeShift | tag << kTagShift | who.name << kNameShift |
                    (who.plain ? kPlain : 0) | (good ? kGood : 0);
  // What went well is not looked at before: the line is seldom at hand, and nobody waits for a
  // store. Another failure does not take its place while it may still be asked for.
  if (!good) {
    const Word there = place.load(std::memory_order_relaxed);
    const std::uint64_t age = (time - (there >> kTimeShift)) & mask(kTimeBits);
    if ((there & kGood) != 0 && age < std::uint64_t{1} << (kSlotUnits + 3))
      return;
  }
  place.store(word, std::memory_order_relaxed);
}

TryBoard::Later TryBoard::later(const Try &failed, bool was_tls, base::Nanos at,
                                base::Nanos window) const {
  Later found;
  const std::uint64_t from = units(at);
  const std::uint64_t length = static_cast<std::uint64_t>(window) >> kUnit;
  const std::uint64_t tag = failed.pair >> 40 & mask(kTagBits);
  for (const std::atomic<Word> &place : lines_[failed.pair % kLines].words) {
    const Word word = place.load(std::memory_order_relaxed);
    const bool same_pair = word != 0 && (word >> kTagShift & mask(kTagBits)) == tag;
    const bool same_name = failed.name == 0 || name_of(word) == 0 || name_of(word) == failed.name;
    const bool same_errand = same_name && !(was_tls && (word & kPlain) != 0);
    const bool within = (((word >> kTimeShift) - from) & mask(kTimeBits)) <= length;
    if (same_pair && same_errand && within) {
      found.any = true;
      found.good = found.good || (word & kGood) != 0;
    }
  }
  return found;
}

} // namespace handspan::summary
