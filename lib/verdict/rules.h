// The ordered table of rules. The first that applies decides.
#pragma once

#include "record/rules.h"
#include "verdict/situation.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace handspan::verdict {

// What a connection past its handshakes failed in: phase and step are of that.
enum class Part : std::uint8_t {
  end,       // its closing, or where it stood when nobody saw more of it
  leave,     // the data, by the FIN or RST that cut it off
  data,      // the data, however it was closed then
  handshake, // the TLS handshake, which one side did not accept afterwards
};

// Of which stages a rule speaks: a bit for each.
using Stages = std::uint8_t;
constexpr Stages of(Stage stage) {
  return static_cast<Stages>(1u << static_cast<unsigned>(stage));
}
inline constexpr Stages kAllStages = 0xff;
inline constexpr std::size_t kStageCount = static_cast<std::size_t>(Stage::refused) + 1;

struct Rule {
  record::Rule name;
  Stages stages; // of no other is it asked
  bool (*when)(const Situation &);
  Outcome outcome;
  Cause cause;
  By (*by)(const Situation &, const Decided &);
  Decided (*decided)(const Situation &); // but for the rule's own name
  Confidence confidence;                 // at most: a partial view lessens it
  Part part = Part::end;
};

class Table {
public:
  // `rules` must outlive the table.
  explicit Table(std::span<const Rule> rules);

  // What each rule of a stage asks, in order: close together, for most answers are no.
  struct Question {
    bool (*when)(const Situation &);
    const Rule *rule;
  };
  [[nodiscard]] std::span<const Question> of(Stage stage) const {
    return questions_[static_cast<std::size_t>(stage)];
  }
  [[nodiscard]] std::span<const Rule> rules() const { return rules_; }

private:
  std::span<const Rule> rules_;
  std::array<std::vector<Question>, kStageCount> questions_;
};

const Table &table();

} // namespace handspan::verdict
