// Rules: what an operator wants to know of connections. Loaded slow (may allocate, throws nothing
// but std::bad_alloc), asked hot (no allocation): at each stage of a connection the rules that can
// be judged then.
#pragma once

#include "base/side.h"
#include "rules/facts.h"
#include "rules/finding.h"
#include "rules/rule.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::rules {

// A rule that hit, as a connection notes it: the rule's place in the set, the condition that it was
// found by, and, for a rule of which the first bytes are one part, that the rest is yet to be
// asked.
class Note {
public:
  Note() = default;
  Note(std::size_t rule, std::size_t condition, bool open = false)
      : word_(static_cast<std::uint32_t>(rule | condition << kRuleBits | std::size_t{open} << 31)) {
  }

  [[nodiscard]] std::size_t rule() const { return word_ & ((1u << kRuleBits) - 1); }
  [[nodiscard]] std::size_t condition() const { return word_ >> kRuleBits & (kMaxConditions - 1); }
  [[nodiscard]] bool open() const { return word_ >> 31 != 0; }
  friend bool operator==(const Note &, const Note &) = default;
  friend bool operator<(const Note &a, const Note &b) { return a.rule() < b.rule(); }

private:
  static constexpr unsigned kRuleBits = 18;
  static_assert(kMaxPlaces <= 1u << kRuleBits && kMaxConditions <= 1u << (31 - kRuleBits));
  std::uint32_t word_ = 0;
};

// A stream over the first bytes of a side, of a scratch.
inline constexpr std::uint16_t kNoStream = 0xffff;
// What the streams of a side may take: where one takes more than usual, there are fewer.
inline constexpr std::size_t kMaxStreamBytes = 32 << 20;

// Working memory of one worker for the set that made it.
class Scratch {
public:
  ~Scratch();
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;

private:
  friend class RuleSet;
  struct State;
  explicit Scratch(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The time that a thread has had so far.
using Stopwatch = base::Nanos (*)();

struct LoadOptions {
  const class RuleSet *before = nullptr; // that is to be replaced (reload): see load()
  std::string cache{};                   // the folder of compiled patterns; empty: none are kept
  bool advise = false;                   // look for what is doubtful, too, and warn of it
  Stopwatch stopwatch = nullptr;         // then: measures which patterns are slow
};

// What became of the rules from one set to the next.
struct Difference {
  std::vector<const Rule *> added, changed, removed; // changed: as they are now
};

// An immutable compiled set; may be shared by all workers.
class RuleSet {
public:
  // Reads `path`, a file (TOML, see docs/rules.md) or a folder of them, and compiles them; or of
  // several paths all, as one set. Null if findings.bad().
  //
  // Where the set is to take the place of another (reload), a place of `before` names the same rule
  // (by id and name) in the new set. Rules that are gone keep their place, retired; new ones follow
  // behind. Thresholds go on counting.
  static std::unique_ptr<RuleSet> load(const std::string &path, Findings &findings,
                                       const LoadOptions &options = {});
  static std::unique_ptr<RuleSet> load(const std::vector<std::string> &paths, Findings &findings,
                                       const LoadOptions &options = {});
  // The same from text; `file` names it in findings, and gives the folder of its lists.
  static std::unique_ptr<RuleSet> parse(std::string_view toml, const std::string &file,
                                        Findings &findings, const LoadOptions &options = {});
  // A set in which all rules of `before` are retired.
  static std::unique_ptr<RuleSet> retire(const RuleSet &before);
  ~RuleSet();
  RuleSet(const RuleSet &) = delete;
  RuleSet &operator=(const RuleSet &) = delete;

  [[nodiscard]] const std::vector<Rule> &rules() const;
  // How many of them are asked.
  [[nodiscard]] std::size_t in_force() const;
  [[nodiscard]] Difference since(const RuleSet &before) const;

  // One for each worker, with so many streams for each side; null if there is no memory.
  [[nodiscard]] std::unique_ptr<Scratch> make_scratch(std::uint32_t streams = 0) const;

  // What is to be asked at the stages from one to another.
  struct Needs {
    bool work = false;  // there is anything to ask
    Fields wanted = 0;  // what rules ask for; of Stage::bytes the sides that are to be heard
    Fields scanned = 0; // of these, what is passed over
    bool hello = false, handshake = false; // what these have shown is asked for
  };
  [[nodiscard]] const Needs &needs(Stage first, Stage last) const {
    return needs_[static_cast<std::size_t>(first)][static_cast<std::size_t>(last)];
  }

  // False if nothing will be found at Stage::end alone: mostly so, and quickly told.
  [[nodiscard]] bool may_hit_at_end(const record::Record &record) const;
  // Asks the rules of the stages from `first` to `last`, not Stage::bytes. Gives those that hit,
  // each once, in order of their places; valid until the scratch is used again. `noted`: what
  // hear() gave of this connection. Allocates nothing.
  std::span<const Note> ask(Stage first, Stage last, const Facts &facts, Scratch &scratch,
                            std::span<const Note> noted) const;
  // The first bytes of a side, whole: hits, and open notes of rules that ask for more. The same
  // otherwise; the facts need the addresses and the port alone.
  std::span<const Note> hear(base::Side from, std::string_view bytes, const Facts &facts,
                             Scratch &scratch) const;

  // First bytes that come in pieces: passed over as they come, in a stream, and judged when it
  // ends, as if they had come whole. kNoStream if none is free.
  std::uint16_t begin_hearing(base::Side from, Scratch &scratch) const;
  // Up to `most` bytes in all: whether it has had them now.
  bool hear_piece(base::Side from, std::uint16_t stream, std::string_view bytes, std::size_t most,
                  Scratch &scratch) const;
  std::span<const Note> end_hearing(base::Side from, std::uint16_t stream, const Facts &facts,
                                    Scratch &scratch) const;
  void give_up_hearing(base::Side from, std::uint16_t stream, Scratch &scratch) const;

  // Slow, for people: where in the field's text the note's condition is met.
  struct Place {
    std::size_t offset = 0, length = 0;
  };
  [[nodiscard]] std::optional<Place> locate(const Note &note, std::string_view text) const;

private:
  struct Compiled;
  struct Evaluation;
  static std::unique_ptr<RuleSet> build(std::vector<Rule> rules, const std::string &from,
                                        Findings &findings, const LoadOptions &options);
  static void lay_out(Compiled &compiled);
  explicit RuleSet(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
  std::array<std::array<Needs, kStages>, kStages> needs_{};
};

} // namespace handspan::rules
