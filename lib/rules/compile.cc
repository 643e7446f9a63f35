// The slow side: rules to what is asked of each connection.
#include "rules/compiled.h"

#include "base/quote.h"
#include "rules/cache.h"
#include "rules/source.h"

#include <algorithm>
#include <random>

namespace handspan::rules {

namespace {

// A rule that may hit though none of its patterns is found must be asked in any case.
bool may_hit_without_terms(const Rule &rule) {
  bool any = false, plain_any = false;
  for (const Condition &c : rule.conditions) {
    if (c.group == Group::all && is_pattern(c.ask))
      return false;
    any |= c.group == Group::any;
    plain_any |= c.group == Group::any && !is_pattern(c.ask);
  }
  return !any || plain_any;
}

// Its conditions stay where they are as long as the set does.
void add_plain(std::uint32_t place, const Rule &rule, PlainRules &rules) {
  Plain plain{.rule = place};
  for (const Condition &c : rule.conditions) {
    if (c.group != Group::all || is_pattern(c.ask))
      continue;
    plain.traits = traits_for(c);
    plain.gate = &c;
    if (plain.traits != 0)
      break;
  }
  plain.alone = plain.gate != nullptr && rule.conditions.size() == 1 && rule.threshold.count == 0;
  rules.asked |= plain.traits;
  (plain.traits != 0 ? rules.with_traits : rules.others).push_back(plain);
}

bool all_by_record(const std::vector<Plain> &rules) {
  return std::all_of(rules.begin(), rules.end(), [](const Plain &plain) {
    return plain.gate != nullptr && is_of_record(*plain.gate);
  });
}

// Known from the connection's first packet on.
bool is_of_the_ends(const Condition &c) {
  return c.ask == Ask::port || shape(c.field) == Shape::address;
}

// The fields that a rule looks at without a pass over them.
Fields looked_at(const Rule &rule) {
  Fields fields = 0;
  for (const Condition &c : rule.conditions) {
    if (c.ask == Ask::present || c.ask == Ask::missing)
      fields |= bit(c.field);
    if (c.ask == Ask::certificate)
      fields |= bit(Field::sni) | bit(Field::san);
    // Questions that need no text, of what a field is about.
    if (c.ask == Ask::expires_within || c.ask == Ask::key_shorter_than)
      fields |= bit(Field::subject);
    if (c.ask == Ask::version_below || c.ask == Ask::post_quantum)
      fields |= bit(Field::group);
  }
  if (rule.threshold.count > 0 && rule.threshold.by == Each::name)
    fields |= bit(Field::sni) | bit(Field::http_host);
  return fields;
}

// Fills the index of one field.
class Indexer {
public:
  Indexer(const std::vector<Rule> &rules, const std::vector<Term> &terms, Field field,
          Findings &findings)
      : rules_(rules), terms_(terms), field_(field), findings_(findings) {}

  bool fill(Index &index, const Cache *cache) {
    bool good = true;
    for (std::uint32_t t = 0; t < terms_.size(); ++t)
      if (condition(t).field == field_)
        good = add(t, index) && good;
    if (!good)
      return false;
    index.words.seal();
    index.networks.seal();
    if (patterns_.empty())
      return true;
    PatternFault fault;
    index.patterns = compile(patterns_, cache, fault);
    if (index.patterns && shape(field_) == Shape::bytes) {
      index.heard = number_terms();
      index.streamed = compile(patterns_, cache, fault);
    }
    good = index.patterns && (shape(field_) != Shape::bytes || index.streamed);
    if (!good)
      tell(fault, index);
    return good;
  }

private:
  [[nodiscard]] const Condition &condition(std::uint32_t term) const {
    return rules_[terms_[term].rule].conditions[terms_[term].condition];
  }

  // The terms that the patterns are of, each once; the patterns have their numbers from now on.
  std::vector<std::uint32_t> number_terms() {
    std::vector<std::uint32_t> terms(patterns_.ids);
    std::sort(terms.begin(), terms.end());
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    for (unsigned int &id : patterns_.ids)
      id = static_cast<unsigned int>(std::lower_bound(terms.begin(), terms.end(), id) -
                                     terms.begin());
    patterns_.mode = HS_MODE_STREAM;
    return terms;
  }

  bool add(std::uint32_t term, Index &index) {
    const Condition &c = condition(term);
    if (c.ask == Ask::list)
      return read_list(rules_[terms_[term].rule], c, findings_,
                       [&](std::string_view value, std::uint32_t) { put(value, term, c, index); });
    std::string why;
    for (const std::string &given : c.values)
      put(normal(field_, c.ask, given, why).value_or(given), term, c, index);
    return true;
  }

