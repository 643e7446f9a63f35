#include "capture/rss.h"
#include "capture/rss_check.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace handspan::capture {
namespace {

// The key and the first values of Microsoft's "Verifying the RSS hash calculation".
constexpr std::uint8_t kMicrosoft[] = {0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
                                       0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
                                       0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
                                       0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};

RssSetup with_key(std::vector<std::uint8_t> key, std::vector<std::uint16_t> queues = {}) {
  return {std::move(key), std::move(queues)};
}

RssSetup symmetric(std::uint16_t queues, std::size_t table = 128, std::size_t key_length = 40) {
  const auto key = symmetric_rss_key();
  return with_key({key.begin(), key.begin() + static_cast<std::ptrdiff_t>(key_length)},
                  even_table(table, queues));
}

TEST(RssCheck, HashIsTheOneThatNicsCompute) {
  const RssSetup setup = with_key({std::begin(kMicrosoft), std::end(kMicrosoft)});
  // 66.9.149.187:2794 → 161.142.100.80:1766
  const RssTuple v4 = {{0x420995bb}, {0xa18e6450}, 2794, 1766, false};
  EXPECT_EQ(rss_hash(setup, v4, true), 0x51ccc178U);
  EXPECT_EQ(rss_hash(setup, v4, false), 0x323e8fc2U);
  // [3ffe:2501:200:1fff::7]:2794 → [3ffe:2501:200:3::1]:1766
  const RssTuple v6 = {
      {0x3ffe2501, 0x02001fff, 0, 7}, {0x3ffe2501, 0x02000003, 0, 1}, 2794, 1766, true};
  EXPECT_EQ(rss_hash(setup, v6, true), 0x40207d3dU);
  EXPECT_EQ(rss_hash(setup, v6, false), 0x2cc18cd5U);
}

TEST(RssCheck, TheSymmetricKeyIsProven) {
  for (const std::uint16_t queues : {2, 3, 4, 16, 64})
    for (const std::size_t table : {64, 128, 512})
      EXPECT_EQ(rss_fault(symmetric(queues, table), queues), "") << queues << " of " << table;
  EXPECT_EQ(rss_fault(symmetric(4, 128, 52), 4), "");
  RssSetup untold = symmetric(4);
  untold.queues.clear();
  EXPECT_EQ(rss_fault(untold, 4), "");
}

TEST(RssCheck, AnotherKeyIsFound) {
  const std::vector<std::uint8_t> key(std::begin(kMicrosoft), std::end(kMicrosoft));
  EXPECT_NE(rss_fault(with_key(key, even_table(128, 4)), 4).find("different queues"),
            std::string::npos);
  EXPECT_FALSE(rss_fault(with_key(key), 4).empty());
  RssSetup wrong = symmetric(4);
  wrong.key[7] ^= 1;
  EXPECT_FALSE(rss_fault(wrong, 4).empty());
}

TEST(RssCheck, ATableThatSpreadsNothingIsFound) {
  RssSetup setup = symmetric(4);
  std::fill(setup.queues.begin(), setup.queues.end(), std::uint16_t{1});
  EXPECT_NE(rss_fault(setup, 4).find("one queue"), std::string::npos);
  setup = symmetric(4);
  std::fill(setup.key.begin(), setup.key.end(), std::uint8_t{0});
  EXPECT_NE(rss_fault(setup, 4).find("one queue"), std::string::npos);
}

TEST(RssCheck, ATableOfAnotherNumberOfQueuesIsFound) {
  EXPECT_NE(rss_fault(symmetric(8), 4).find("queue"), std::string::npos);
}

TEST(RssCheck, AnEvenTableGivesEachQueueItsShare) {
  const auto table = even_table(128, 3);
  ASSERT_EQ(table.size(), 128U);
  for (std::uint16_t queue = 0; queue < 3; ++queue)
    EXPECT_NEAR(static_cast<double>(std::count(table.begin(), table.end(), queue)), 128 / 3.0, 1);
}

} // namespace
} // namespace handspan::capture
