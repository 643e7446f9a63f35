#include "net/receiver.h"
#include "sinks/ipfix/elements.h"
#include "sinks/ipfix/encoder.h"
#include "sinks/kafka/client.h"
#include "sinks/syslog/message.h"

#include <gtest/gtest.h>

namespace handspan::exporter {
namespace {

TEST(Syslog, AHeaderHasTheFormOfRfc5424) {
  const syslog::Header header{
      16, syslog::Severity::warning, 1'795'358'645'617'013'999, "tap 1", "", "connection"};
  EXPECT_EQ(header_text(header), "<132>1 2026-11-22T14:44:05.617013Z tap_1 handspan - connection ");
}

TEST(Syslog, AParameterCanNotBreakOutOfItsQuotes) {
  std::string out;
  syslog::put_parameter(out, "tls.sni", "a\"] [evil@1 x=\"\\\n\xff");
  EXPECT_EQ(out, " tls.sni=\"a\\\"\\] [evil@1 x=\\\"\\\\\\\\x0a\xef\xbf\xbd\"");
}

TEST(Syslog, SeverityIsByOutcome) {
  EXPECT_EQ(syslog::severity_of(record::Outcome::failed), syslog::Severity::warning);
  EXPECT_EQ(syslog::severity_of(record::Outcome::unknown), syslog::Severity::notice);
  EXPECT_EQ(syslog::severity_of(record::Outcome::completed), syslog::Severity::informational);
  EXPECT_EQ(syslog::facility_of("local7"), 23);
  EXPECT_LT(syslog::facility_of("locals"), 0);
}

TEST(Receivers, AreToldByTheirScheme) {
  const auto v6 = net::parse_receiver("tls://[2001:db8::1]:6514");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "2001:db8::1");
  EXPECT_EQ(v6->port, "6514");
  EXPECT_TRUE(v6->is_stream());
  EXPECT_EQ(net::parse_receiver("unix:/dev/log")->host, "/dev/log");
  for (const char *wrong : {"", "udp://", "udp://x", "udp://:1", "udp://x:", "udp://x:y", "unix:"})
    EXPECT_FALSE(net::parse_receiver(wrong)) << wrong;
}

// As a collector has it back: the fraction times 10^9, cut.
TEST(Ipfix, EachNanosecondSurvivesTheFractionOfNtp) {
  for (const base::Nanos rest : {0, 1, 2, 999, 617'013'001, 999'999'999}) {
    const std::uint64_t ntp = ipfix::ntp_time(1'795'358'645 * base::kSecond + rest);
    EXPECT_EQ(ntp >> 32, 1'795'358'645 + 2'208'988'800ULL);
    EXPECT_EQ((ntp & 0xffff'ffff) * 1'000'000'000 >> 32, static_cast<std::uint64_t>(rest));
  }
}

TEST(Ipfix, AMessageIsNeverTakenToBeLongerThanItsBytes) {
  EXPECT_EQ(ipfix::message_length(std::string_view("\0\x0a\0\x10 and another", 18)), 16u);
  EXPECT_EQ(ipfix::message_length(std::string_view("\0\x0a\xff\xff", 4)), 4u);
  EXPECT_EQ(ipfix::message_length(std::string_view("\0\x0a\0\0", 4)), 4u);
  EXPECT_EQ(ipfix::message_length("x"), 1u);
}

TEST(Kafka, MarksAreTheSameAgain) {
  const kafka::Marks marks = {{0, 17}, {3, 1'000'000'000'000}};
  EXPECT_EQ(kafka::text_of(marks), "0:17 3:1000000000000");
  EXPECT_EQ(kafka::marks_of(kafka::text_of(marks)), marks);
  EXPECT_TRUE(kafka::marks_of("what is this").empty());
}

} // namespace
} // namespace handspan::exporter
