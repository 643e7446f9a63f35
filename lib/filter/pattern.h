// A regular expression, by Hyperscan: its time grows with the text and no faster, whatever the
// pattern is. Case does not count, as in Wireshark; "." is any byte.
#pragma once

#include "render/language.h"

#include <memory>
#include <string>
#include <string_view>

namespace handspan::filter {

class Pattern {
public:
  static constexpr std::size_t kMaxBytes = 512;
  // The product of what a pattern's counted repeats ask for: `(a{50}){20}` asks for 1,000.
  static constexpr std::size_t kMaxRepeats = 2'000;

  Pattern(const Pattern &) = delete;
  Pattern &operator=(const Pattern &) = delete;
  ~Pattern();

  // Null: `why` says what is wrong with it, in one line; `at` is the byte of it, if that is known.
  static std::unique_ptr<Pattern> compile(const std::string &text, render::Language language,
                                          std::string &why);

  // Is it found in the text? Not by two threads at once.
  [[nodiscard]] bool found_in(std::string_view text) const;

private:
  struct Compiled;
  explicit Pattern(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

} // namespace handspan::filter
