// What tells the copy that a mirror made from the bytes that a sender repeats.
#include "inspect/recent.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using base::kMillisecond;
using inspect::RecentPackets;

wire::PacketView view(std::uint16_t id, std::uint32_t seq, std::uint16_t checksum = 7) {
  wire::PacketView v;
  v.ip_id = id;
  v.seq = seq;
  v.tcp_checksum = checksum;
  return v;
}

struct Seen {
  RecentPackets recent;
  bool operator()(const wire::PacketView &v, base::Nanos time) {
    const std::uint64_t mark = RecentPackets::mark_of(v.src.word(1), v);
    const bool copy = recent.is_copy(mark, v, time);
    recent.put(mark, time);
    return copy;
  }
};

TEST(RecentPackets, ACopyIsTheSamePacketSomePacketsLater) {
  Seen seen;
  for (std::uint16_t i = 1; i <= 300; ++i) {
    EXPECT_FALSE(seen(view(i, i * 1000), i * 12'000)) << i;
    if (i > 10) {
      auto copy = view(i - 10, (i - 10) * 1000);
      copy.hop_limit = 63;
      EXPECT_TRUE(seen(copy, i * 12'000)) << i;
    }
  }
}

TEST(RecentPackets, WhatItsSenderRepeatsIsANewPacket) {
  Seen seen;
  seen(view(1, 1000), 0);
  EXPECT_FALSE(seen(view(2, 1000), 1000)) << "another identification";
  EXPECT_FALSE(seen(view(1, 1000, 8), 1000)) << "another acknowledgement or time stamp";
  EXPECT_FALSE(seen(view(1, 2000), 1000));
}

TEST(RecentPackets, NoMirrorIsASecondLate) {
  Seen seen;
  seen(view(1, 1000), 0);
  EXPECT_TRUE(seen(view(1, 1000), 5 * kMillisecond));
  EXPECT_FALSE(seen(view(1, 1000), 1000 * kMillisecond));
}

TEST(RecentPackets, WithoutAnIdentificationOnlyWhatComesAtOnceIsACopy) {
  Seen seen;
  seen(view(0, 1000), 0);
  EXPECT_TRUE(seen(view(0, 1000), kMillisecond));
  EXPECT_FALSE(seen(view(0, 1000), 10 * kMillisecond));
  auto syn = view(0, 5000);
  syn.flags = 0x02;
  seen(syn, 0);
  EXPECT_TRUE(seen(syn, 10 * kMillisecond)) << "nobody repeats his SYN so soon";
}

TEST(RecentPackets, NearlyAllOfAThousandPacketsAgoAreRemembered) {
  Seen seen;
  constexpr std::uint32_t kLate = 500, kPackets = 100'000; // each and its copy are two
  std::uint32_t lost = 0;
  for (std::uint32_t i = 0; i < kPackets; ++i) {
    seen(view(static_cast<std::uint16_t>(i), i * 1448), i * 1000);
    if (i >= kLate)
      lost += !seen(view(static_cast<std::uint16_t>(i - kLate), (i - kLate) * 1448), i * 1000);
  }
  EXPECT_LT(lost, kPackets * 3 / 100);
}

TEST(RecentPackets, TheOldestAreForgotten) {
  Seen seen;
  seen(view(1, 1), 0);
  for (std::uint32_t i = 0; i < 16 * RecentPackets::kSets * RecentPackets::kWays; ++i)
    seen(view(2, 1000 + i), 0);
  EXPECT_FALSE(seen(view(1, 1), 0));
}

} // namespace