  void put(std::string_view value, std::uint32_t term, const Condition &c, Index &index) {
    if (shape(field_) == Shape::address)
      index.networks.add(*parse_prefix(value), term);
    else if (c.ask == Ask::regex)
      patterns_.add(std::string(value), flags_for(field_, c.caseless), term);
    else if (c.ask == Ask::contains)
      patterns_.add(literally(value), flags_for(field_, c.caseless), term);
    else if (!c.caseless)
      patterns_.add('^' + literally(value) + '$', flags_for(field_, false), term);
    else
      put_word(value, term, index.words);
  }

  static void put_word(std::string_view value, std::uint32_t term, WordSet &words) {
    if (value.starts_with("*."))
      words.add(value.substr(2), WordSet::Covers::below, term);
    else if (value.starts_with('.'))
      words.add(value.substr(1), WordSet::Covers::both, term);
    else
      words.add(value, WordSet::Covers::itself, term);
  }

  [[nodiscard]] std::uint32_t term_of(std::size_t pattern, const Index &index) const {
    const unsigned int id = patterns_.ids[pattern];
    return patterns_.mode == HS_MODE_STREAM ? index.heard[id] : id;
  }

  // Each that is wrong by itself; or that they are too much together.
  void tell(const PatternFault &fault, const Index &index) {
    bool told = false;
    for (std::size_t i = 0; i < patterns_.ids.size(); ++i) {
      const std::string what =
          i == fault.index && patterns_.ids.size() == 1
              ? fault.what
              : fault_of(patterns_.expressions[i], patterns_.flags[i], patterns_.mode);
      if (what.empty())
        continue;
      const Term term = terms_[term_of(i, index)];
      findings_.fault(rules_[term.rule], std::string(name(field_)),
                      "regex " + base::quoted(patterns_.expressions[i]) + ": " + what,
                      rules_[term.rule].conditions[term.condition].line);
      told = true;
    }
    if (!told)
      findings_.fault({}, 0,
                      "the patterns on " + std::string(name(field_)) +
                          " can't be compiled together: " + fault.what);
  }

