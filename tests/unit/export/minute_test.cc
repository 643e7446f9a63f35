#include "formats/minute.h"

#include <gtest/gtest.h>

#include <memory>

namespace handspan::formats {
namespace {

TEST(Minute, ComesBackFromItsLine) {
  const auto cell = std::make_unique<summary::Cell>();
  cell->number = 29'922'644;
  cell->opened = 12;
  cell->packets = 345;
  cell->bytes = 67'890;
  cell->dropped = 3;
  cell->ended = {7, 2, 1, 0, 5};
  cell->failed[static_cast<std::size_t>(record::Cause::alert)] = 2;
  cell->open_now = {1, 2, 3, 4};
  auto &tls = cell->latencies.of[static_cast<std::size_t>(summary::Timing::tls_total)];
  for (const std::uint64_t nanos : {3'000ULL, 1'234'567ULL, 1'300'000ULL, 99'000'000'000ULL})
    tls.add(summary::FineLatency::index(nanos), nanos);
  const Origin origin{"tap \"1\"", "default", 0xabc, 5};

  const auto minute = minute_of(minute_json(*cell, origin));
  ASSERT_TRUE(minute);
  EXPECT_EQ(minute->of, "tap \"1\"\ndefault\n0000000000000abc");
  EXPECT_EQ(std::memcmp(&minute->cell, cell.get(), sizeof *cell), 0);
}

TEST(Minute, WhatIsNoneIsRefused) {
  EXPECT_FALSE(minute_of(""));
  EXPECT_FALSE(minute_of("{}"));
  EXPECT_FALSE(minute_of(R"({"event_type":"connection"})"));
  EXPECT_FALSE(minute_of(R"({"event_type":"minute","probe":5})"));
}

} // namespace
} // namespace handspan::formats
