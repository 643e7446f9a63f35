// The table against std::unordered_map: long random runs of everything it can do, nearly full,
// full, and at ease.
#include "flow/table.h"
#include "keys.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>
#include <vector>

namespace {

using namespace handspan;
using flow::Place;

struct Record {
  std::uint64_t value;
};
using Table = flow::Table<Record>;

constexpr std::array<std::uint16_t, flow::kTimeoutClasses> kLimits = {3, 30, 300, 1, 5, 10, 50, 90};

struct Known {
  std::uint64_t value;
  std::uint32_t seen; // in ticks that do not wrap
  std::uint8_t timeout_class;
};

class Model {
public:
  Model(std::uint32_t capacity, std::uint32_t keys, std::uint32_t seed)
      : table_(capacity, test::kSeed), keys_(keys), random_(seed) {}

  void run(int steps, unsigned insert_share) {
    for (int step = 0; step < steps && !testing::Test::HasFatalFailure(); ++step) {
      const unsigned what = random_() % 100;
      const std::uint32_t i = random_() % keys_;
      if (what < insert_share)
        insert(i);
      else if (what < insert_share + 20)
        erase(i);
      else if (what < 99)
        touch(i);
      else
        pass_time();
      ASSERT_EQ(table_.size(), known_.size());
    }
  }

  void check_all() {
    for (std::uint32_t i = 0; i < keys_; ++i) {
      const Place place = find(i);
      const auto known = known_.find(i);
      ASSERT_EQ(place.found(), known != known_.end()) << i;
      if (place.found()) {
        ASSERT_EQ(table_[place.slot].value, known->second.value);
      }
    }
    std::size_t visited = 0;
    table_.for_each([&](const Place &place) {
      ++visited;
      const Place again = table_.find(table_.key(place.slot), table_.hash(table_.key(place.slot)));
      ASSERT_EQ(again.slot, place.slot);
      ASSERT_EQ(again.bucket, place.bucket);
      ASSERT_EQ(again.lane, place.lane);
    });
    ASSERT_EQ(visited, known_.size());
  }

  void erase_all() {
    table_.for_each([&](const Place &place) { table_.erase(place); });
    known_.clear();
  }

  [[nodiscard]] std::uint64_t turned_away() const { return turned_away_; }
  [[nodiscard]] const Table &table() const { return table_; }

private:
  Place find(std::uint32_t i) {
    const flow::Key key = test::key(i);
    const std::uint64_t hash = table_.hash(key);
    const Place place = table_.find(key, hash, hints_[i]); // a hint from any time before
    hints_[i] = table_.candidate(hash);
    return place;
  }

  void insert(std::uint32_t i) {
    if (known_.count(i) != 0)
      return;
    const flow::Key key = test::key(i);
    const Place place = table_.insert(key, table_.hash(key));
    if (!place.found()) {
      ++turned_away_;
      ASSERT_EQ(known_.size(), table_.capacity()) << "turned away though there was room";
      return;
    }
    const std::uint64_t value = random_();
    table_[place.slot].value = value;
    known_[i] = {value, now_, 1};
    table_.touch(place, tick(), 1);
  }

  void erase(std::uint32_t i) {
    const Place place = find(i);
    ASSERT_EQ(place.found(), known_.count(i) != 0);
    if (!place.found())
      return;
    table_.erase(place);
    known_.erase(i);
  }

  void touch(std::uint32_t i) {
    const Place place = find(i);
    const auto known = known_.find(i);
    ASSERT_EQ(place.found(), known != known_.end());
    if (!place.found())
      return;
    ASSERT_EQ(table_[place.slot].value, known->second.value);
    known->second.seen = now_;
    known->second.timeout_class = static_cast<std::uint8_t>(random_() % flow::kTimeoutClasses);
    table_.touch(place, tick(), known->second.timeout_class);
  }

  void pass_time() {
    now_ += random_() % 4;
    std::size_t expired = 0;
    table_.sweep(table_.buckets(), tick(), kLimits, [&](const Place &place) {
      ++expired;
      table_.erase(place);
    });
    for (auto it = known_.begin(); it != known_.end();) {
      const bool old = now_ - it->second.seen >= kLimits[it->second.timeout_class];
      expired -= old;
      it = old ? known_.erase(it) : std::next(it);
    }
    ASSERT_EQ(expired, 0u);
  }

  [[nodiscard]] std::uint16_t tick() const {
    return static_cast<std::uint16_t>(now_ & flow::kTickMask);
  }

  Table table_;
  std::uint32_t keys_;
  std::mt19937 random_;
  std::uint32_t now_ = flow::kTickMask - 100; // wraps soon
  std::unordered_map<std::uint32_t, Known> known_;
  std::unordered_map<std::uint32_t, Place> hints_;
  std::uint64_t turned_away_ = 0;
};

TEST(FlowTableModel, AtEase) {
  Model model(1000, 700, 1);
  model.run(200'000, 30);
  model.check_all();
  EXPECT_EQ(model.turned_away(), 0u);
}

TEST(FlowTableModel, Full) {
  Model model(100, 400, 2);
  model.run(200'000, 60);
  model.check_all();
  EXPECT_GT(model.turned_away(), 1000u) << "the table was full again and again";
}

// 358 = the most that 64 buckets are asked to hold: every other bucket has overflown.
TEST(FlowTableModel, AsDenseAsItGets) {
  Model model(358, 1000, 3);
  ASSERT_EQ(model.table().buckets(), 64u);
  model.run(200'000, 65);
  model.check_all();
  EXPECT_GT(model.turned_away(), 1000u);
}

// Were an overflow count left behind, look-ups of a table that was once full would walk on for
// ever; a miss in an emptied table has to end in its first bucket.
TEST(FlowTableModel, OverflowCountsReturnToZero) {
  Model model(358, 1000, 4);
  for (int round = 0; round < 20; ++round) {
    model.run(5'000, 75);
    model.erase_all();
    ASSERT_EQ(model.table().overflowed(), 0u) << round;
  }
}

} // namespace
