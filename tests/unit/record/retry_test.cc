#include "record/retry.h"

#include <gtest/gtest.h>

#include <vector>

namespace handspan::record {
namespace {

using base::kMillisecond;
using base::kSecond;

struct Made {
  std::uint64_t id;
  Nanos begun;
  Nanos failed = kNever; // kNever: it completed
  const char *name = "example.com";
  std::uint8_t client = 1;
  std::uint8_t server = 2;
};

Record record_of(const Made &m) {
  Record r;
  r.flow_id = m.id;
  r.first = m.begun;
  r.last = m.begun + kSecond;
  const std::uint8_t client[4] = {10, 0, 0, m.client}, server[4] = {10, 0, 1, m.server};
  r.client = Address::v4(client);
  r.server = Address::v4(server);
  r.server_port = 443;
  r.client_port = static_cast<std::uint16_t>(40000 + m.id);
  r.tls.sni = r.put(m.name);
  if (m.failed == kNever) {
    r.outcome = Outcome::completed;
  } else {
    r.outcome = Outcome::failed;
    r.cause = Cause::abandoned;
    r.tcp.close = m.failed;
  }
  return r;
}

std::vector<Retry> linked(const std::vector<Made> &made) {
  RetryLinker linker;
  for (const Made &m : made)
    linker.add(record_of(m));
  linker.finish();
  std::vector<Retry> links;
  for (std::size_t i = 0; i < made.size(); ++i)
    links.push_back(linker.link(i));
  return links;
}

TEST(Retry, BothWaysAndRecovered) {
  const auto links = linked({{1, 0, 30 * kMillisecond}, {2, 590 * kMillisecond}});
  EXPECT_EQ(links[0].by, 2u);
  EXPECT_EQ(links[0].by_after, 560 * kMillisecond);
  EXPECT_TRUE(links[0].recovered);
  EXPECT_EQ(links[1].of, 1u);
  EXPECT_EQ(links[1].of_after, 560 * kMillisecond);
  EXPECT_EQ(links[1].by, 0u);
}

TEST(Retry, ParallelTriesAreNoRetriesOfEachOther) {
  const auto links = linked({{1, 0, 34 * kMillisecond},
                             {2, 11 * kMillisecond, 34 * kMillisecond},
                             {3, 589 * kMillisecond},
                             {4, 602 * kMillisecond}});
  EXPECT_EQ(links[0].by, 3u);
  EXPECT_EQ(links[1].by, 4u);
  EXPECT_EQ(links[1].of, 0u);
  EXPECT_EQ(links[2].of, 1u);
  EXPECT_EQ(links[3].of, 2u);
}

TEST(Retry, ARetryThatFailsIsTriedAgain) {
  const auto links = linked({{1, 0, kSecond}, {2, 2 * kSecond, 3 * kSecond}, {3, 4 * kSecond}});
  EXPECT_EQ(links[0].by, 2u);
  EXPECT_EQ(links[1].of, 1u);
  EXPECT_EQ(links[1].by, 3u);
  EXPECT_TRUE(links[0].recovered); // the user got through in the end
  EXPECT_TRUE(links[1].recovered);
}

TEST(Retry, NoneSucceeded) {
  const auto links = linked({{1, 0, kSecond}, {2, 2 * kSecond, 3 * kSecond}});
  EXPECT_EQ(links[0].by, 2u);
  EXPECT_FALSE(links[0].recovered);
  EXPECT_EQ(links[1].by, 0u);
}

TEST(Retry, TheWindowEnds) {
  const auto links = linked({{1, 0, kSecond}, {2, kSecond + kRetryWindow + 1}});
  EXPECT_EQ(links[0].by, 0u);
  EXPECT_FALSE(links[0].recovered);
  const auto within = linked({{1, 0, kSecond}, {2, kSecond + kRetryWindow}});
  EXPECT_EQ(within[0].by, 2u);
}

TEST(Retry, OthersAreStrangers) {
  const auto links = linked({{1, 0, kSecond},
                             {2, 2 * kSecond, kNever, "other.example"},
                             {3, 2 * kSecond, kNever, "example.com", 9},
                             {4, 2 * kSecond, kNever, "example.com", 1, 9}});
  EXPECT_EQ(links[0].by, 0u);
  EXPECT_FALSE(links[0].recovered);
}

TEST(Retry, AFailureBeforeItsHelloIsKnownByItsAddress) {
  const auto links = linked({{1, 0, kSecond, ""}, {2, 2 * kSecond}});
  EXPECT_EQ(links[0].by, 2u);
  EXPECT_TRUE(links[0].recovered);
}

TEST(Retry, AnAlertIsTheMomentOfFailure) {
  Record r = record_of({1, 0, 900 * kMillisecond});
  r.cause = Cause::alert;
  (void)r.tls.alerts.push({2, 46, Side::client, false, 0, 300 * kMillisecond});
  EXPECT_EQ(failed_at(r), 300 * kMillisecond);
}

} // namespace
} // namespace handspan::record
