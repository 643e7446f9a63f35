#include "records.h"
#include "render/language.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"
#include "render/wrap.h"

#include <gtest/gtest.h>

#include <set>

namespace handspan::render {
namespace {

using namespace test;

TEST(Units, Durations) {
  EXPECT_EQ(duration(0), "0");
  EXPECT_EQ(duration(412), "412 ns");
  EXPECT_EQ(duration(42 * kMicrosecond), "42 µs");
  EXPECT_EQ(duration(999'499), "999 µs");
  EXPECT_EQ(duration(999'700), "1 ms");
  EXPECT_EQ(duration(31'249 * kMicrosecond), "31.2 ms");
  EXPECT_EQ(duration(1'234 * kMillisecond), "1.23 s");
  EXPECT_EQ(duration(999'999'999), "1 s");
  EXPECT_EQ(duration(59 * kSecond), "59 s");
  EXPECT_EQ(duration(245 * kSecond), "4 min 05 s");
  EXPECT_EQ(duration(3'720 * kSecond), "1 h 02 min");
  EXPECT_EQ(duration(90'000 * kSecond), "1 d 01 h");
  EXPECT_EQ(duration(-kMillisecond), "-1 ms");
  EXPECT_EQ(duration(base::kNever), "-");
}

TEST(Units, Counts) {
  EXPECT_EQ(bytes(0), "0 B");
  EXPECT_EQ(bytes(999), "999 B");
  EXPECT_EQ(bytes(1'950), "1.95 kB");
  EXPECT_EQ(bytes(12'340'000'000), "12.3 GB");
  EXPECT_EQ(bytes(UINT64_MAX), "18.4 EB");
  EXPECT_EQ(percent(0, 0), "-");
  EXPECT_EQ(percent(0, 7), "0 %");
  EXPECT_EQ(percent(1, 10'000), "<0.1 %");
  EXPECT_EQ(percent(1, 3), "33.3 %");
  EXPECT_EQ(percent(9, 7), "100 %");
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
}

TEST(Units, Moments) {
  EXPECT_EQ(rfc3339(kStart), "2026-11-22T14:44:05.617013000Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(rfc3339(INT64_MAX), "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(date_time(kStart), "2026-11-22 14:44:05.617013");
  EXPECT_EQ(date(253'402'300'800), "9999-12-31");
  char text[kRfc3339];
  EXPECT_EQ(std::string(text, put_rfc3339_seconds(text, INT64_MIN)), "0000-01-01T00:00:00Z");
}

TEST(Units, Addresses) {
  const std::uint8_t six[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  EXPECT_EQ(endpoint(base::Address::v6(six), 443), "[2001:db8::1]:443");
  EXPECT_EQ(endpoint(blank().client, 80), "192.168.232.1:80");
}

TEST(Utf8, PrintableKeepsTextAndDisarmsTheRest) {
  EXPECT_EQ(printable("例え.jp"), "例え.jp");
  EXPECT_EQ(printable("a\x1b[2J\x7f\n"), "a\\x1b[2J\\x7f\\x0a");
  EXPECT_EQ(printable("\xc2\x9b"), "\\x9b");
  EXPECT_EQ(printable("\u202eabc"), "\\u202eabc");
  EXPECT_EQ(printable("\xff\xc0\xaf"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(printable("\xe4\xbe"), "\uFFFD\uFFFD") << "cut short";
}

TEST(Utf8, Width) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("握手"), 4U);
  EXPECT_EQ(display_width("1–3 µs →"), 8U);
  EXPECT_EQ(display_width("\x1b[31mred\x1b[0m"), 3U);
}

TEST(Table, AlignsByWidthOnTheTerminal) {
  Table table({Align::left, Align::right, Align::left});
  table.row({"阶段", "n", "x"});
  table.row({"TLS", "1,234", ""});
  EXPECT_EQ(table.text(2), "  阶段      n  x\n"
                           "  TLS   1,234\n");
}

TEST(Phrases, BothLanguagesHaveTheSamePlaces) {
  const auto places = [](std::string_view text) {
    std::multiset<std::string> found;
    for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1))
      found.emplace(text.substr(at, text.find('}', at) - at));
    return found;
  };
#define HANDSPAN_PHRASE(id, en, zh)                                                                \
  EXPECT_FALSE(std::string_view(zh).empty()) << #id;                                               \
  EXPECT_EQ(places(en), places(zh)) << #id;
#include "render/phrases.def"
#include "render/sizing.def"
#undef HANDSPAN_PHRASE
}

TEST(Phrases, FillingsAreNotFilledAgain) {
  EXPECT_EQ(fill("{a} {b} {c} {", {{"a", "{b}"}, {"b", "x"}}), "{b} x {c} {");
}

TEST(Language, OfTheLocale) {
  EXPECT_EQ(language_of_locale(nullptr, nullptr, "zh_CN.UTF-8"), Language::zh);
  EXPECT_EQ(language_of_locale("", "", "zh_CN.UTF-8"), Language::zh);
  EXPECT_EQ(language_of_locale("C.UTF-8", "zh_CN", "zh_CN"), Language::en);
  EXPECT_EQ(language_of_locale(nullptr, nullptr, nullptr), Language::en);
  EXPECT_EQ(language_named("zh"), Language::zh);
  EXPECT_FALSE(language_named("de").has_value());
}

TEST(Cut, CountsColumnsAndEndsColours) {
  EXPECT_EQ(cut("handshake", 9), "handshake");
  EXPECT_EQ(cut("handshake", 5), "hand…");
  EXPECT_EQ(cut("握手失败", 5), "握手…");
  EXPECT_EQ(cut("\x1b[2mhandshake\x1b[0m", 5), "\x1b[2mhand…\x1b[0m");
}

TEST(Table, FitsAWidthByCuttingTexts) {
  Table table({Align::left, Align::right, Align::left});
  table.row({"a name that is long", "1,234,567", "short"});
  const std::string text = table.text(0, 30);
  EXPECT_EQ(display_width(text.substr(0, text.find('\n'))), 30u);
  EXPECT_NE(text.find("1,234,567"), std::string::npos) << "numbers are never cut";
  EXPECT_EQ(table.text(0, 5).find("1,234,567") == std::string::npos, false);
}

TEST(Fit, BreaksOnlyWhatIsTooWide) {
  EXPECT_EQ(fit("one two three", 0, 2), "  one two three\n");
  EXPECT_EQ(fit("one two three", 80, 2), "  one two three\n");
  EXPECT_EQ(fit("one two three four", 14, 2), "  one two\n  three four\n");
}

} // namespace
} // namespace handspan::render
