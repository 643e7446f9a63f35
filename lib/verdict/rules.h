// The ordered table of rules. The first that applies decides.
#pragma once

#include "record/rules.h"
#include "verdict/situation.h"

#include <span>

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

struct Table {
  std::span<const Rule> rules;
};

const Table &table();

} // namespace handspan::verdict
