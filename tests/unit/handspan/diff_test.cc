// What two sides differ by, and what is chance.
#include "compare.h"
#include "source.h"
#include "told.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

namespace handspan::app {
namespace {

TEST(Chance, IsFishersExactTest) {
  EXPECT_NEAR(chance_of({0, 5}, {5, 5}), 2.0 / 252, 1e-9);
  EXPECT_NEAR(chance_of({1, 10}, {9, 10}), 0.0010932, 1e-6);
  EXPECT_NEAR(chance_of({8, 10}, {1, 6}), 0.0349650, 1e-6);
  EXPECT_NEAR(chance_of({3, 10}, {3, 10}), 1, 1e-9);
  EXPECT_NEAR(chance_of({1, 1}, {0, 1}), 1, 1e-9);
}

TEST(Chance, OfNothingIsCertain) {
  EXPECT_EQ(chance_of({0, 0}, {3, 9}), 1);
  EXPECT_EQ(chance_of({0, 5}, {0, 9}), 1);
}

TEST(Chance, OfVeryManyIsKnownAtOnce) {
  EXPECT_LT(chance_of({1'000'000, 1'000'000'000}, {2'000'000, 1'000'000'000}), 1e-12);
  EXPECT_GT(chance_of({1'000'000, 1'000'000'000}, {1'000'500, 1'000'000'000}), 0.5);
  EXPECT_NEAR(chance_of({7, 100'000}, {700'000'000, 1'000'000'000}), 0, 1e-12);
}

TEST(Distribution, QuantilesAreNearestRanks) {
  Distribution values;
  for (std::uint64_t i = 100; i > 0; --i)
    values.add(i);
  EXPECT_EQ(values.quantile(0.5), 50U);
  EXPECT_EQ(values.quantile(0.99), 99U);
  EXPECT_EQ(values.above(95), 5U);
  EXPECT_EQ(Distribution().quantile(0.5), 0U);
  Distribution more;
  more.add(1000, 100);
  EXPECT_EQ(Distribution::quantile(values, more, 0.5), 100U);
  EXPECT_EQ(Distribution::quantile(values, more, 0.51), 1000U);
}

TEST(Distribution, VeryManyValuesAreRounded) {
  Distribution values;
  for (std::uint64_t i = 0; i < 3 * Distribution::kRoom; ++i)
    values.add(1'000'000'000 + i);
  EXPECT_TRUE(values.rounded());
  EXPECT_EQ(values.count(), 3 * Distribution::kRoom);
  EXPECT_NEAR(static_cast<double>(values.quantile(0.5)), 1.0015e9, 0.04e9);
}

class Made {
public:
  // A TLS connection to `name` whose handshake took so long.
  Made &good(const char *name, base::Nanos tls = 10 * base::kMillisecond, int times = 1,
             std::uint8_t certificate = 1, std::uint16_t version = 0x0303) {
    for (int i = 0; i < times; ++i) {
      begin(name);
      record::Tls &t = record_->tls;
      t.present = t.established = true;
      t.version = version;
      t.start = record_->first;
      t.finished = record_->first + tls;
      record::Certificate &c = t.certificate.server;
      c.chain_length = 1;
      c.known = c.parsed = true;
      c.sha256.fill(certificate);
      c.not_after = 1'800'000'000 + certificate * 86'400;
      c.issuer = record_->put("CN=Issuer " + std::to_string(certificate));
      side.add(*record_);
    }
    return *this;
  }
  Made &bad(record::Cause cause, int times = 1, record::By by = record::By::server) {
    for (int i = 0; i < times; ++i) {
      begin("");
      record_->outcome = record::Outcome::failed;
      record_->cause = cause;
      record_->by = by;
      side.add(*record_);
    }
    return *this;
  }
  Side side;

private:
  void begin(const char *name) {
    *record_ = record::Record();
    record_->outcome = record::Outcome::completed;
    record_->first = 1'700'000'000 * base::kSecond;
    record_->last = record_->first + base::kSecond;
    record_->server_port = 443;
    record_->tcp.syn_ack = record_->first;
    record_->tcp.packets = {5, 5};
    record_->tls.sni = record_->put(name);
  }
  std::unique_ptr<record::Record> record_ = std::make_unique<record::Record>();
};

TEST(Compare, TheSameDoesNotDiffer) {
  Made a, b;
  a.good("one", 10 * base::kMillisecond, 30).bad(record::Cause::refused, 3);
  b.good("one", 10 * base::kMillisecond, 60).bad(record::Cause::refused, 7);
  EXPECT_TRUE(compare(a.side, b.side).none());
}

TEST(Compare, CausesAreNewGoneMoreOrLess) {
  using record::Cause;
  Made a, b;
  a.good("one", 1, 1000).bad(Cause::refused, 10).bad(Cause::reset, 100).bad(Cause::alert, 1);
  b.good("one", 1, 1000).bad(Cause::refused, 60).bad(Cause::reset, 20).bad(Cause::syn_timeout, 40);
  const auto found = compare(a.side, b.side).causes;
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].kind.cause, Cause::syn_timeout);
  EXPECT_EQ(found[0].change, Change::added);
  EXPECT_TRUE(found[0].certain());
  EXPECT_EQ(found[1].kind.cause, Cause::alert);
  EXPECT_EQ(found[1].change, Change::gone);
  EXPECT_FALSE(found[1].certain()); // one of a thousand
  EXPECT_EQ(found[2].kind.cause, Cause::refused);
  EXPECT_EQ(found[2].change, Change::more);
  EXPECT_EQ(found[2].a.of, 10U);
  EXPECT_EQ(found[2].b.of, 60U);
  EXPECT_EQ(found[3].change, Change::less);
}

TEST(Compare, ByWhomTellsKindsApartWhereBothSidesKnow) {
  Made a, b;
  a.good("one", 1, 100).bad(record::Cause::reset, 50, record::By::client);
  b.good("one", 1, 100).bad(record::Cause::reset, 50, record::By::server);
  EXPECT_EQ(compare(a.side, b.side).causes.size(), 2U);
  b.side.by_whom = false;
  EXPECT_TRUE(compare(a.side, b.side).causes.empty());
}

TEST(Compare, AStepIsSlowerByMoreThanChance) {
  Made a, b, few;
  for (int i = 0; i < 100; ++i) {
    a.good("one", (10 + i % 5) * base::kMillisecond);
    b.good("one", (10 + i % 5 + (i < 10 ? 80 : 0)) * base::kMillisecond);
  }
  few.good("one", 90 * base::kMillisecond, 2);
  const auto found = compare(a.side, b.side).timings;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].timing, "tls_total");
  EXPECT_TRUE(found[0].slower);
  EXPECT_FALSE(found[0].differs[0]); // the median is what it was
  EXPECT_TRUE(found[0].differs[1]);
  EXPECT_EQ(found[0].b[1], 92'000'000U);
  EXPECT_FALSE(compare(b.side, a.side).timings[0].slower);
  Made one;
  one.good("one", 10 * base::kMillisecond, 2);
  EXPECT_TRUE(compare(one.side, few.side).timings.empty()); // two of each may be chance
}

