// quote.h and text_file.h: foreign text on its way to people.
#include "base/text_file.h"

#include "base/quote.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace {

using handspan::base::one_line;
using handspan::base::quoted;
using handspan::base::read_text_file;

TEST(Quote, ControlCharactersAreEscaped) {
  EXPECT_EQ(one_line("a\nb\x1b[0m\x7f"), "a\\x0ab\\x1b[0m\\x7f");
  EXPECT_EQ(one_line(std::string_view("\0x", 2)), "\\x00x");
  EXPECT_EQ(one_line("grün"), "grün");
}

TEST(Quote, WhatSteersWithoutBeingSeenIsEscaped) {
  for (const auto &[text, shown] : std::initializer_list<std::pair<const char *, const char *>>{
           {"\xc2\x9b", "\\x9b"},          // CSI
           {"\xc2\x85", "\\x85"},          // NEL
           {"\u061c", "\\u061c"},          // Arabic letter mark
           {"\u200b", "\\u200b"},          // zero width space
           {"\u200f", "\\u200f"},          // right-to-left mark
           {"\u2028", "\\u2028"},          // line separator
           {"\u2029", "\\u2029"},          // paragraph separator
           {"\u202a", "\\u202a"},          // embedding
           {"\u202e", "\\u202e"},          // override
           {"\u2060", "\\u2060"},          // word joiner
           {"\u2066", "\\u2066"},          // isolate
           {"\u2069", "\\u2069"},          //
           {"\ufeff", "\\ufeff"},          // byte order mark
           {"\u3164", "\\u3164"},          // Hangul filler
           {"\U000e0041", "\\U000e0041"}}) // tag
    EXPECT_EQ(one_line(text), shown);
  EXPECT_EQ(one_line("a\u00a0ü字\U0001f600"), "a\u00a0ü字\U0001f600");
}

TEST(Quote, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(one_line("a\xff\xc3"), "a\uFFFD\uFFFD");
}

TEST(Quote, EscapedTextIsNotEscapedAgain) {
  EXPECT_EQ(one_line(one_line("\x1b\u202e\xff")), one_line("\x1b\u202e\xff"));
}

TEST(Quote, IsCutBetweenCharacters) {
  EXPECT_EQ(one_line("字字字", 4), "字…");
  EXPECT_EQ(one_line("\x80\x80\x80\x80\x80\x80", 4), "\uFFFD…");
}

TEST(Quote, LongTextIsCut) {
  EXPECT_EQ(one_line("abcdef", 3), "abc…");
  EXPECT_EQ(one_line("abc", 3), "abc");
  EXPECT_EQ(quoted("abcdef", 3), "\"abc…\"");
  EXPECT_EQ(quoted(""), "\"\"");
}

class TextFile : public testing::Test {
protected:
  void write(std::string_view text) {
    std::FILE *f = std::fopen(path_.c_str(), "wb");
    ASSERT_NE(f, nullptr);
    std::fwrite(text.data(), 1, text.size(), f);
    std::fclose(f);
  }
  void TearDown() override { std::remove(path_.c_str()); }
  std::string path_ = testing::TempDir() + "handspan_text_file_test";
  std::string why_;
};

TEST_F(TextFile, IsReadWhole) {
  const std::string text(10'000, 'x');
  write(text);
  EXPECT_EQ(read_text_file(path_, 10'000, why_), text);
}

TEST_F(TextFile, TooLongIsRefused) {
  write("12345");
  EXPECT_FALSE(read_text_file(path_, 4, why_));
  EXPECT_EQ(why_, "longer than 4 bytes");
}

TEST_F(TextFile, MissingSaysWhy) {
  EXPECT_FALSE(read_text_file(path_, 4, why_));
  EXPECT_EQ(why_, "No such file or directory");
}

TEST_F(TextFile, ADirectoryIsNoText) {
  EXPECT_FALSE(read_text_file(testing::TempDir(), 4096, why_));
  EXPECT_EQ(why_, "Is a directory");
}

} // namespace
