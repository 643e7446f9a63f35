#include "helpers.h"

#include <cmath>
#include <random>

namespace handspan::summary {
namespace {

using Span = Ranking::Span;

std::string name_of(std::uint64_t n) {
  return "host-" + std::to_string(n) + ".example";
}

TEST(Top, CountsOutcomesAndTimesOfEachName) {
  Worker worker;
  worker.at(kStart);
  worker.add(*connection(kStart, "a.example"));
  worker.add(*connection(kStart + 5, "a.example"));
  worker.add(*failure(kStart + 9, record::Cause::reset, "b.example"));
  const Ranking ranking = worker.merged().ranking(Subject::name, Span::since_start);
  const auto rows = ranking.sorted();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0]->key.view(), "a.example");
  EXPECT_EQ(rows[0]->seen, 2u);
  EXPECT_EQ(rows[0]->error, 0u);
  EXPECT_EQ(rows[0]->last, kStart + 5);
  EXPECT_EQ(rows[0]->latencies[Timing::syn_to_syn_ack].count(), 2u);
  EXPECT_EQ(rows[1]->outcomes[static_cast<std::size_t>(record::Outcome::failed)], 1u);
}

TEST(Top, EverySubjectHasItsTable) {
  Worker worker;
  const auto r = failure(kStart, record::Cause::reset);
  r->tls.has_ja4 = true;
  r->tls.ja4.fill('x');
  worker.add(*r);
  const Merged merged = worker.merged();
  const auto key = [&](Subject subject) {
    const Ranking ranking = merged.ranking(subject, Span::since_start);
    return ranking.sorted().empty() ? std::string() : std::string(ranking.sorted()[0]->key.view());
  };
  EXPECT_EQ(key(Subject::name), "a.example");
  EXPECT_EQ(key(Subject::server).size(), 18u);
  EXPECT_EQ(key(Subject::network).back(), '\0') << "of a /24 nobody's last byte is told";
  EXPECT_EQ(key(Subject::failure).substr(3), "a.example");
  EXPECT_EQ(key(Subject::ja4), std::string(36, 'x'));
}

// Names by Zipf's law, many more than there are entries, over several minutes and two workers.
TEST(Top, TheBoundHolds) {
  std::mt19937 random(3); // the same in every run
  std::map<std::string, std::uint64_t> real;
  Worker workers[2];
  constexpr int kAll = 40'000;
  for (int i = 0; i < kAll; ++i) {
    const base::Nanos now = kStart + i * 10 * base::kMillisecond;
    const double share = static_cast<double>(random()) / 4294967296.0;
    const std::string name = name_of(static_cast<std::uint64_t>(std::pow(3000.0, share)));
    Worker &worker = workers[random() % 2];
    for (Worker &each : workers)
      each.at(now);
    worker.add(*connection(now, name));
    ++real[name];
  }
  Merged merged;
  for (const Worker &worker : workers)
    merged.add(worker.copy());
  const Ranking ranking = merged.ranking(Subject::name, Span::since_start);
  EXPECT_EQ(ranking.all(), static_cast<std::uint64_t>(kAll));
  EXPECT_EQ(ranking.bound(), static_cast<std::uint64_t>(kAll) / TopTable::kRoom);
  std::map<std::string, std::uint64_t> told;
  for (const TopEntry *entry : ranking.sorted()) {
    const std::string name(entry->key.view());
    told[name] = entry->seen;
    EXPECT_LE(entry->seen, real[name]) << name;
    EXPECT_GE(entry->most(), real[name]) << name;
    EXPECT_LE(entry->error, ranking.bound()) << name;
  }
  for (const auto &[name, count] : real)
    if (count > ranking.bound()) {
      EXPECT_TRUE(told.contains(name)) << name << " came " << count << " times";
    }
}

TEST(Top, AnEntryThatChangesHandsKeepsNothing) {
  auto table = std::make_unique<TopTable>();
  TopSketch sketch;
  sketch.use(*table);
  const auto r = connection(kStart);
  const Times times(*r);
  for (std::uint64_t i = 0; i < 1000; ++i)
    sketch.count(name_of(i), static_cast<std::uint32_t>(i * 0x9e3779b9), *r, times);
  std::uint64_t seen = 0, timed = 0;
  for (const TopEntry &entry : table->entries) {
    seen += entry.seen;
    timed += entry.latencies[Timing::syn_to_syn_ack].count();
    EXPECT_EQ(entry.seen, entry.latencies[Timing::syn_to_syn_ack].count());
  }
  EXPECT_EQ(seen, TopTable::kRoom);
  EXPECT_EQ(timed, TopTable::kRoom);
}

TEST(Top, TheLastFiveMinutesForgetWhatIsOlder) {
  Worker worker;
  worker.at(kStart);
  worker.add(*connection(kStart, "old.example"));
  for (int minute = 1; minute <= 7; ++minute)
    worker.at(kStart + minute * 60 * base::kSecond);
  worker.add(*connection(kStart + 7 * 60 * base::kSecond, "new.example"));
  const Merged merged = worker.merged();
  const Ranking lately = merged.ranking(Subject::name, Span::five_minutes);
  ASSERT_EQ(lately.sorted().size(), 1u);
  EXPECT_EQ(lately.sorted()[0]->key.view(), "new.example");
  const Ranking always = merged.ranking(Subject::name, Span::since_start);
  EXPECT_EQ(always.sorted().size(), 2u);
}

TEST(Top, SinceTheStartNothingIsCountedTwiceOrNotAtAll) {
  Worker worker;
  for (std::uint64_t second = 0; second < 400; ++second) {
    const base::Nanos now = kStart + static_cast<base::Nanos>(second) * base::kSecond;
    worker.at(now);
    worker.add(*connection(now));
    const Ranking ranking = worker.merged().ranking(Subject::name, Span::since_start);
    ASSERT_EQ(ranking.all(), second + 1);
    ASSERT_EQ(ranking.sorted()[0]->seen, second + 1);
  }
}

TEST(Top, NamesThatAreTooLongAreCut) {
  Worker worker;
  worker.add(*connection(kStart, std::string(200, 'a') + ".example"));
  const Ranking ranking = worker.merged().ranking(Subject::name, Span::since_start);
  ASSERT_EQ(ranking.sorted().size(), 1u);
  EXPECT_EQ(ranking.sorted()[0]->key.view(), std::string(TopKey::kBytes, 'a'));
  EXPECT_TRUE(ranking.sorted()[0]->key.may_be_cut());
}

} // namespace
} // namespace handspan::summary
