#include "record/shift.h"

#include "filled.h"

#include <gtest/gtest.h>

#include <memory>
#include <type_traits>
#include <vector>

namespace handspan::record {
namespace {

using test::fill;
using test::packed;

// Goes through two values of a type side by side, down to the single fields.
class Same {
public:
  Same(const Record &a, const Record &b) : a_(a), b_(b) {}

  template <class T> bool operator()(const T &a, const T &b) const {
    if constexpr (std::is_same_v<T, Text>)
      return a_.view(a) == b_.view(b);
    else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>)
      return a == b;
    else
      return items(a, b);
  }

private:
  template <class T, std::size_t N>
  bool items(const std::array<T, N> &a, const std::array<T, N> &b) const {
    bool same = true;
    for (std::size_t i = 0; i < N; ++i)
      same = same && (*this)(a[i], b[i]);
    return same;
  }
  template <class T, std::size_t N, class Count>
  bool items(const base::FixedVector<T, N, Count> &a,
             const base::FixedVector<T, N, Count> &b) const {
    bool same = a.size() == b.size();
    for (std::size_t i = 0; same && i < a.size(); ++i)
      same = (*this)(a[i], b[i]);
    return same;
  }
  template <std::size_t N>
  bool items(const base::FixedText<N> &a, const base::FixedText<N> &b) const {
    return a.view() == b.view();
  }
  // All but what readers fill in, and the texts' room.
  bool items(const Retry &, const Retry &) const { return true; }
  template <class T> bool items(const T &a, const T &b) const {
    std::vector<std::size_t> offsets;
    test::for_each_field(a, [&](const auto &field) {
      offsets.push_back(static_cast<std::size_t>(reinterpret_cast<const char *>(&field) -
                                                 reinterpret_cast<const char *>(&a)));
    });
    bool same = true;
    std::size_t next = 0;
    test::for_each_field(a, [&](const auto &field) {
      using Field = std::remove_cvref_t<decltype(field)>;
      const char *const there = reinterpret_cast<const char *>(&b) + offsets[next++];
      constexpr bool kRoom = std::is_same_v<Field, decltype(Record::text)>;
      if constexpr (!kRoom)
        if (!(std::is_same_v<T, Record> && (offsets[next - 1] == offsetof(Record, text_used) ||
                                            offsets[next - 1] == offsetof(Record, rule_actions))))
          same = same && (*this)(field, *reinterpret_cast<const Field *>(there));
    });
    return same;
  }

  const Record &a_, &b_;
};

TEST(Packed, EveryFieldComesBack) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    auto record = std::make_unique<Record>();
    fill(*record, seed);
    const std::vector<std::uint8_t> bytes = packed(*record);
    auto back = std::make_unique<Record>();
    ASSERT_TRUE(unpack(bytes, *back)) << seed;
    EXPECT_TRUE(Same(*record, *back)(*record, *back)) << seed;
    EXPECT_LE(bytes.size(), kPackRoom);
  }
}

TEST(Packed, ABornRecordTakesNextToNothing) {
  const auto record = std::make_unique<Record>();
  const std::vector<std::uint8_t> bytes = packed(*record);
  EXPECT_EQ(bytes.size(), 1u);
  auto back = std::make_unique<Record>();
  ASSERT_TRUE(unpack(bytes, *back));
  EXPECT_TRUE(Same(*record, *back)(*record, *back));
}

TEST(Packed, TimesOfAnyOrderComeBack) {
  auto record = std::make_unique<Record>(), back = std::make_unique<Record>();
  for (const Nanos first : {kNever, Nanos{0}, Nanos{INT64_MAX}, Nanos{1'700'000'000'000'000'000}})
    for (const Nanos last : {kNever, Nanos{INT64_MAX}, Nanos{-1}, first}) {
      record->first = first;
      record->last = record->tcp.syn = last;
      record->tls.present = true;
      record->tls.messages.clear();
      record->tls.messages.push({22, 1, Side::client, false, 0, last});
      record->tls.messages.push({22, 2, Side::server, false, 0, first});
      ASSERT_TRUE(unpack(packed(*record), *back));
      EXPECT_TRUE(Same(*record, *back)(*record, *back)) << first << ' ' << last;
    }
}

