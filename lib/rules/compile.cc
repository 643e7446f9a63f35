// The slow side: rules to databases, faults told with rule and position.
#include "rules/compiled.h"

#include "base/quote.h"
#include "base/text_file.h"

#include <algorithm>

namespace handspan::rules {

namespace {

struct FreeError {
  void operator()(hs_compile_error_t *error) const { hs_free_compile_error(error); }
};
using CompileError = std::unique_ptr<hs_compile_error_t, FreeError>;

// The rules of one field in the shape Hyperscan takes. DOTALL, because a field is bytes, not lines;
// SINGLEMATCH, because that a rule matched is all we ask.
struct Patterns {
  std::vector<const char *> expressions;
  std::vector<unsigned int> flags;
  std::vector<unsigned int> indexes;

  Patterns(const std::vector<Rule> &rules, Field field) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (rules[i].field != field || rules[i].retired)
        continue;
      expressions.push_back(rules[i].pattern.c_str());
      flags.push_back(HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL |
                      (rules[i].caseless ? HS_FLAG_CASELESS : 0u));
      indexes.push_back(static_cast<unsigned int>(i));
    }
  }
  [[nodiscard]] unsigned int count() const { return static_cast<unsigned int>(expressions.size()); }
};

// Hyperscan speaks of its own flags where a user has none to set.
std::string reason(const hs_compile_error_t *error) {
  std::string text = error && error->message ? error->message : "no reason given";
  if (text.find("HS_FLAG_ALLOWEMPTY") != std::string::npos)
    text = "it would match everything, even empty text";
  while (!text.empty() && (text.back() == '.' || text.back() == '\n'))
    text.pop_back();
  return base::one_line(text);
}

std::string pattern_fault(const std::string &file, const Rule &rule,
                          const hs_compile_error_t *error) {
  return where(file, rule) + "pattern " + base::quoted(rule.pattern) + ": " + reason(error);
}

bool compile_field(const std::vector<Rule> &rules, const std::string &file, Field field,
                   Database &database, Fault &fault) {
  const Patterns patterns(rules, field);
  if (patterns.count() == 0)
    return true;
  hs_database_t *made = nullptr;
  hs_compile_error_t *failed = nullptr;
  if (hs_compile_multi(patterns.expressions.data(), patterns.flags.data(), patterns.indexes.data(),
                       patterns.count(), HS_MODE_BLOCK, nullptr, &made, &failed) == HS_SUCCESS) {
    database.reset(made);
    return true;
  }
  const CompileError error(failed);
  if (error && error->expression >= 0 &&
      static_cast<unsigned int>(error->expression) < patterns.count())
    fault.message = pattern_fault(
        file, rules[patterns.indexes[static_cast<std::size_t>(error->expression)]], error.get());
  else
    fault.message = (file.empty() ? "" : file + ": ") + "the rules on " + std::string(name(field)) +
                    " can't be compiled together: " + reason(error.get());
  return false;
}

} // namespace

std::string_view name(Field field) {
  return field == Field::sni ? "tls.sni" : "?";
}

RuleSet::RuleSet(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
RuleSet::~RuleSet() = default;

const std::vector<Rule> &RuleSet::rules() const {
  return compiled_->rules;
}

std::size_t RuleSet::in_force() const {
  return static_cast<std::size_t>(std::count_if(compiled_->rules.begin(), compiled_->rules.end(),
                                                [](const Rule &rule) { return !rule.retired; }));
}

std::unique_ptr<RuleSet> RuleSet::build(std::vector<Rule> rules, const std::string &file,
                                        Fault &fault, const RuleSet *before) {
  if (hs_valid_platform() != HS_SUCCESS) {
    fault.message = "rules need a processor with SSSE3, and this one has none: run without rules";
    return nullptr;
  }
  if (!check_rules(rules, file, fault))
    return nullptr;
  if (before != nullptr && !take_places(before->rules(), rules)) {
    fault.message = (file.empty() ? "" : file + ": ") +
                    "too many rules have come and gone by reloads: a restart takes these";
    return nullptr;
  }
  auto compiled = std::make_unique<Compiled>();
  compiled->rules = std::move(rules);
  for (std::size_t i = 0; i < kFields; ++i)
    if (!compile_field(compiled->rules, file, static_cast<Field>(i), compiled->databases[i], fault))
      return nullptr;
  return std::unique_ptr<RuleSet>(new RuleSet(std::move(compiled)));
}

std::unique_ptr<RuleSet> RuleSet::compile(std::vector<Rule> rules, Fault &fault,
                                          const RuleSet *before) {
  return build(std::move(rules), {}, fault, before);
}

std::unique_ptr<RuleSet> RuleSet::retire(const RuleSet &before) {
  auto compiled = std::make_unique<Compiled>();
  compiled->rules = before.rules();
  for (Rule &rule : compiled->rules)
    rule.retired = true;
  return std::unique_ptr<RuleSet>(new RuleSet(std::move(compiled)));
}

std::unique_ptr<RuleSet> RuleSet::parse(std::string_view toml, const std::string &file,
                                        Fault &fault, const RuleSet *before) {
  std::vector<Rule> rules;
  if (!parse_rules(toml, file, rules, fault))
    return nullptr;
  return build(std::move(rules), file, fault, before);
}

std::unique_ptr<RuleSet> RuleSet::load(const std::string &path, Fault &fault,
                                       const RuleSet *before) {
  std::string why;
  const auto text = base::read_text_file(path, kMaxFileBytes, why);
  if (!text) {
    fault.message = path + ": can't read the rules file: " + why;
    return nullptr;
  }
  return parse(*text, path, fault, before);
}

} // namespace handspan::rules
