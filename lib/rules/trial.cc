#include "rules/trial.h"

#include "rules/patterns.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace handspan::rules {

namespace {

// Texts that have nothing in common but being some.
constexpr std::string_view kProbes[] = {"qz7-x.k9v.wj",     "0123456789",
                                        "ABCDEFGH.IJKLMN",  "\x01\x80\xfe\x02\x9f\x03",
                                        "_~!%&=+;, ()[]{}", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
constexpr std::size_t kSample = 1'024, kText = 256;
constexpr int kPasses = 7, kRounds = 8; // the quickest pass counts; so many rounds make one
constexpr const char *kWord = "handspan-plain-word";

std::array<std::string, 3> samples() {
  constexpr std::string_view kLabels[] = {"www",   "mail",    "api",   "cdn", "static", "example",
                                          "shop",  "login",   "img01", "com", "net",    "internal",
                                          "x7f3a", "storage", "co",    "uk"};
  std::array<std::string, 3> texts;
  std::uint32_t dice = 7;
  const auto roll = [&dice](std::size_t sides) {
    dice = dice * 1'103'515'245 + 12'345;
    return (dice >> 16) % sides;
  };
  while (texts[0].size() < kSample)
    texts[0].append(kLabels[roll(std::size(kLabels))]).append(1, roll(5) == 0 ? '\n' : '.');
  texts[1].assign(kSample, 'a');
  while (texts[2].size() < kSample)
    texts[2] += "0123456789abcdef"[roll(16)];
  return texts;
}

// A pattern compiled by itself, and what it takes to pass it over a text.
class Alone {
public:
  Alone(const std::string &expression, unsigned int flags) {
    Patterns alone;
    alone.add(expression, flags, 0);
    PatternFault fault;
    database_ = compile(alone, nullptr, fault);
    hs_scratch_t *made = nullptr;
    if (database_ && hs_alloc_scratch(database_.get(), &made) == HS_SUCCESS)
      scratch_.reset(made);
  }

  [[nodiscard]] bool good() const { return scratch_ != nullptr; }
  [[nodiscard]] std::size_t bytes() const {
    std::size_t bytes = 0;
    (void)hs_database_size(database_.get(), &bytes);
    return bytes;
  }

  [[nodiscard]] bool matches(std::string_view text) const {
    bool hit = false;
    const auto on_hit = [](unsigned int, unsigned long long, unsigned long long, unsigned int,
                           void *found) {
      *static_cast<bool *>(found) = true;
      return 0;
    };
    (void)hs_scan(database_.get(), text.data(), static_cast<unsigned int>(text.size()), 0,
                  scratch_.get(), on_hit, &hit);
    return hit;
  }

  [[nodiscard]] base::Nanos pass(std::string_view sample, base::Nanos (*stopwatch)()) const {
    const base::Nanos begun = stopwatch();
    for (int round = 0; round < kRounds; ++round)
      for (std::size_t at = 0; at + kText <= sample.size(); at += kText)
        (void)matches(sample.substr(at, kText));
    return stopwatch() - begun;
  }

private:
  Database database_;
  HsScratch scratch_;
};

double against_a_word(const Alone &pattern, base::Nanos (*stopwatch)()) {
  static const std::array<std::string, 3> kSamples = samples();
  const Alone word(kWord, flags_for(Field::first_client, true));
  double worst = 0;
  for (const std::string &sample : kSamples) {
    base::Nanos its = std::numeric_limits<base::Nanos>::max(), words = its;
    for (int pass = 0; pass < kPasses; ++pass) {
      its = std::min(its, pattern.pass(sample, stopwatch));
      words = std::min(words, word.pass(sample, stopwatch));
    }
    worst = std::max(worst, static_cast<double>(its) /
                                static_cast<double>(std::max<base::Nanos>(words, 1)));
  }
  return worst;
}

} // namespace

Trial try_out(const std::string &expression, unsigned int flags, base::Nanos (*stopwatch)()) {
  const Alone pattern(expression, flags);
  if (!pattern.good())
    return {};
  Trial trial{.matches_all = true, .bytes = pattern.bytes()};
  for (const std::string_view probe : kProbes)
    trial.matches_all = trial.matches_all && pattern.matches(probe);
  if (stopwatch != nullptr)
    trial.times_a_word = against_a_word(pattern, stopwatch);
  return trial;
}

} // namespace handspan::rules
