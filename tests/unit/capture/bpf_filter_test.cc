#include "capture/bpf_filter.h"

#include "buffers.h"

#include <gtest/gtest.h>

namespace handspan::capture {
namespace {

using namespace test;

constexpr End kClient = {0x0a000001, 40'000};
constexpr End kServer = {0xc0000201, 443};

std::unique_ptr<CaptureFilter> compiled(const std::string &expression) {
  pool(); // DPDK must run
  std::string error;
  auto filter = CaptureFilter::compile(expression, error);
  EXPECT_NE(filter, nullptr) << expression << ": " << error;
  return filter;
}

void fill(Burst &burst, const std::vector<Octets> &frames, std::size_t first_segment = 0) {
  for (std::size_t i = 0; i < frames.size(); ++i)
    burst.places()[i] = buffer_of(frames[i], first_segment);
  burst.hold(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i)
    burst.show(i);
}

TEST(CaptureFilter, LibpcapsWordsAreHandedOn) {
  std::string error;
  EXPECT_TRUE(CaptureFilter::check("tcp port 443 or vlan 12 and host 10.0.0.1", error)) << error;
  EXPECT_TRUE(CaptureFilter::check("", error)) << error; // everything
  EXPECT_FALSE(CaptureFilter::check("tcp prt 443", error));
  EXPECT_NE(error.find("syntax error"), std::string::npos) << error;
  EXPECT_EQ(CaptureFilter::compile("host", error), nullptr);
}

TEST(CaptureFilter, LetsThroughWhatMatches) {
  const std::vector<Octets> frames = {
      ethernet(tcp(kClient, kServer)), ethernet(udp(kClient, kServer, {1, 2})),
      ethernet(tcp(kClient, {0xc0000201, 22})), ethernet(tcp(kServer, kClient), {12}),
      ethernet(Octets(28, 0), {}, 0x0806)};
  const struct {
    const char *expression;
    std::uint64_t wanted;
  } cases[] = {{"", 0b11111},
               {"tcp port 443", 0b00001},
               {"not port 22", 0b11011},
               {"vlan 12", 0b01000},
               {"vlan 13", 0},
               {"arp", 0b10000},
               {"udp or arp", 0b10010},
               {"vlan and tcp port 443", 0b01000}};
  for (const auto &[expression, wanted] : cases) {
    const auto filter = compiled(expression);
    Burst burst;
    fill(burst, frames);
    EXPECT_EQ(filter->wanted(burst), wanted) << expression;
  }
}

TEST(CaptureFilter, LengthIsThatOnTheWire) {
  Burst burst;
  fill(burst, {ethernet(tcp(kClient, kServer))});
  burst.frame(0).length = 1'514;
  EXPECT_EQ(compiled("greater 1000")->wanted(burst), 1U);
  EXPECT_EQ(compiled("less 1000")->wanted(burst), 0U);
}

TEST(CaptureFilter, ReadsFramesOfSeveralSegments) {
  Burst burst;
  fill(burst, {ethernet(tcp(kClient, kServer)), ethernet(tcp(kClient, {1, 22}))}, 20);
  EXPECT_EQ(compiled("tcp port 443")->wanted(burst), 0b01U);
}

TEST(CaptureFilter, CutFramesAreNotWantedAndDoNoHarm) {
  const auto port = compiled("tcp port 443");
  const auto flag = compiled("tcp[13] & 2 != 0");
  for (std::size_t size = 1; size < 54; ++size) {
    Octets frame = ethernet(tcp(kClient, kServer));
    frame.resize(size);
    Burst burst;
    fill(burst, {frame});
    EXPECT_EQ(port->wanted(burst), size >= 38 ? 1U : 0U) << size;
    EXPECT_EQ(flag->wanted(burst), 0U) << size;
  }
}

TEST(Burst, KeepsWhatIsWantedInItsOrder) {
  Burst burst;
  fill(burst, {Octets(60, 1), Octets(61, 2), Octets(62, 3), Octets(63, 4)});
  burst.keep(0b1010);
  ASSERT_EQ(burst.size(), 2U);
  EXPECT_EQ(burst.frame(0).length, 61U);
  EXPECT_EQ(burst.frame(1).data[0], 4);
  EXPECT_EQ(in_use(), 2U);
  burst.keep(0);
  EXPECT_EQ(burst.size(), 0U);
  EXPECT_EQ(in_use(), 0U);
}

TEST(Burst, SegmentsAreCopiedTogether) {
  Octets bytes(5'000);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 7 >> 3);
  for (const std::size_t first : {1, 13, 100, 2'000}) {
    if (first == 1) // a chain has at most 65,535 segments, the pool fewer
      bytes.resize(500);
    else
      bytes.resize(1'900);
    Burst burst;
    fill(burst, {bytes, bytes}, first);
    for (std::size_t i = 0; i < 2; ++i) {
      ASSERT_EQ(burst.frame(i).captured, bytes.size());
      EXPECT_EQ(burst.frame(i).length, bytes.size());
      EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), burst.frame(i).data)) << first;
    }
    EXPECT_EQ(burst.linearized(), first < bytes.size() ? 2U : 0U);
  }
  EXPECT_EQ(in_use(), 0U);
}

} // namespace
} // namespace handspan::capture
