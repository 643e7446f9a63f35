// What a connection remembers of the rules that were asked of it.
#pragma once

#include "base/side.h"
#include "record/record.h"
#include "rules/rules.h"

#include <array>
#include <cstdint>
#include <span>

namespace handspan::inspect {

struct RuleNotes {
  std::uint8_t count = 0;
  std::uint8_t next = static_cast<std::uint8_t>(rules::Stage::hello);   // stage to be asked
  std::uint8_t actions = 0;                                             // of all that hit
  base::Both<bool> heard{};                                             // the side's first bytes
  base::Both<std::uint16_t> stream{rules::kNoStream, rules::kNoStream}; // over them, so far
  std::uint16_t set = 0; // the set of rules that the streams are of
  std::array<rules::Note, record::kMaxRules> notes;

  // False if there is no room.
  bool put(const rules::Note &note) {
    if (count == notes.size())
      return false;
    notes[count++] = note;
    return true;
  }
  [[nodiscard]] std::span<const rules::Note> view() const { return std::span(notes).first(count); }
};

} // namespace handspan::inspect
