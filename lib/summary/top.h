// Who has most: the Space-Saving sketch (Metwally, Agrawal, El Abbadi, 2005). kRoom entries; what
// comes and has none takes the place of the one with the smallest count, and takes its count over
// as its own error. So for each entry
//
//   seen <= what really came <= seen + error,   error <= all that came / kRoom,
//
// and whatever came more often than all / kRoom times has an entry. Outcomes, times and latencies
// are of what was seen: exact while nothing has been displaced (error 0). Sketches of several
// workers or minutes are merged with the same bound.
#pragma once

#include "base/address.h"
#include "record/record.h"
#include "summary/latency.h"
#include "summary/word.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace handspan::summary {

// What is ranked. Append only.
enum class Subject : std::uint8_t { name, server, network, failure, ja4 };
inline constexpr std::size_t kSubjects = 5;
std::string_view name(Subject subject);

// One thing of a subject, as few bytes:
//   name     the server name
//   server   address (16), port (2, big-endian)
//   network  the client's address cut to /24 or /48 (16)
//   failure  cause (1), by (1), whether a name was given (1), then it, or else address and port
//   ja4      the fingerprint
// A name that is longer is cut; names that agree up to there count as one.
struct TopKey {
  static constexpr std::size_t kBytes = 118;
  std::uint16_t length = 0;
  std::array<char, kBytes> bytes{};

  [[nodiscard]] std::string_view view() const {
    return {bytes.data(), length < kBytes ? length : kBytes};
  }
  [[nodiscard]] bool may_be_cut() const { return length >= kBytes; }
};

struct TopEntry {
  static constexpr std::size_t kOutcomeRoom = 6;
  Version version;
  std::uint32_t seen = 0;
  std::uint32_t error = 0;
  std::array<std::uint32_t, kOutcomeRoom> outcomes{}; // by outcome
  std::int64_t last = record::kNever;                 // last packet of the latest one
  TopKey key;
  Latencies<CoarseLatency> latencies;

  [[nodiscard]] std::uint64_t most() const { return std::uint64_t{seen} + error; }
};
static_assert(record::kOutcomes <= TopEntry::kOutcomeRoom);

// The entries in use are the first ones; each stays where it is.
struct TopTable {
  static constexpr std::size_t kRoom = 128;
  std::uint64_t used = 0;
  std::uint64_t all = 0; // connections that were counted here
  std::array<TopEntry, kRoom> entries{};

  // At most so much more than was seen may an entry have had.
  [[nodiscard]] std::uint64_t bound() const { return all / kRoom; }
};

// All subjects over the same time.
struct TopSet {
  std::int64_t minute = -1; // since the epoch, that it is of; -1: none
  std::array<TopTable, kSubjects> tables;
};

struct Top {
  // Whole minutes that "the last five minutes" are, and the one that runs.
  static constexpr std::size_t kMinutes = 6;
  Version version;
  std::array<std::int64_t, kSubjects> folded{-1, -1, -1, -1, -1}; // the last minute in since_start
  TopSet since_start;
  std::array<TopSet, kMinutes> minutes;
};

// One table as its writer knows it: which entry a key has, and the entries in order of their
// counts.
class TopSketch {
public:
  void use(TopTable &table);
  void count(std::string_view key, std::uint32_t hash, const record::Record &record,
             const Times &times);
  // Adds another worker's table, or another minute's.
  void merge(const TopTable &other, std::uint64_t seed);
  [[nodiscard]] const TopTable &table() const { return *table_; }

private:
  using Number = std::uint8_t;
  static constexpr std::size_t kRoom = TopTable::kRoom;
  static constexpr std::size_t kHeads = 256;
  static constexpr Number kNone = 0xff;
  static_assert(kRoom <= kNone);

  [[nodiscard]] Number find(std::string_view key, std::uint32_t hash) const;
  Number take(std::string_view key, std::uint32_t hash);
  void name(Number entry, std::string_view key, std::uint32_t hash, std::uint32_t error);
  void forget(Number entry);
  void raise(Number entry);
  void sort();
  [[nodiscard]] std::uint32_t least() const { return used_ == kRoom ? counts_[kRoom - 1] : 0; }

  TopTable *table_ = nullptr;
  std::size_t used_ = 0;
  std::array<Number, kHeads> heads_;
  std::array<Number, kRoom> next_;
  std::array<std::uint32_t, kRoom> hashes_;
  std::array<std::uint32_t, kRoom> counts_; // seen and error, the greatest first
  std::array<Number, kRoom> order_;         // whose they are
  std::array<Number, kRoom> place_;         // where in that order an entry is
  // What the entry's first connection had: to forget one that had no other, no more is to be
  // cleared.
  std::array<std::optional<std::array<Bucket, kTimings>>, kRoom> first_;
};

class TopWriter {
public:
  TopWriter(Top &top, std::uint64_t seed);
  void add(const record::Record &record, const Times &times);
  // Once a second: goes on to the next minute, if one has begun, or does a piece of what is left to
  // do for the one that is over.
  void turn(std::int64_t minute); // since the epoch

private:
  void fold_next();
  TopSet &running() { return top_.minutes[at_]; }

  Top &top_;
  std::uint64_t seed_;
  std::size_t at_ = 0; // of top_.minutes
  std::int64_t minute_ = 0;
  std::size_t unfolded_ = kSubjects; // the first subject of the last minute to be added up
  std::array<TopSketch, kSubjects> minute_sketches_, whole_sketches_;
};

// Copies a live one so that its parts belong together.
void load(Top &to, const Top &live);

// One subject over all workers.
class Ranking {
public:
  enum class Span : std::uint8_t { since_start, five_minutes };

  explicit Ranking(Subject subject) : subject_(static_cast<std::size_t>(subject)) {
    sketch_.use(*table_);
  }
  // A worker's copy.
  void add(const Top &top, Span span);
  // The greatest first.
  [[nodiscard]] std::vector<const TopEntry *> sorted() const &;
  std::vector<const TopEntry *> sorted() && = delete; // they lie in it
  [[nodiscard]] std::uint64_t all() const { return table_->all; }
  [[nodiscard]] std::uint64_t bound() const { return table_->bound(); }

private:
  std::size_t subject_;
  std::unique_ptr<TopTable> table_ = std::make_unique<TopTable>();
  TopSketch sketch_;
};

} // namespace handspan::summary
