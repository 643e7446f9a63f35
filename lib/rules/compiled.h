// What a RuleSet and a Scratch hold. Private to this folder.
#pragma once

#include "rules/patterns.h"
#include "rules/prefix_trie.h"
#include "rules/rules.h"
#include "rules/seen.h"
#include "rules/streams.h"
#include "rules/threshold.h"
#include "rules/word_set.h"

#include <array>
#include <memory>
#include <vector>

namespace handspan::rules {

// A condition that holds a field against values: found by the passes over the fields.
struct Term {
  std::uint32_t rule = 0;
  std::uint8_t condition = 0;
};
inline constexpr std::uint32_t kNoTerm = 0xffffffff;

// Of one field: each kind of value in what serves it. The values come back as indexes of terms.
struct Index {
  Database patterns; // null: no pattern
  // The same for what comes in pieces, of first bytes alone: it finds indexes of `heard`.
  Database streamed;
  std::vector<std::uint32_t> heard; // terms
  WordSet words;                    // equals, domain, list
  PrefixTrie networks;              // cidr, list
};

// What of a connection is so or is not, a bit each, had for all rules at once: flaws of its
// certificate, what it lacks, whether it is TLS.
using Traits = std::uint64_t;
// Of those asked for, the ones that a connection has.
Traits traits_of(const Facts &facts, Traits asked);
// One of these is enough for the condition; 0: it asks for something else.
Traits traits_for(const Condition &condition);

// A rule that may hit without any term, and what it needs in any case: one of these traits, or that
// this condition holds, or nothing.
struct Plain {
  std::uint32_t rule = 0;
  bool alone = false; // it asks nothing else
  Traits traits = 0;
  const Condition *gate = nullptr;
};

// Those of a stage.
struct PlainRules {
  std::vector<Plain> with_traits, others;
  Traits asked = 0; // of all of them
  // What each of them needs can be seen in the record alone, and nothing else is asked at the
  // stage.
  bool by_record = false;

  [[nodiscard]] bool empty() const { return with_traits.empty() && others.empty(); }
};

struct RuleSet::Compiled {
  std::vector<Rule> rules;
  std::vector<Term> terms;
  std::vector<std::uint32_t> first_term; // by rule: where in term_of its conditions begin
  std::vector<std::uint32_t> term_of;    // by condition: its term, kNoTerm where it is plain
  std::vector<Stage> stage;              // by rule
  std::array<Index, kFields> index;
  std::array<Fields, kStages> scanned{}; // the fields that have terms of rules of that stage
  // Rules of that stage that may hit without any term; the others are asked when one is found.
  std::array<PlainRules, kStages> plain;
  std::shared_ptr<ThresholdBoard> thresholds; // null: no rule has one

  // Of a note that may be of the set before; kNoTerm if it means nothing in this one.
  [[nodiscard]] std::uint32_t term_of_first_bytes(const Note &note) const {
    if (note.rule() >= rules.size() || note.condition() >= rules[note.rule()].conditions.size() ||
        shape(rules[note.rule()].conditions[note.condition()].field) != Shape::bytes)
      return kNoTerm;
    return term_of[first_term[note.rule()] + note.condition()];
  }
};

struct Scratch::State {
  HsScratch hyperscan;
  base::Both<Streams> streams;
  Seen seen;
  // The pass in which a term was found last, and a rule was asked last.
  std::vector<std::uint32_t> found_in, asked_in;
  std::uint32_t pass = 0;
  std::vector<std::uint32_t> found; // terms of this pass; room for all
  std::vector<Note> hits;           // room for every rule
};

constexpr Field first_bytes_of(base::Side side) {
  return side == base::Side::client ? Field::first_client : Field::first_server;
}

// What must be true of rules before they are compiled. False, and told, if it is not.
bool check_rules(const std::vector<Rule> &rules, Findings &findings);

// Warns of what can be used and is most likely not meant.
void advise(const std::vector<Rule> &rules, Stopwatch stopwatch, Findings &findings);

// `rules` put in the places that `before` gives them, those of its own behind. False if there are
// too many places.
bool take_places(const std::vector<Rule> &before, std::vector<Rule> &rules);

// Whether a plain condition holds.
bool holds(const Condition &condition, const Facts &facts);
// The same of one about the connection's record.
bool is_of_record(const Condition &condition);
bool holds_at_end(const Condition &condition, const record::Record &record);

} // namespace handspan::rules
