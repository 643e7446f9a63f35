// What servers are known to speak.
#include "inspect/speakers.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using inspect::Speakers;
using inspect::Spoken;

base::Address address(std::uint32_t n) {
  const std::uint8_t four[4] = {10, static_cast<std::uint8_t>(n >> 16),
                                static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
  return base::Address::v4(four);
}

TEST(Speakers, KnowsWhatItWasTaughtByAddressAndPort) {
  Speakers s(64, 1234567);
  s.learn(address(1), 443, Spoken::tls, 1);
  s.learn(address(1), 80, Spoken::plain, 2);
  EXPECT_EQ(s.ask(address(1), 443), Spoken::tls);
  EXPECT_EQ(s.ask(address(1), 80), Spoken::plain);
  EXPECT_EQ(s.ask(address(2), 443), Spoken::unknown);
  EXPECT_EQ(s.ask(address(1), 8443), Spoken::unknown);
}

TEST(Speakers, WhoSpeaksTlsAndComplainsInPlainSpeaksTls) {
  Speakers s(64, 1234567);
  s.learn(address(1), 4433, Spoken::plain, 1);
  EXPECT_EQ(s.ask(address(1), 4433), Spoken::plain);
  s.learn(address(1), 4433, Spoken::tls, 2);
  s.learn(address(1), 4433, Spoken::plain, 3);
  EXPECT_EQ(s.ask(address(1), 4433), Spoken::tls);
}

TEST(Speakers, WhoWasNotSeenForLongestGivesWay) {
  Speakers s(1, 99); // one set of four
  for (std::uint32_t i = 0; i < 4; ++i)
    s.learn(address(i), 443, Spoken::tls, i);
  s.learn(address(0), 443, Spoken::tls, 10);
  EXPECT_EQ(s.forgotten(), 0u);
  s.learn(address(9), 443, Spoken::tls, 11);
  EXPECT_EQ(s.forgotten(), 1u);
  EXPECT_EQ(s.ask(address(0), 443), Spoken::tls);
  EXPECT_EQ(s.ask(address(1), 443), Spoken::unknown);
  EXPECT_EQ(s.ask(address(9), 443), Spoken::tls);
}

TEST(Speakers, ManyServersFindRoom) {
  Speakers s(1024, 0x9e3779b97f4a7c15);
  for (std::uint32_t i = 0; i < 512; ++i)
    s.learn(address(i), 443, Spoken::tls, i);
  EXPECT_LT(s.forgotten(), 32u) << "spread over the sets";
}

TEST(Speakers, PortsOfTls) {
  EXPECT_TRUE(inspect::is_tls_port(443));
  EXPECT_TRUE(inspect::is_tls_port(8883));
  EXPECT_FALSE(inspect::is_tls_port(80));
  EXPECT_FALSE(inspect::is_tls_port(22));
}

} // namespace
} // namespace handspan::test
