// quote.h and text_file.h: foreign text on its way to people.
#include "base/quote.h"
#include "base/text_file.h"

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