TEST(Packed, AnEventIsSmallAndHasWhatOneWantsThen) {
  auto record = std::make_unique<Record>(), event = std::make_unique<Record>();
  fill(*record, 7);
  record->cause = Cause::alert;
  record->tls.version = 0x0304;
  record->tls.finished = record->first + 5;
  const std::size_t all = packed(*record).size();
  record->kind = Kind::handshake;
  const std::vector<std::uint8_t> bytes = packed(*record);
  EXPECT_LT(bytes.size(), all / 2);
  ASSERT_TRUE(unpack(bytes, *event));
  EXPECT_EQ(event->kind, Kind::handshake);
  EXPECT_EQ(event->client, record->client);
  EXPECT_EQ(event->first, record->first);
  EXPECT_EQ(event->cause, Cause::alert);
  EXPECT_EQ(event->tls.version, 0x0304);
  EXPECT_EQ(event->tls.finished, record->first + 5);
  EXPECT_EQ(event->view(event->tls.sni), record->view(record->tls.sni));
  EXPECT_TRUE(event->tls.messages.empty());
  EXPECT_EQ(event->tls.certificate.server.chain_length, 0);
}

TEST(Packed, TextsThatOverlapFitInTheRoom) {
  auto record = std::make_unique<Record>(), back = std::make_unique<Record>();
  const Text all = record->put(std::string(record->text.size(), 'x'));
  record->tls.present = true;
  record->tls.sni = record->tls.alpn = record->app.host = record->app.method = all;
  const std::vector<std::uint8_t> bytes = packed(*record);
  EXPECT_LE(bytes.size(), kPackRoom);
  ASSERT_TRUE(unpack(bytes, *back));
  EXPECT_EQ(back->view(back->tls.sni).size(), all.length);
  EXPECT_TRUE(back->view(back->app.host).empty());
}

TEST(Packed, AStoryComesBack) {
  auto story = std::make_unique<Story>(), back = std::make_unique<Story>();
  story->flow_id = UINT64_MAX;
  story->missing = 3;
  for (std::size_t i = 0; i < kMaxStoryPackets; ++i) {
    const auto n = static_cast<std::uint32_t>(i);
    story->facts.push({static_cast<Nanos>(i * i), n, n << 8, UINT32_MAX - n, n, 9, 0x3ff, 0x1f,
                       Side::server, Phase::data, 1});
    story->parts.push({n, n, 22, 0xff, 1, 2});
  }
  ASSERT_TRUE(unpack(packed(*story), *back));
  ASSERT_EQ(back->facts.size(), kMaxStoryPackets);
  for (std::size_t i = 0; i < kMaxStoryPackets; ++i) {
    EXPECT_EQ(back->facts[i].time, story->facts[i].time);
    EXPECT_EQ(back->facts[i].ack, story->facts[i].ack);
    EXPECT_EQ(back->parts[i].type, 0xff);
  }
  EXPECT_EQ(back->flow_id, UINT64_MAX);
}

TEST(Packed, PartsOfAStoryThatAreNotThereAreNotPromised) {
  auto story = std::make_unique<Story>(), back = std::make_unique<Story>();
  story->facts.count = 3;
  for (PacketFact &fact : story->facts)
    fact = {};
  story->parts.count = 5;
  story->facts[0].parts = 2;
  story->facts[1].parts = 200;
  story->facts[2].parts = 2;
  ASSERT_TRUE(unpack(packed(*story), *back));
  EXPECT_EQ(back->facts[0].parts, 2);
  EXPECT_EQ(back->facts[1].parts, 0);
  EXPECT_EQ(back->facts[2].parts, 2);
  EXPECT_EQ(back->parts.size(), 4u);
}

TEST(Packed, TimesAreShiftedAllAlike) {
  constexpr Nanos kBy = -3'600 * base::kSecond;
  auto record = std::make_unique<Record>();
  record->first = 1'700'000'000 * base::kSecond;
  record->last = record->first + 5;
  record->tcp.syn = record->first + 1;
  record->tls.present = true;
  record->tls.start = record->first + 2;
  Message message;
  message.time = record->first + 3;
  record->tls.messages.push(message);
  record->tls.sni = record->put("shop.example.test");
  const auto before = std::make_unique<Record>(*record);
  shift_times(*record, kBy);
  EXPECT_EQ(record->first, before->first + kBy);
  EXPECT_EQ(record->last, before->last + kBy);
  EXPECT_EQ(record->tcp.syn, before->tcp.syn + kBy);
  EXPECT_EQ(record->tcp.ack, base::kNever);
  EXPECT_EQ(record->tls.start, before->tls.start + kBy);
  EXPECT_EQ(record->tls.messages[0].time, before->tls.messages[0].time + kBy);
  EXPECT_EQ(record->view(record->tls.sni), "shop.example.test");
  shift_times(*record, -kBy);
  EXPECT_TRUE(Same(*record, *before)(*record, *before));
}

} // namespace
} // namespace handspan::record