TEST(Compare, ServersAreNewGoneOrChanged) {
  Made a, b;
  a.good("old", 1).good("both", 1, 3, 1).good("same", 1, 5);
  b.good("new", 1, 2).good("both", 1, 3, 2, 0x0304).good("same", 1, 1);
  const auto found = compare(a.side, b.side).servers;
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].server, "both");
  EXPECT_TRUE(found[0].certificates);
  EXPECT_EQ(found[0].shown_a[0].second.issuer, "CN=Issuer 1");
  EXPECT_EQ(found[0].shown_b[0].second.issuer, "CN=Issuer 2");
  ASSERT_EQ(found[0].facts.size(), 1U);
  EXPECT_EQ(found[0].facts[0].fact, Fact::version);
  EXPECT_EQ(found[0].facts[0].a[0].first, "TLSv1.2");
  EXPECT_EQ(found[0].facts[0].b[0].first, "TLSv1.3");
  EXPECT_EQ(found[1].server, "new");
  EXPECT_EQ(found[1].change, Change::added);
  EXPECT_EQ(found[2].server, "old");
  EXPECT_EQ(found[2].change, Change::gone);
  b.side.knows_servers = false; // some of them alone
  EXPECT_EQ(compare(a.side, b.side).servers.size(), 1U);
}

TEST(Compare, ACertificateMoreIsToldAndOneOfManyThatIsGoneIsNot) {
  Made one, two;
  one.good("farm", 1, 5, 1);
  two.good("farm", 1, 4, 1).good("farm", 1, 1, 2);
  EXPECT_TRUE(compare(one.side, two.side).servers[0].certificates);
  EXPECT_TRUE(compare(two.side, one.side).servers.empty());
}

