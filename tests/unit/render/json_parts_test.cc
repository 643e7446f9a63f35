#include "render/json_parts.h"

#include "render/json_dom.h"

#include <gtest/gtest.h>

#include <charconv>
#include <random>
#include <string>

namespace handspan::render {
namespace {

std::string foreign(std::string_view text) {
  std::string out(json_text_room(text), '\0');
  out.resize(static_cast<std::size_t>(put_json_text(out.data(), text) - out.data()));
  return out;
}

std::string in_seconds(base::Nanos length) {
  char text[kJsonSeconds];
  return {text, put_json_seconds(text, length)};
}

TEST(JsonParts, ForeignTexts) {
  EXPECT_EQ(foreign(""), R"("")");
  EXPECT_EQ(foreign("shop.example"), R"("shop.example")");
  EXPECT_EQ(foreign("a\"b\\c\n\x01\x7f"), R"("a\"b\\c\n\u0001\u007f")");
  EXPECT_EQ(foreign("31.2 µs, 握手"), R"("31.2 µs, 握手")");
  EXPECT_EQ(foreign("a\u202eb\xc2\x9b"), R"("a\u202eb\u009b")");
  EXPECT_EQ(foreign("\U000e0041"), R"("\udb40\udc41")");
  EXPECT_EQ(foreign("\xf0\x9f\x98 \xff\xe2\x82"), "\"\ufffd \ufffd\ufffd\"");
}

// The tree's printer and the records' writer must agree on every text, however broken.
TEST(JsonParts, ForeignTextsStandAsInATree) {
  std::mt19937 random(7);
  const std::string_view pieces[] = {"a",      "\"",     "\\",         "\n",   "\x7f",
                                     "\u00e9", "\u202e", "\U0001f600", "\xe0", "\x80",
                                     "\xbf",   "\xed",   "\xa0",       "\xf0", "\x90",
                                     "\xf4",   "\x8f",   "\xc2",       "\xff", "plain text",
                                     "\ufffd", "\x1b",   "\U000e0041", "\xf1", "握"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t left = random() % 12; left > 0; --left)
      text += pieces[random() % std::size(pieces)];
    ASSERT_EQ(foreign(text), one_line(Json(text)));
  }
}

TEST(JsonParts, Seconds) {
  EXPECT_EQ(in_seconds(0), "0.0");
  EXPECT_EQ(in_seconds(1), "1e-09");
  EXPECT_EQ(in_seconds(42'000), "4.2e-05");
  EXPECT_EQ(in_seconds(99'999), "9.9999e-05");
  EXPECT_EQ(in_seconds(100'000), "0.0001");
  EXPECT_EQ(in_seconds(649'000), "0.000649");
  EXPECT_EQ(in_seconds(3 * base::kSecond), "3.0");
  EXPECT_EQ(in_seconds(base::kSecond + 1), "1.000000001");
  EXPECT_EQ(in_seconds(999'999'999'999'999), "999999.999999999");
  EXPECT_EQ(in_seconds(1'000'000 * base::kSecond), "1000000.0");
  EXPECT_EQ(in_seconds(1'500'000'000'000'250'000), "1500000000.00025");
}

// Read back to the same double, of any length.
TEST(JsonParts, SecondsAreReadBack) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const auto length = static_cast<base::Nanos>(random() >> (1 + random() % 62));
    const std::string text = in_seconds(length);
    double back = -1;
    std::from_chars(text.data(), text.data() + text.size(), back);
    ASSERT_EQ(back, seconds(length)) << text;
  }
}

TEST(JsonParts, ObjectsAndArrays) {
  JsonWriter writer;
  {
    Object out(writer);
    { Object nothing(out, "left_out"_key, Object::IfAny{}); }
    { Object nothing(out, "empty"_key); }
    {
      Object some(out, "some"_key, Object::IfAny{});
      some.put("yes"_key, true);
      some.put("both"_key, base::Both<std::uint32_t>{0, 4'294'967'295});
    }
    { Array none(out, "none"_key); }
    Array two(out, "two"_key);
    { Object one(two); }
    two.number(std::uint8_t{2});
  }
  EXPECT_EQ(writer.text(),
            R"({"empty":{},"some":{"yes":true,"both":{"client":0,"server":4294967295}},)"
            R"("none":[],"two":[{},2]})");
  writer.restart();
  { Object out(writer); }
  EXPECT_EQ(writer.text(), "{}");
}

TEST(JsonParts, GrowsAsItMust) {
  JsonWriter writer;
  const std::string text(100'000, 'x');
  {
    Object out(writer);
    out.put("number"_key, std::uint64_t{UINT64_MAX});
    out.text("text"_key, text);
  }
  EXPECT_EQ(writer.text(), R"({"number":18446744073709551615,"text":")" + text + "\"}");
}

} // namespace
} // namespace handspan::render
