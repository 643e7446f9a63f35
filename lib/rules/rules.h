// Rules: patterns over fields of a handshake, compiled by Hyperscan when they are loaded (slow,
// throws nothing, may allocate) and scanned per Client Hello (hot, scratch made ahead).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::rules {

// What a pattern is held against.
enum class Field : std::uint8_t { sni };
inline constexpr std::size_t kFields = 1;
std::string_view name(Field field); // "tls.sni", as records and rules files call it

// Bounds of a rule set.
inline constexpr std::size_t kMaxFileBytes = 16 << 20;
inline constexpr std::size_t kMaxLineBytes = 16 << 10; // bounds the depth of "a.a.a…" in it
inline constexpr std::size_t kMaxRules = 65'536;
inline constexpr std::size_t kMaxPlaces = 4 * kMaxRules; // with those that reloads have retired
inline constexpr std::size_t kMaxNameBytes = 64;         // records carry it
inline constexpr std::size_t kMaxPatternBytes = 4'096;

struct Rule {
  std::uint32_t id = 0; // unique in a set, > 0
  std::string name;     // 1 to kMaxNameBytes printable characters
  Field field = Field::sni;
  std::string pattern; // Hyperscan's PCRE subset over bytes; matches anywhere unless anchored
  bool caseless = true;
  std::uint32_t line = 0; // of the rules file; 0 = from elsewhere
  bool retired = false;   // keeps its place for hits of before, and is not scanned
};

// A fault of a rules file, ready to be shown: "rules.toml:12: rule 7 \"ads\": pattern …: … at 3".
struct Fault {
  std::string message;
};

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

// An immutable compiled set; may be shared by all workers.
class RuleSet {
public:
  // Reads `path` (TOML, see conf/rules.toml) and compiles it. Null and `fault` filled on any error.
  //
  // Where the set is to take the place of another (reload), `before` is that one: an index into it
  // names the same rule (id, name and field) in the new set. Rules that are gone keep their place,
  // retired; new ones follow behind.
  static std::unique_ptr<RuleSet> load(const std::string &path, Fault &fault,
                                       const RuleSet *before = nullptr);
  // The same from text; `file` names it in faults.
  static std::unique_ptr<RuleSet> parse(std::string_view toml, const std::string &file,
                                        Fault &fault, const RuleSet *before = nullptr);
  static std::unique_ptr<RuleSet> compile(std::vector<Rule> rules, Fault &fault,
                                          const RuleSet *before = nullptr);
  // A set in which all rules of `before` are retired.
  static std::unique_ptr<RuleSet> retire(const RuleSet &before);
  ~RuleSet();
  RuleSet(const RuleSet &) = delete;
  RuleSet &operator=(const RuleSet &) = delete;

  [[nodiscard]] const std::vector<Rule> &rules() const;
  // How many of them are scanned.
  [[nodiscard]] std::size_t in_force() const;

  // One for each worker; null if there is no memory.
  [[nodiscard]] std::unique_ptr<Scratch> make_scratch() const;

  // Writes the indexes into rules() of those that match, each once, in ascending order; the first
  // hits.size() of them. Returns how many. `text` is bytes, NULs included. Allocates nothing.
  std::size_t scan(Field field, std::string_view text, Scratch &scratch,
                   std::span<std::uint32_t> hits) const;

private:
  struct Compiled;
  static std::unique_ptr<RuleSet> build(std::vector<Rule> rules, const std::string &file,
                                        Fault &fault, const RuleSet *before);
  explicit RuleSet(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

} // namespace handspan::rules
