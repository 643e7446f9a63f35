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

struct Rule {
  record::Rule name;
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
