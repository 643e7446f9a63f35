// Patterns of one field in one Hyperscan database. Private to this folder.
#pragma once

#include "rules/rule.h"

#include <hs.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace handspan::rules {

class Cache;

struct FreeDatabase {
  void operator()(hs_database_t *database) const { hs_free_database(database); }
};
struct FreeScratch {
  void operator()(hs_scratch_t *scratch) const { hs_free_scratch(scratch); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;
using HsScratch = std::unique_ptr<hs_scratch_t, FreeScratch>;

// The patterns of a field in the shape that Hyperscan takes.
struct Patterns {
  std::vector<std::string> expressions;
  std::vector<unsigned int> flags;
  std::vector<unsigned int> ids;
  unsigned int mode = HS_MODE_BLOCK; // for texts that are whole; HS_MODE_STREAM: in pieces

  void add(std::string expression, unsigned int flag, std::uint32_t id) {
    expressions.push_back(std::move(expression));
    flags.push_back(flag);
    ids.push_back(id);
  }
  [[nodiscard]] bool empty() const { return ids.empty(); }
};

// A field is bytes and not lines, so "." is any byte; of one with several values each is a line, at
// whose ends ^ and $ match. That it matches is all we ask.
unsigned int flags_for(Field field, bool caseless);
// So that each byte stands for itself.
std::string literally(std::string_view text);

// Which pattern is wrong (index), and how, with its place in it; or kAllTogether.
struct PatternFault {
  static constexpr std::size_t kAllTogether = SIZE_MAX;
  std::size_t index = kAllTogether;
  std::string what;
};

// Null, and `fault` filled, if they can't be compiled. `cache` may be null.
Database compile(const Patterns &patterns, const Cache *cache, PatternFault &fault);
// The same of one alone: empty if nothing is wrong with it.
std::string fault_of(const std::string &expression, unsigned int flags, unsigned int mode);

} // namespace handspan::rules
