#include "fields.h"
#include "record/sanitize.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <random>
#include <type_traits>
#include <typeinfo>

namespace handspan::record {
namespace {

bool in_bounds(const Record &record, Text text) {
  return text.offset + text.length <= record.text_used;
}

void expect_sane(const Record &record) {
  EXPECT_EQ(record.bytes, offsetof(Record, text) + record.text_used);
  EXPECT_LE(record.bytes, sizeof(Record));
  EXPECT_NE(name(record.kind == Kind::handshake ? Cause::none : record.cause), "?");
  EXPECT_NE(name(record.phase), "?");
  EXPECT_NE(name(record.outcome), "?");
  EXPECT_NE(name(record.by), "?");
  EXPECT_NE(name(record.step), "?");
  EXPECT_NE(name(record.confidence), "?");
  EXPECT_NE(name(record.tcp.teardown), "?");
  EXPECT_NE(name(record.tcp.conn_state), "?");
  EXPECT_LE(record.vlan_count, kMaxVlans);
  EXPECT_LE(record.tunnel_count, kMaxTunnels);
  EXPECT_LE(record.tcp.history.length, record.tcp.history.chars.size());
  EXPECT_LE(record.tls.ssl_history.length, record.tls.ssl_history.chars.size());
  EXPECT_LE(record.tls.messages.size(), kMaxMessages);
  EXPECT_LE(record.tls.alerts.size(), kMaxAlerts);
  EXPECT_LE(record.rules.size(), kMaxRules);
  EXPECT_TRUE(in_bounds(record, record.tls.sni));
  EXPECT_TRUE(in_bounds(record, record.tls.certificate.server.subject));
  for (const Message &m : record.tls.messages)
    EXPECT_LE(static_cast<int>(m.from), 1);
  for (const RuleHit &hit : record.rules)
    EXPECT_TRUE(in_bounds(record, hit.name));
}

// Holds a value and all that is in it to what a reader may rely on: booleans are booleans, codes
// are among the known ones, counts and lengths within their arrays, texts within the text.
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

TEST(Sanitize, EveryFieldOfARecord) {
  static_assert(test::field_count<Retry>() == 5, "fields are counted");
  static_assert(test::field_count<Both<Certificate>>() == 2);
  auto record = std::make_unique<Record>();
  std::memset(static_cast<void *>(record.get()), 0xff, sizeof(Record));
  sanitize(*record);
  expect_sane(*record);
  Sane{record->text_used}(*record);
}

TEST(Sanitize, EveryFieldOfAStory) {
  auto story = std::make_unique<Story>();
  std::memset(static_cast<void *>(story.get()), 0xff, sizeof(Story));
  sanitize(*story);
  Sane{0}(*story);
}

TEST(Sanitize, AnyBytes) {
  std::mt19937 random(1);
  auto record = std::make_unique<Record>();
  for (int round = 0; round < 200; ++round) {
    auto *bytes = reinterpret_cast<unsigned char *>(record.get());
    for (std::size_t i = 0; i < sizeof(Record); ++i)
      bytes[i] = static_cast<unsigned char>(random());
    sanitize(*record);
    expect_sane(*record);
    Sane{record->text_used}(*record);
  }
}

TEST(Sanitize, LeavesAGoodRecordAsItIs) {
  auto record = std::make_unique<Record>();
  std::memset(record->text.data(), 0, record->text.size());
  record->cause = Cause::malformed;
  record->step = Step::rst;
  record->by = By::probe;
  record->tls.sni = record->put("jack-gm.com");
  record->tls.established = true;
  record->tls.messages.push({22, 1, Side::client, false, 4, 5});
  record->seal();
  auto copy = std::make_unique<Record>(*record);
  sanitize(*copy);
  EXPECT_EQ(std::memcmp(record.get(), copy.get(), sizeof(Record)), 0);
}

} // namespace
} // namespace handspan::record
