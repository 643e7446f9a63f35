// Rules: patterns over fields of a handshake, compiled by Hyperscan when they are loaded (slow,
// throws nothing, may allocate) and scanned per Client Hello (hot, scratch made ahead).
#pragma once

#include "base/bytes.h"

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

struct Rule {
  std::uint32_t id = 0; // unique in a file, > 0
  std::string name;
  Field field = Field::sni;
  std::string pattern; // Hyperscan's PCRE subset
  bool caseless = true;
};

// A fault of a rules file, ready to be shown: "rules.toml:12: rule 7 \"ads\": pattern …: … at 3".
struct Fault {
  std::string message;
};

class Scratch;

// An immutable compiled set; may be shared by all workers.
class RuleSet {
public:
  // Reads `path` (TOML, see conf/rules.toml) and compiles it. Null and `fault` filled on any error.
  static std::unique_ptr<RuleSet> load(const std::string &path, Fault &fault);
  static std::unique_ptr<RuleSet> compile(std::vector<Rule> rules, Fault &fault);
  ~RuleSet();

  [[nodiscard]] const std::vector<Rule> &rules() const;

  // One for each worker; null if there is no memory.
  [[nodiscard]] std::unique_ptr<Scratch> make_scratch() const;

  // Writes the indexes into rules() of those that match, each once, in ascending order; at most
  // hits.size(). Returns how many. Allocates nothing.
  std::size_t scan(Field field, std::string_view text, Scratch &scratch,
                   std::span<std::uint32_t> hits) const;

private:
  struct Compiled;
  explicit RuleSet(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

} // namespace handspan::rules