  const std::vector<Rule> &rules_;
  const std::vector<Term> &terms_;
  Field field_;
  Findings &findings_;
  Patterns patterns_;
};

bool has_patterns(const std::vector<Rule> &rules) {
  for (const Rule &rule : rules)
    for (const Condition &c : rule.conditions)
      if (c.ask == Ask::regex || c.ask == Ask::contains || (is_pattern(c.ask) && !c.caseless))
        return true;
  return false;
}

bool has_threshold(const std::vector<Rule> &rules) {
  return std::any_of(rules.begin(), rules.end(),
                     [](const Rule &rule) { return !rule.retired && rule.threshold.count > 0; });
}

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

} // namespace

// Which conditions are found by passes, and which rules are judged at which stage.
void RuleSet::lay_out(Compiled &c) {
  for (std::uint32_t r = 0; r < c.rules.size(); ++r) {
    const Rule &rule = c.rules[r];
    c.stage.push_back(rules::stage(rule));
    c.first_term.push_back(static_cast<std::uint32_t>(c.term_of.size()));
    const auto s = static_cast<std::size_t>(c.stage.back());
    for (std::size_t i = 0; i < rule.conditions.size(); ++i) {
      const bool term = is_pattern(rule.conditions[i].ask) && !rule.retired;
      c.term_of.push_back(term ? static_cast<std::uint32_t>(c.terms.size()) : kNoTerm);
      if (!term)
        continue;
      c.terms.push_back({r, static_cast<std::uint8_t>(i)});
      c.scanned[s] |= bit(rule.conditions[i].field);
    }
    if (!rule.retired && may_hit_without_terms(rule))
      add_plain(r, rule, c.plain[s]);
  }
}

RuleSet::RuleSet(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {
  Compiled &c = *compiled_;
  std::array<Needs, kStages> by_stage;
  for (std::size_t s = 0; s < kStages; ++s)
    by_stage[s] = {.work = !c.plain[s].empty() || c.scanned[s] != 0, .scanned = c.scanned[s]};
  // Sides are heard for rules of any stage.
  constexpr Fields kHeard = bit(Field::first_client) | bit(Field::first_server);
  for (std::size_t r = 0; r < c.rules.size(); ++r) {
    if (c.rules[r].retired)
      continue;
    Needs &needs = by_stage[static_cast<std::size_t>(c.stage[r])];
    needs.wanted |= looked_at(c.rules[r]);
    for (const Condition &condition : c.rules[r].conditions) {
      needs.hello |= stage(condition) == Stage::hello && !is_of_the_ends(condition);
      needs.handshake |= stage(condition) == Stage::handshake;
      if (is_pattern(condition.ask)) {
        needs.wanted |= bit(condition.field) & ~kHeard;
        by_stage[0].wanted |= bit(condition.field) & kHeard;
      }
    }
  }
  for (Needs &needs : by_stage)
    for (std::size_t f = 0; f < kFields; ++f)
      if (const auto field = static_cast<Field>(f);
          (needs.wanted & bit(field)) != 0 && shape(field) != Shape::address) {
        needs.hello |= stage(field) == Stage::hello;
        needs.handshake |= stage(field) == Stage::handshake;
      }
  for (std::size_t first = 0; first < kStages; ++first)
    for (std::size_t last = first; last < kStages; ++last)
      for (std::size_t s = first; s <= last; ++s) {
        Needs &all = needs_[first][last];
        all.work |= by_stage[s].work;
        all.hello |= by_stage[s].hello;
        all.handshake |= by_stage[s].handshake;
        all.wanted |= by_stage[s].wanted;
        all.scanned |= by_stage[s].scanned;
      }
  constexpr auto kEnd = static_cast<std::size_t>(Stage::end);
  PlainRules &at_end = c.plain[kEnd];
  at_end.by_record = c.scanned[kEnd] == 0 && by_stage[0].wanted == 0 &&
                     all_by_record(at_end.with_traits) && all_by_record(at_end.others);
}
RuleSet::~RuleSet() = default;

std::unique_ptr<RuleSet> RuleSet::build(std::vector<Rule> rules, const std::string &from,
                                        Findings &findings, const LoadOptions &options) {
  if (!check_rules(rules, findings) || findings.bad())
    return nullptr;
  if (rules.empty() || rules.size() > kMaxRules) {
    findings.fault(from, 0,
                   "1 to " + std::to_string(kMaxRules) +
                       " rules are needed, each begun by [[rule]]; there are " +
                       std::to_string(rules.size()));
    return nullptr;
  }
  if (has_patterns(rules) && hs_valid_platform() != HS_SUCCESS) {
    findings.fault({}, 0,
                   "regex and contains need a processor with SSSE3, and this one has none: "
                   "use equals, domain and lists");
    return nullptr;
  }
  if (options.advise)
    advise(rules, options.stopwatch, findings);
  if (options.before != nullptr && !take_places(options.before->rules(), rules)) {
    findings.fault({}, 0, "too many rules have come and gone by reloads: a restart takes these");
    return nullptr;
  }
  std::string why;
  const auto cache = options.cache.empty() ? nullptr : Cache::open(options.cache, why);
  if (!options.cache.empty() && !cache)
    findings.warn(options.cache, "compiled patterns are not kept: " + why);
  auto compiled = std::make_unique<Compiled>();
  Compiled &c = *compiled;
  c.rules = std::move(rules);
  lay_out(c);
  if (has_threshold(c.rules))
    c.thresholds = options.before && options.before->compiled_->thresholds
                       ? options.before->compiled_->thresholds
                       : std::make_shared<ThresholdBoard>(random_seed());
  bool good = true;
  for (std::size_t f = 0; f < kFields; ++f)
    good =
        Indexer(c.rules, c.terms, static_cast<Field>(f), findings).fill(c.index[f], cache.get()) &&
        good;
  return good ? std::unique_ptr<RuleSet>(new RuleSet(std::move(compiled))) : nullptr;
}

std::unique_ptr<RuleSet> RuleSet::retire(const RuleSet &before) {
  auto compiled = std::make_unique<Compiled>();
  compiled->rules = before.rules();
  compiled->thresholds = before.compiled_->thresholds;
  for (Rule &rule : compiled->rules)
    rule.retired = true;
  lay_out(*compiled);
  return std::unique_ptr<RuleSet>(new RuleSet(std::move(compiled)));
}

std::unique_ptr<RuleSet> RuleSet::parse(std::string_view toml, const std::string &file,
                                        Findings &findings, const LoadOptions &options) {
  std::vector<Rule> rules;
  parse_rules(toml, file, rules, findings);
  return build(std::move(rules), file, findings, options);
}

std::unique_ptr<RuleSet> RuleSet::load(const std::string &path, Findings &findings,
                                       const LoadOptions &options) {
  return load(std::vector<std::string>{path}, findings, options);
}

std::unique_ptr<RuleSet> RuleSet::load(const std::vector<std::string> &paths, Findings &findings,
                                       const LoadOptions &options) {
  std::vector<Rule> rules;
  for (const std::string &path : paths)
    for (const std::string &file : files_of(path, findings)) {
      std::string why;
      if (const auto text = read_file(file, kMaxFileBytes, why))
        parse_rules(*text, file, rules, findings);
      else
        findings.fault(file, 0, "can't read the rules file: " + why);
    }
  return build(std::move(rules), paths.size() == 1 ? paths.front() : std::string(), findings,
               options);
}

} // namespace handspan::rules
