// What is wrong, or doubtful, with a file of rules: one line each, ready to be shown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::rules {

struct Rule;

struct Finding {
  std::string file;
  std::uint32_t line = 0; // 0: none of its own
  std::uint32_t rule = 0; // its id; 0: of no single rule
  std::string name;       // of that rule
  std::string field;      // or key that it is about; may be empty
  std::string what;       // what is wrong, and what would be right
  bool warning = false;   // the rules can be used nevertheless

  // "rules.toml:12: rule 7 "ads": sni: …"
  [[nodiscard]] std::string text() const;
};

class Findings {
public:
  // More than so many would help nobody.
  static constexpr std::size_t kMost = 1'000;

  void add(Finding finding) {
    bad_ |= !finding.warning;
    if (all_.size() < kMost)
      all_.push_back(std::move(finding));
    else
      ++more_;
  }
  void fault(const Rule &rule, std::string field, std::string what, std::uint32_t line = 0);
  void warn(const Rule &rule, std::string field, std::string what, std::uint32_t line = 0);
  void fault(std::string file, std::uint32_t line, std::string what);
  void warn(std::string file, std::string what);

  // A set can't be made of such rules.
  [[nodiscard]] bool bad() const { return bad_; }
  [[nodiscard]] const std::vector<Finding> &all() const { return all_; }
  [[nodiscard]] std::size_t left_out() const { return more_; }
  // The first fault's text, for who shows one line.
  [[nodiscard]] std::string first() const;

private:
  std::vector<Finding> all_;
  std::size_t more_ = 0;
  bool bad_ = false;
};

} // namespace handspan::rules
