#include "helpers.h"

#include <set>
#include <string_view>

namespace handspan::summary {
namespace {

TEST(Counters, OutcomesByPhaseAndCausesBySide) {
  Worker worker;
  worker.add(*connection(kStart));
  worker.add(*failure(kStart, record::Cause::reset));
  worker.add(*failure(kStart, record::Cause::reset));
  const Merged merged = worker.merged();
  const auto teardown = static_cast<std::size_t>(record::Phase::teardown);
  const auto of = [&](record::Outcome outcome) {
    return merged.outcome_by_phase().at(static_cast<std::size_t>(outcome), teardown);
  };
  EXPECT_EQ(of(record::Outcome::completed), 1u);
  EXPECT_EQ(of(record::Outcome::failed), 2u);
  EXPECT_EQ(merged.connections(), 3u);
  EXPECT_EQ(merged.cause_by_side().at(static_cast<std::size_t>(record::Cause::reset),
                                      static_cast<std::size_t>(record::By::server)),
            2u);
}

TEST(Counters, EventsOfHandshakesAreNoConnections) {
  Worker worker;
  const auto event = connection(kStart);
  event->kind = record::Kind::handshake;
  worker.add(*event);
  EXPECT_EQ(worker.merged().connections(), 0u);
}

TEST(Counters, AlertsInClearByCodeAndSender) {
  Worker worker;
  const auto r = connection(kStart);
  ASSERT_TRUE(r->tls.alerts.push({2, 46, base::Side::client, false, 0, kStart}));
  ASSERT_TRUE(r->tls.alerts.push({0, 0, base::Side::server, true, 0, kStart}));
  worker.add(*r);
  const AlertBySender alerts = worker.merged().alert_by_sender();
  EXPECT_EQ(alerts.at(46, 0), 1u);
  EXPECT_EQ(alerts.at(0, 1), 0u) << "nobody knows what an encrypted one says";
}

using Counts = std::map<std::uint16_t, std::uint64_t>;
Counts counts(const Numbers &numbers) {
  Counts counts;
  for (const auto &[number, used] : numbers.of)
    counts[number] = used.connections;
  return counts;
}

TEST(Counters, WhatWasOfferedAndWhatWasChosen) {
  Worker worker;
  const auto r = connection(kStart);
  r->tls.version = 0x0304;
  r->tls.cipher = 0x1301;
  r->tls.curve = 0x11ec;
  r->tls.groups_offered.assign({"\x11\xec\x00\x1d", 4});
  r->tls.alpn = r->put("h2");
  worker.add(*r);
  worker.add(*r);
  const Merged merged = worker.merged();
  EXPECT_EQ(counts(merged.versions()), (Counts{{0x0304, 2}}));
  EXPECT_EQ(counts(merged.ciphers()), (Counts{{0x1301, 2}}));
  EXPECT_EQ(counts(merged.groups()), (Counts{{0x11ec, 2}}));
  EXPECT_EQ(counts(merged.groups_offered()), (Counts{{0x001d, 2}, {0x11ec, 2}}));
  EXPECT_EQ(merged.groups().of.at(0x11ec).last.port, 443u) << "who it was";
  EXPECT_EQ(merged.alpn().of, (std::map<std::string, std::uint64_t>{{"h2", 2}}));
}

TEST(Counters, NumbersWithoutANameCannotTakeThePlacesOfThoseThatHaveOne) {
  NumberTable<64, 4> table;
  const auto is_named = [](std::uint16_t number) { return number < 10; };
  const auto r = connection(kStart);
  for (std::uint16_t number = 1000; number < 1100; ++number)
    table.count(number, *r, is_named);
  for (std::uint16_t number = 0; number < 10; ++number)
    table.count(number, *r, is_named);
  std::uint64_t named = 0, unnamed = 0;
  table.each([&](std::uint16_t number, std::uint64_t count, const User &) {
    (number < 10 ? named : unnamed) += count;
  });
  EXPECT_EQ(named, 10u);
  EXPECT_EQ(unnamed, 4u);
  EXPECT_EQ(table.other(), 96u) << "counted all the same";
}

TEST(Counters, TextsBeyondTheTableAreCountedTogether) {
  TextTable<4, 8> table;
  for (const char *text : {"a", "b", "c", "d", "e", "f", "a"})
    table.count(text);
  std::map<std::string, std::uint64_t> found;
  table.each([&](std::string_view text, std::uint64_t n) { found[std::string(text)] = n; });
  EXPECT_EQ(found, (std::map<std::string, std::uint64_t>{{"a", 2}, {"b", 1}, {"c", 1}, {"d", 1}}));
  EXPECT_EQ(table.other(), 2u);
}

TEST(Timings, EachHasANameAndSaysWhatItIs) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kTimings; ++i) {
    const auto timing = static_cast<Timing>(i);
    EXPECT_TRUE(names.insert(name(timing)).second) << name(timing);
    EXPECT_FALSE(help(timing).empty()) << name(timing);
  }
  EXPECT_TRUE(names.contains("syn_to_syn_ack"));
}

TEST(Counters, WorkersAddUp) {
  Worker one, two;
  one.add(*connection(kStart));
  two.add(*connection(kStart));
  Merged merged;
  merged.add(one.copy());
  merged.add(two.copy());
  EXPECT_EQ(merged.connections(), 2u);
}

} // namespace
} // namespace handspan::summary
