// A filter: which records are wanted.
#pragma once

#include "filter/fault.h"
#include "filter/moment.h"
#include "record/record.h"
#include "render/language.h"

#include <memory>
#include <string>
#include <string_view>

namespace handspan::filter {

class Filter {
public:
  static constexpr std::size_t kMaxBytes = 65'536;   // of its text
  static constexpr std::size_t kMaxDepth = 64;       // parentheses and negations in each other
  static constexpr std::size_t kMaxConditions = 512; // and as many values
  static constexpr std::size_t kMaxPatterns = 32;

  Filter(const Filter &) = delete;
  Filter &operator=(const Filter &) = delete;
  ~Filter();

  // Null: the fault says why. The clock is for moments without a date, the language for fields that
  // are sentences, and for the fault.
  static std::unique_ptr<Filter> compile(std::string_view text, const Clock &clock,
                                         render::Language language, Fault &fault);

  // Not by two threads at once.
  [[nodiscard]] bool passes(const record::Record &record);

private:
  struct Node;
  friend class Parser;
  explicit Filter(std::unique_ptr<Node> root);
  static bool holds(Node &node, const record::Record &record);
  std::unique_ptr<Node> root_;
};

// "no such field: tls.snj (did you mean tls.sni?)", for a name that is no field's.
std::string no_such_field(std::string_view name, render::Language language);

} // namespace handspan::filter
