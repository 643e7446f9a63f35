#include "base/nearest.h"
#include "config/quantity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace handspan::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Duration, TakesEveryUnit) {
  EXPECT_EQ(parse_duration("7ns"), 7);
  EXPECT_EQ(parse_duration("7us"), 7'000);
  EXPECT_EQ(parse_duration("10ms"), 10'000'000);
  EXPECT_EQ(parse_duration("300s"), 300 * base::kSecond);
  EXPECT_EQ(parse_duration("2min"), 120 * base::kSecond);
  EXPECT_EQ(parse_duration("24h"), 86'400 * base::kSecond);
  EXPECT_EQ(parse_duration("0s"), 0);
}

TEST(Duration, RefusesWhatIsNotOne) {
  for (const char *text : {"", "5", "s", "5 s", " 5s", "5s ", "-5s", "+5s", "5.5s", "5S", "5m",
                           "5sec", "0x5s", "9223372036854775807s", "99999999999999999999s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Duration, LargestThatFits) {
  EXPECT_EQ(parse_duration("9223372036854775807ns"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_duration("9223372036s"), 9'223'372'036 * base::kSecond);
  EXPECT_FALSE(parse_duration("9223372037s"));
}

TEST(Duration, IsWrittenInItsLargestWholeUnit) {
  EXPECT_EQ(format_duration(1'500 * base::kMillisecond), "1500ms");
  EXPECT_EQ(format_duration(86'400 * base::kSecond), "24h");
  EXPECT_EQ(format_duration(0), "0ns");
}

TEST(Size, TakesEveryUnit) {
  EXPECT_EQ(parse_size("5B"), 5);
  EXPECT_EQ(parse_size("64KiB"), 65'536);
  EXPECT_EQ(parse_size("1MiB"), 1 << 20);
  EXPECT_EQ(parse_size("8GiB"), std::int64_t{8} << 30);
  for (const char *text : {"", "64", "64kB", "64KB", "64kib", "KiB", "9000000000000GiB"})
    EXPECT_FALSE(parse_size(text)) << text;
  EXPECT_EQ(format_size(65'536), "64KiB");
  EXPECT_EQ(format_size(1'500), "1500B");
}

TEST(Lcores, TakesNumbersAndRanges) {
  EXPECT_THAT(parse_lcores("").value(), IsEmpty());
  EXPECT_THAT(parse_lcores("4").value(), ElementsAre(4));
  EXPECT_THAT(parse_lcores("1-3,5").value(), ElementsAre(1, 2, 3, 5));
  EXPECT_THAT(parse_lcores("5,1-1").value(), ElementsAre(5, 1));
  EXPECT_THAT(parse_lcores("1023").value(), ElementsAre(1023));
}

TEST(Lcores, RefusesWhatIsNone) {
  for (const char *text : {",", "1,", ",1", "1,,2", "1-", "-1", "3-1", "1-3,2", "1,1", "1024", "a",
                           "1 ,2", "0-99999999999", "1--3", "1-2-3"})
    EXPECT_FALSE(parse_lcores(text)) << text;
}

TEST(Nearest, FindsTheMistypedWord) {
  const std::vector<std::string> words = {"flows", "tls_sessions", "ring_bytes"};
  EXPECT_EQ(base::nearest("flow", words), "flows");
  EXPECT_EQ(base::nearest("tls_session", words), "tls_sessions");
  EXPECT_EQ(base::nearest("ringbyte", words), "ring_bytes");
  EXPECT_EQ(base::nearest("colour", words), "");
  EXPECT_EQ(base::nearest("", words), "");
  EXPECT_EQ(base::nearest(std::string(100'000, 'x'), words), "");
}

} // namespace
} // namespace handspan::config
