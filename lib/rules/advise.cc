// What can be used, and is most likely not meant.
#include "rules/compiled.h"

#include "base/quote.h"
#include "record/names.h"
#include "rules/source.h"
#include "rules/trial.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace handspan::rules {

namespace {

// The longest text that a field can have; what needs more never matches.
std::size_t longest(Field field) {
  switch (field) {
  case Field::sni:
    return 255;
  case Field::alpn:
    return 96;
  case Field::ja3:
    return 32;
  case Field::ja4:
    return 36;
  case Field::sha256:
    return 64;
  case Field::version:
  case Field::app_protocol:
  case Field::http_method:
    return 16;
  case Field::http_status:
    return 3;
  case Field::http_host:
    return 64;
  default:
    return kMaxPatternBytes;
  }
}

// A pattern alone that compiles to more than this has a big counted repeat, or many branches.
constexpr std::size_t kLargeDatabase = 256 << 10;
// Most take less than three times as long as a plain word; what keeps many places in mind at each
// byte, ten times and more.
constexpr double kSlow = 8;

std::string lowered(std::string_view text) {
  std::string small(text);
  for (char &letter : small)
    letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  return small;
}

void advise_pattern(const Rule &rule, const Condition &c, const std::string &value,
                    Stopwatch stopwatch, Findings &findings) {
  const unsigned int flags = flags_for(c.field, c.caseless);
  hs_expr_info_t *info = nullptr;
  hs_compile_error_t *failed = nullptr;
  if (hs_expression_info(value.c_str(), flags, &info, &failed) != HS_SUCCESS) {
    hs_free_compile_error(failed);
    return;
  }
  const std::size_t least = info->min_width;
  std::free(info); // NOLINT: Hyperscan takes it from malloc
  const std::string shown = "regex " + base::quoted(value);
  const std::string field(name(c.field));
  if (least > longest(c.field))
    findings.warn(rule, field,
                  shown + " needs " + std::to_string(least) +
                      " bytes and can never match: the field has at most " +
                      std::to_string(longest(c.field)),
                  c.line);
  const Trial trial = try_out(value, flags, stopwatch);
  if (trial.matches_all)
    findings.warn(rule, field,
                  shown + " matches whatever stands there; { present = " + base::quoted(field) +
                      " } says that for nothing",
                  c.line);
  else if (value.starts_with(".*") || value.starts_with("^.*") || value.ends_with(".*") ||
           value.ends_with(".*$"))
    findings.warn(rule, field,
                  shown + " needs no .* at its end or beginning: a pattern is looked for anywhere "
                          "unless ^ or $ hold it",
                  c.line);
  if (trial.bytes > kLargeDatabase)
    findings.warn(rule, field,
                  shown + " is slow: compiled it takes " + std::to_string(trial.bytes >> 10) +
                      " KiB; a smaller counted repeat, as {1,20}, or fewer branches would help",
                  c.line);
  // Once more: a busy machine may have lied.
  else if (trial.times_a_word > kSlow)
    if (const double times =
            std::min(trial.times_a_word, try_out(value, flags, stopwatch).times_a_word);
        times > kSlow)
      findings.warn(rule, field,
                    shown + " is slow: it takes " + std::to_string(std::lround(times)) +
                        " times as long as a plain word; a word that must be there, ^ at the "
                        "beginning, or fewer repeats in each other would help",
                    c.line);
}

// Is what `narrow` asks for a part of what `wide` asks for?
bool implies(const Condition &narrow, const Condition &wide) {
  const bool words = (narrow.ask == Ask::equals || narrow.ask == Ask::domain) &&
                     (wide.ask == Ask::equals || wide.ask == Ask::domain) &&
                     narrow.field == wide.field && wide.caseless;
  if (!words) {
    Condition same = narrow;
    same.line = wide.line;
    same.group = wide.group;
    return same == wide;
  }
  WordSet set;
  for (const std::string &value : wide.values) {
    const bool below = value.starts_with("*."), both = value.starts_with('.');
    set.add(value.substr(below  ? 2
                         : both ? 1
                                : 0),
            below  ? WordSet::Covers::below
            : both ? WordSet::Covers::both
                   : WordSet::Covers::itself,
            0);
  }
  set.seal();
  return std::all_of(narrow.values.begin(), narrow.values.end(), [&](const std::string &value) {
    const bool below = value.starts_with("*."), both = value.starts_with('.');
    bool held = false;
    const auto hit = [&](std::uint32_t, std::size_t) { held = true; };
    // Of those below a name one stands for all; the name itself must be covered, too.
    const std::string bare = value.substr(below ? 2 : both ? 1 : 0);
    if (below || both)
      set.find("any." + bare, shape(wide.field) == Shape::name, hit);
    const bool lower = held || !(below || both);
    held = below;
    if (!below)
      set.find(bare, shape(wide.field) == Shape::name, hit);
    return lower && held;
  });
}

// Whatever `rule` hits `ignoring` hits, too.
bool hides(const Rule &ignoring, const Rule &rule) {
  return ignoring.threshold.count == 0 &&
         std::all_of(ignoring.conditions.begin(), ignoring.conditions.end(),
                     [&](const Condition &wide) {
                       return wide.group == Group::all &&
                              std::any_of(rule.conditions.begin(), rule.conditions.end(),
                                          [&](const Condition &c) {
                                            return c.group == Group::all && implies(c, wide);
                                          });
                     });
}

std::string place(const Rule &rule, const Rule &from) {
  return "rule " + std::to_string(rule.id) + ' ' + base::quoted(rule.name) + " (" +
         (rule.file == from.file ? "" : rule.file + ", ") + "line " + std::to_string(rule.line) +
         ')';
}

// Two conditions that no connection can meet at once.
void advise_contradictions(const Rule &rule, Findings &findings) {
  const auto single = [](const Condition &c) {
    return c.group == Group::all && c.ask == Ask::equals && !has_lines(c.field);
  };
  for (const Condition &a : rule.conditions)
    for (const Condition &b : rule.conditions) {
      if (&a >= &b || !single(a) || !single(b) || a.field != b.field)
        continue;
      const bool common =
          std::any_of(a.values.begin(), a.values.end(), [&](const std::string &value) {
            return std::find(b.values.begin(), b.values.end(), value) != b.values.end();
          });
      if (!common)
        findings.warn(rule, std::string(name(a.field)),
                      "can never be both " + base::quoted(a.values.front()) + " and " +
                          base::quoted(b.values.front()) +
                          ": one of several values is written as a list, equals = [ … ]",
                      b.line);
    }
}

// Names that numbers of the wire have: a text that is none of them never stands in the field.
const std::set<std::string, std::less<>> &names_of(Field field) {
  static const auto all = [](auto &&name) {
    std::set<std::string, std::less<>> names;
    for (unsigned number = 0; number < 0x10000; ++number)
      if (std::string one(name(static_cast<std::uint16_t>(number))); !one.empty())
        names.insert(lowered(one));
    return names;
  };
  static const auto versions = all(record::version_name), ciphers = all(record::cipher_name),
                    groups = all(record::group_name);
  return field == Field::version ? versions : field == Field::cipher ? ciphers : groups;
}

void advise_name(const Rule &rule, const Condition &c, const std::string &value,
                 Findings &findings) {
  if (value.starts_with("0x") || names_of(c.field).contains(lowered(value)))
    return;
  findings.warn(rule, std::string(name(c.field)),
                base::quoted(value) + " can never be: no " + std::string(name(c.field)) +
                    " has that name",
                c.line);
}

void advise_values(const Rule &rule, Stopwatch stopwatch, Findings &findings) {
  for (const Condition &c : rule.conditions) {
    std::set<std::string_view> seen;
    for (const std::string &value : c.values) {
      if (!seen.insert(value).second)
        findings.warn(rule, std::string(name(c.field)), base::quoted(value) + " is there twice",
                      c.line);
      if (c.ask == Ask::equals &&
          (c.field == Field::version || c.field == Field::cipher || c.field == Field::group))
        advise_name(rule, c, value, findings);
      if (c.ask == Ask::cidr && value.ends_with("/0"))
        findings.warn(rule, std::string(name(c.field)),
                      base::quoted(value) + " holds of every address of its family", c.line);
      if (c.ask == Ask::regex)
        advise_pattern(rule, c, value, stopwatch, findings);
    }
    if (c.ask == Ask::version_below && c.number == 0x0002)
      findings.warn(rule, "version_below", "can never be: SSLv2 is the oldest version", c.line);
  }
}

void advise_list(const Rule &rule, const Condition &c, Findings &findings) {
  std::unordered_map<std::string, std::uint32_t> seen;
  std::size_t twice = 0;
  std::string example;
  Findings none;
  (void)read_list(rule, c, none, [&](std::string_view value, std::uint32_t line) {
    const auto [first, fresh] = seen.try_emplace(lowered(value), line);
    if (!fresh && twice++ == 0)
      example = base::quoted(value) + " on lines " + std::to_string(first->second) + " and " +
                std::to_string(line);
  });
  if (twice > 0)
    findings.warn(rule, std::string(name(c.field)),
                  c.list + " has " + std::to_string(twice) + (twice == 1 ? " entry" : " entries") +
                      " more than once: " + example,
                  c.line);
}

// Rules that look for the same, found by what they ask alone.
std::string asked_by(const Rule &rule) {
  std::string key;
  for (const Condition &c : rule.conditions) {
    key += std::to_string(static_cast<int>(c.ask)) + ',' +
           std::to_string(static_cast<int>(c.group)) + ',' +
           std::to_string(static_cast<int>(c.field)) + ',' + std::to_string(c.caseless) + ',' +
           std::to_string(c.wanted) + ',' + std::to_string(c.number) + ',' +
           std::to_string(c.time) + ',' + std::to_string(c.span) + ',' + c.list;
    for (const std::string &value : c.values)
      key += '\0' + value;
    for (const auto &[from, to] : c.ports)
      key += ':' + std::to_string(from) + '-' + std::to_string(to);
    for (const std::uint16_t bits : c.least_bits)
      key += '/' + std::to_string(bits);
    key += '\n';
  }
  return key + std::to_string(rule.threshold.count);
}

} // namespace

void advise(const std::vector<Rule> &rules, Stopwatch stopwatch, Findings &findings) {
  std::unordered_map<std::string, const Rule *> seen;
  std::vector<const Rule *> ignoring;
  for (const Rule &rule : rules)
    if ((rule.actions & action::ignore) != 0)
      ignoring.push_back(&rule);
  for (const Rule &rule : rules) {
    advise_values(rule, stopwatch, findings);
    advise_contradictions(rule, findings);
    for (const Condition &c : rule.conditions)
      if (c.ask == Ask::list)
        advise_list(rule, c, findings);
    if (const auto [first, fresh] = seen.try_emplace(asked_by(rule), &rule); !fresh)
      findings.warn(rule, "", "looks for the same as " + place(*first->second, rule));
    if ((rule.actions & action::ignore) != 0 && (rule.actions & action::story) != 0)
      findings.warn(rule, "actions",
                    "a connection that is ignored has no story: leave out story, or ignore");
    for (const Rule *hider : ignoring)
      if (hider != &rule && hides(*hider, rule)) {
        findings.warn(rule, "",
                      "is never seen in a record: " + place(*hider, rule) +
                          " ignores all that it hits; it is counted nevertheless");
        break;
      }
  }
}

} // namespace handspan::rules
