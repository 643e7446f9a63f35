#include "fields.h"
#include "record/packed.h"
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

template <class Item> std::vector<std::uint8_t> packed(const Item &item) {
  const auto room = std::make_unique<PackRoom>();
  const std::size_t bytes = pack(item, *room);
  return {room->data(), room->data() + bytes};
}

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
        if (!(std::is_same_v<T, Record> && offsets[next - 1] == offsetof(Record, text_used)))
          same = same && (*this)(field, *reinterpret_cast<const Field *>(there));
    });
    return same;
  }

  const Record &a_, &b_;
};

// Sets every field of a record to something that it can be.
class Fill {
public:
  Fill(Record &record, unsigned seed) : record_(record), random_(seed) {}

  template <class T> void operator()(const T &field) { set(const_cast<T &>(field)); }

private:
  std::uint64_t some() { // short and long ones, and none
    return random_() >> random_() % 64 & (random_() % 4 == 0 ? 0 : UINT64_MAX);
  }
  void set(bool &it) { it = random_() % 2 != 0; }
  void set(Side &it) { it = random_() % 2 != 0 ? Side::server : Side::client; }
  void set(Kind &it) { it = Kind::connection; }
  template <class T> void set(T &it) {
    if constexpr (std::is_arithmetic_v<T>)
      it = static_cast<T>(some());
    else if constexpr (std::is_enum_v<T>)
      it = static_cast<T>(random_() % 3); // all lists have so many
    else
      test::for_each_field(it, [this](const auto &field) { (*this)(field); });
  }
  template <class T, std::size_t N> void set(std::array<T, N> &it) {
    for (T &item : it)
      set(item);
  }
  template <class T, std::size_t N, class Count> void set(base::FixedVector<T, N, Count> &it) {
    it.count = static_cast<Count>(random_() % (N + 1));
    for (T &item : it) {
      item = {};
      set(item);
    }
  }
  template <std::size_t N> void set(base::FixedText<N> &it) {
    (void)it.assign(std::string(random_() % (N + 1), 'w'));
  }
  void set(Text &it) { it = record_.put(std::string(random_() % 40, 't')); }
  void set(decltype(Record::text) &) {}

  Record &record_;
  std::mt19937_64 random_;
};

void fill(Record &record, unsigned seed) {
  Fill all(record, seed);
  test::for_each_field(record.tls, all);
  test::for_each_field(record.tcp, all);
  test::for_each_field(record.app, all);
  test::for_each_field(record.icmp, all);
  test::for_each_field(record.decided, all);
  all(record.phases);
  all(record.phase_order);
  all(record.rules);
  all(record.first);
  all(record.last);
  all(record.client);
  all(record.flow_id);
  all(record.cause);
  all(record.outcome);
  all(record.worker);
  all(record.server_port);
  all(record.first_data);
  all(record.vlans);
  all(record.tunnels);
  const std::uint8_t four[] = {192, 0, 2, 1};
  record.server = Address::v4(four);
  record.vlan_count = record.tunnel_count = 3;
  // What says of itself that it means nothing is not kept.
  record.tls.present = true;
  record.icmp.count |= 1;
  record.tls.certificate.client.chain_length |= 1;
  record.tls.certificate.server.chain_length |= 1;
  for (PhaseSpan &span : record.phases)
    span.packets |= 1;
  for (Certificate *certificate : {&record.tls.certificate.client, &record.tls.certificate.server})
    certificate->key_type = static_cast<std::uint8_t>(KeyType::sm2);
  if (record.decided.alert >= record.tls.alerts.size())
    record.decided.alert = kNoAlert;
}

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
