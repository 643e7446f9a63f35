#include "render/capture.h"

#include <gtest/gtest.h>

namespace handspan::render {
namespace {

constexpr Style kEn{};

TEST(NoTcp, SaysWhatWasThere) {
  record::Counters c{};
  c.received_packets = c.skipped_udp = c.udp_quic = 6;
  EXPECT_EQ(no_tcp(c, kEn), "No TCP in it. Packets by kind: UDP 6 (most likely QUIC, port 443).\n");
  c.skipped_udp = 1'010;
  c.skipped_icmp = 3;
  c.skipped_ipv4_fragment = 1;
  c.skipped_ipv6_fragment = 1;
  EXPECT_EQ(no_tcp(c, kEn),
            "No TCP in it. Packets by kind: UDP 1,010 (of them 6 most likely QUIC, port 443), "
            "ICMP 3, IP fragments without the rest 2.\n");
  Style zh;
  zh.language = Language::zh;
  EXPECT_NE(no_tcp(c, zh).find("ICMP 3"), std::string::npos);
}

TEST(NoTcp, SaysNothingWhereThereWasSome) {
  record::Counters c{};
  EXPECT_EQ(no_tcp(c, kEn), "No packets in it.\n");
  c.received_packets = 2;
  c.tcp_packets = c.skipped_udp = 1;
  EXPECT_EQ(no_tcp(c, kEn), "");
}

TEST(CutFrames, HowManyAndToWhat) {
  EXPECT_EQ(cut_frames(0, 30, 0, kEn), "");
  EXPECT_EQ(cut_frames(28, 30, 96, kEn),
            "28 of 30 packets were cut when they were captured, to at most 96 bytes each.\n");
}

} // namespace
} // namespace handspan::render
