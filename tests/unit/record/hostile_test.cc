// Packed bytes that may be any.
#include "filled.h"
#include "record/rules.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <random>
#include <type_traits>
#include <typeinfo>
#include <vector>

namespace handspan::record {
namespace {

using test::fill;
using test::packed;

// Holds a value and all that is in it to what a reader may rely on.
class Sane {
public:
  explicit Sane(std::uint16_t text_used) : text_used_(text_used) {}

  template <class T> void operator()(const T &value) const {
    if constexpr (std::is_same_v<T, bool>) {
      unsigned char byte = 0;
      std::memcpy(&byte, &value, 1);
      EXPECT_LE(byte, 1);
    } else if constexpr (std::is_enum_v<T>) {
      constexpr int kMoreThanAnyHas = 0x7f;
      EXPECT_LT(static_cast<int>(value), kMoreThanAnyHas) << typeid(T).name();
    } else if constexpr (std::is_same_v<T, Text>) {
      EXPECT_LE(value.offset + value.length, text_used_);
    } else if constexpr (!std::is_arithmetic_v<T>) {
      items(value);
    }
  }

private:
  template <class T, std::size_t N> void items(const std::array<T, N> &array) const {
    for (const T &item : array)
      (*this)(item);
  }
  void items(const decltype(Record::text) &) const {}
  template <class T, std::size_t N, class Count>
  void items(const base::FixedVector<T, N, Count> &vector) const {
    ASSERT_LE(vector.size(), N);
    for (const T &item : vector)
      (*this)(item);
  }
  template <std::size_t N> void items(const base::FixedText<N> &text) const {
    EXPECT_LE(text.length, N);
  }
  template <class T> void items(const T &fields) const { test::for_each_field(fields, *this); }

  std::uint16_t text_used_;
};

void expect_sane(const Record &record) {
  EXPECT_NE(name(record.cause), "?");
  EXPECT_NE(name(record.phase), "?");
  EXPECT_NE(name(record.outcome), "?");
  EXPECT_NE(name(record.by), "?");
  EXPECT_NE(name(record.step), "?");
  EXPECT_NE(name(record.confidence), "?");
  EXPECT_NE(name(record.tcp.teardown), "?");
  EXPECT_NE(name(record.tcp.conn_state), "?");
  EXPECT_NE(name(record.probe_limit), "?");
  EXPECT_LT(static_cast<std::size_t>(record.decided.rule), kVerdictRules);
  EXPECT_LE(record.vlan_count, kMaxVlans);
  EXPECT_LE(record.tunnel_count, kMaxTunnels);
  EXPECT_LE(record.text_used, record.text.size());
  EXPECT_TRUE(record.decided.alert == kNoAlert || record.decided.alert < record.tls.alerts.size());
  Sane{record.text_used}(record);
}

TEST(Hostile, AnyBytesMakeASaneRecordOrNone) {
  std::mt19937 random(1);
  auto record = std::make_unique<Record>();
  auto story = std::make_unique<Story>();
  int good = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::uint8_t> bytes(random() % 4096);
    for (std::uint8_t &byte : bytes)
      byte = static_cast<std::uint8_t>(random());
    if (!bytes.empty())
      bytes[0] %= 2;
    if (unpack(bytes, *record)) {
      expect_sane(*record);
      ++good;
    }
    if (unpack(bytes, *story))
      Sane{0}(*story);
  }
  EXPECT_GT(good, 0) << "or nothing was held against anything";
}

TEST(Hostile, ARecordThatIsCutShortOrChangedIsSaneOrNone) {
  std::mt19937 random(2);
  auto record = std::make_unique<Record>(), back = std::make_unique<Record>();
  fill(*record, 11);
  const std::vector<std::uint8_t> good = packed(*record);
  for (std::size_t length = 0; length < good.size(); ++length) {
    const std::vector<std::uint8_t> cut(good.begin(), good.begin() + static_cast<long>(length));
    EXPECT_FALSE(unpack(cut, *back) && length != 1) << length; // of the first byte alone: born
  }
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::uint8_t> bytes = good;
    for (int i = 0; i < 3; ++i)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    if (unpack(bytes, *back))
      expect_sane(*back);
  }
}

TEST(Hostile, CodesOfANewerDaemonReadAsNotKnown) {
  auto record = std::make_unique<Record>(), back = std::make_unique<Record>();
  record->cause = static_cast<Cause>(200);
  record->step = static_cast<Step>(200);
  record->outcome = static_cast<Outcome>(200);
  record->confidence = static_cast<Confidence>(200);
  record->vlan_count = 200;
  ASSERT_TRUE(unpack(packed(*record), *back));
  EXPECT_EQ(back->cause, Cause::none);
  EXPECT_EQ(back->step, Step::none);
  EXPECT_EQ(back->outcome, Outcome::unknown);
  EXPECT_EQ(back->confidence, Confidence::probe_limit);
  EXPECT_EQ(back->vlan_count, kMaxVlans);
}

} // namespace
} // namespace handspan::record
