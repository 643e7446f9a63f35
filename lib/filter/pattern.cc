#include "filter/pattern.h"

#include "base/quote.h"
#include "filter/words.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <hs.h>

namespace handspan::filter {
namespace {

struct Free {
  void operator()(hs_database_t *database) const { hs_free_database(database); }
  void operator()(hs_scratch_t *scratch) const { hs_free_scratch(scratch); }
  void operator()(hs_compile_error_t *error) const { hs_free_compile_error(error); }
};

// What "{n}", "{n,}", "{,m}" and "{n,m}" ask for, multiplied: the more, the larger the automaton,
// and the longer it takes to be made.
std::size_t repeats_of(std::string_view text) {
  std::size_t product = 1;
  for (std::size_t open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    std::size_t most = 0, number = 0;
    for (const char c : text.substr(open + 1)) {
      if (c >= '0' && c <= '9')
        number = std::min<std::size_t>(10 * number + static_cast<std::size_t>(c - '0'), 100'000);
      else if (c == ',')
        most = std::exchange(number, 0);
      else
        break;
    }
    product = std::min<std::size_t>(product * std::max({most, number, std::size_t{1}}), 1 << 20);
  }
  return product;
}

std::string reason(const hs_compile_error_t *error) {
  std::string text = error != nullptr && error->message != nullptr ? error->message : "it is none";
  while (!text.empty() && (text.back() == '.' || text.back() == '\n'))
    text.pop_back();
  return base::one_line(text);
}

} // namespace

struct Pattern::Compiled {
  std::unique_ptr<hs_database_t, Free> database;
  std::unique_ptr<hs_scratch_t, Free> scratch;
};

Pattern::Pattern(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Pattern::~Pattern() = default;

std::unique_ptr<Pattern> Pattern::compile(const std::string &text, render::Language language,
                                          std::string &why) {
  if (text.size() > kMaxBytes || repeats_of(text) > kMaxRepeats) {
    why = text.size() > kMaxBytes ? words(Said::pattern_bytes, language, kMaxBytes)
                                  : words(Said::pattern_repeats, language, kMaxRepeats);
    return nullptr;
  }
  if (text.find('\0') != std::string::npos) {
    why = words(Said::pattern_nul, language);
    return nullptr;
  }
  if (hs_valid_platform() != HS_SUCCESS) {
    why = words(Said::pattern_processor, language);
    return nullptr;
  }
  hs_database_t *database = nullptr;
  hs_compile_error_t *failed = nullptr;
  const hs_error_t result = hs_compile(
      text.c_str(), HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL | HS_FLAG_CASELESS | HS_FLAG_ALLOWEMPTY,
      HS_MODE_BLOCK, nullptr, &database, &failed);
  const std::unique_ptr<hs_compile_error_t, Free> error(failed);
  auto compiled = std::make_unique<Compiled>();
  compiled->database.reset(database);
  hs_scratch_t *scratch = nullptr;
  if (result != HS_SUCCESS || hs_alloc_scratch(database, &scratch) != HS_SUCCESS) {
    why = result != HS_SUCCESS ? reason(error.get())
                               : std::string(words(Said::pattern_memory, language));
    return nullptr;
  }
  compiled->scratch.reset(scratch);
  return std::unique_ptr<Pattern>(new Pattern(std::move(compiled)));
}

bool Pattern::found_in(std::string_view text) const {
  bool found = false;
  const auto note = [](unsigned, unsigned long long, unsigned long long, unsigned, void *to) {
    *static_cast<bool *>(to) = true;
    return 1; // no further
  };
  (void)hs_scan(compiled_->database.get(), text.empty() ? "" : text.data(),
                static_cast<unsigned>(text.size()), 0, compiled_->scratch.get(), note, &found);
  return found;
}

} // namespace handspan::filter