TEST(Compare, WhoNeverAnsweredIsNoServer) {
  Made a, b;
  a.good("one", 1);
  b.good("one", 1);
  record::Record silent;
  silent.outcome = record::Outcome::failed;
  silent.tcp.packets = {3, 0};
  b.side.add(silent);
  EXPECT_TRUE(compare(a.side, b.side).servers.empty());
}

TEST(Compare, MinutesAreSummedUp) {
  summary::Cell cell;
  cell.ended[static_cast<std::size_t>(record::Outcome::completed)] = 90;
  cell.ended[static_cast<std::size_t>(record::Outcome::failed)] = 10;
  cell.failed[static_cast<std::size_t>(record::Cause::reset)] = 10;
  cell.latencies.of[0].add(summary::FineLatency::index(50'000'000), 50'000'000);
  Side side;
  side.add(cell, 60 * base::kSecond, 60 * base::kSecond);
  side.add(cell, 120 * base::kSecond, 60 * base::kSecond);
  EXPECT_EQ(side.connections, 200U);
  EXPECT_EQ(side.failed, 20U);
  EXPECT_EQ(side.from, 60 * base::kSecond);
  EXPECT_EQ(side.until, 180 * base::kSecond);
  EXPECT_FALSE(side.by_whom);
  EXPECT_EQ(side.kinds.at({record::Cause::reset}), 20U);
  EXPECT_EQ(side.timings.at("syn_to_syn_ack").count(), 2U);
  EXPECT_TRUE(side.timings.at("syn_to_syn_ack").rounded());
}

TEST(Differences, AreToldInBothLanguages) {
  Made a, b;
  a.good("shop.example", 10 * base::kMillisecond, 20, 1);
  b.good("shop.example", 40 * base::kMillisecond, 20, 2).bad(record::Cause::refused, 9);
  a.side.name = "before";
  b.side.name = "after";
  const Differences found = compare(a.side, b.side);
  render::Style style;
  const std::string english = differences_text(a.side, b.side, found, 20, style);
  for (const char *part :
       {"A: before, 20 connections, 0 failed", "New in B: refused (9).",
        "Slower in B: tls_total (p50 10 ms → 40 ms).",
        "shop.example shows another certificate in B: issued by CN=Issuer 2, valid until",
        "Fisher's exact test"})
    EXPECT_NE(english.find(part), std::string::npos) << part << "\n" << english;
  style.language = render::Language::zh;
  const std::string chinese = differences_text(a.side, b.side, found, 20, style);
  for (const char *part :
       {"B 中新增的失败：refused（9）。", "B 中变慢的步骤", "shop.example 在 B 中出示了另一证书"})
    EXPECT_NE(chinese.find(part), std::string::npos) << part << "\n" << chinese;
  EXPECT_NE(differences_text(a.side, a.side, compare(a.side, a.side), 20, style)
                .find("没有超出偶然的差异"),
            std::string::npos);
}

TEST(Source, HasASpanOfTime) {
  const filter::Clock clock{1'800'000'000 * base::kSecond, false};
  Source source;
  std::string why;
  ASSERT_TRUE(parse_source("@2h/1h", clock, source, why)) << why;
  EXPECT_EQ(source.kind, Source::Kind::daemon);
  EXPECT_EQ(source.from, clock.now - 7200 * base::kSecond);
  EXPECT_EQ(source.until, clock.now - 3600 * base::kSecond);
  EXPECT_TRUE(source.wants(source.from));
  EXPECT_FALSE(source.wants(source.until));
  const std::string folder = std::filesystem::temp_directory_path();
  ASSERT_TRUE(parse_source(folder + "@2026-11-26T10:00/11:00", clock, source, why) || !why.empty());
  ASSERT_TRUE(parse_source(folder + "@2026-11-26T10:00/2026-11-26T11:00", clock, source, why));
  EXPECT_EQ(source.kind, Source::Kind::folder);
  EXPECT_EQ(source.folder, folder);
  EXPECT_EQ(source.until - source.from, 3600 * base::kSecond);
  ASSERT_TRUE(parse_source("a.pcap,b.pcap@30m", clock, source, why));
  EXPECT_EQ(source.files, (std::vector<std::string>{"a.pcap", "b.pcap"}));
  EXPECT_EQ(source.until, base::kNever);
  for (const char *wrong : {"", "@", "@soon", "a.pcap@1h/", "@1h/2h ago", "@1h/0s", "@1h/-3s"})
    EXPECT_FALSE(parse_source(wrong, clock, source, why)) << wrong;
}

} // namespace
} // namespace handspan::app
