// The tables behind rule.h, and at which stage a rule can be judged.
#include "rules/rule.h"

#include <algorithm>

namespace handspan::rules {

namespace {

struct FieldRow {
  std::string_view name;
  Stage stage;
  std::string_view help;
};

constexpr std::array<FieldRow, kFields> kRows = {{
#define HANDSPAN_RULE_FIELD(id, name, stage, shape, help) {name, Stage::stage, help},
#include "rules/fields.def"
#undef HANDSPAN_RULE_FIELD
}};

const FieldRow &row(Field field) {
  return kRows[static_cast<std::size_t>(field)];
}

bool is_first_bytes(const Condition &c) {
  return is_pattern(c.ask) && shape(c.field) == Shape::bytes;
}

// Known before anything was said.
bool asks_the_ends(const Condition &c) {
  return c.ask == Ask::port || (is_pattern(c.ask) && shape(c.field) == Shape::address);
}

} // namespace

std::string_view name(Field field) {
  return row(field).name;
}
Stage stage(Field field) {
  return row(field).stage;
}
bool has_lines(Field field) {
  return row(field).help.starts_with("each ");
}

std::size_t field_of(std::string_view name) {
  if (name == "tls.sni")
    name = "sni";
  const auto *found = std::find_if(kRows.begin(), kRows.end(),
                                   [name](const FieldRow &r) { return r.name == name; });
  return static_cast<std::size_t>(found - kRows.begin());
}

std::string_view name(Ask ask) {
  static constexpr std::array<std::string_view, 21> kNames = {"equals",        "domain",
                                                              "contains",      "regex",
                                                              "list",          "cidr",
                                                              "present",       "missing",
                                                              "port",          "tls",
                                                              "version_below", "expires_within",
                                                              "certificate",   "key_shorter_than",
                                                              "post_quantum",  "outcome",
                                                              "cause",         "by",
                                                              "phase",         "step",
                                                              "longer_than"};
  static_assert(kNames.size() == static_cast<std::size_t>(Ask::longer_than) + 1);
  return kNames[static_cast<std::size_t>(ask)];
}

std::string_view title(const Condition &c) {
  return is_pattern(c.ask) || c.ask == Ask::present || c.ask == Ask::missing ? name(c.field)
                                                                             : name(c.ask);
}

Stage stage(const Condition &c) {
  switch (c.ask) {
  case Ask::equals:
  case Ask::domain:
  case Ask::contains:
  case Ask::regex:
  case Ask::list:
  case Ask::cidr:
  case Ask::present:
  case Ask::missing:
    return stage(c.field);
  case Ask::port:
    return Stage::hello;
  case Ask::tls:
    return c.number != 0 ? Stage::hello : Stage::end;
  case Ask::post_quantum:
    return c.number == static_cast<std::uint64_t>(PostQuantum::not_offered) ? Stage::hello
                                                                            : Stage::handshake;
  case Ask::version_below:
  case Ask::expires_within:
  case Ask::certificate:
  case Ask::key_shorter_than:
    return Stage::handshake;
  case Ask::outcome:
  case Ask::cause:
  case Ask::by:
  case Ask::phase:
  case Ask::step:
  case Ask::longer_than:
    break;
  }
  return Stage::end;
}

Stage stage(const Rule &rule) {
  Stage last = Stage::bytes;
  Fields heard = 0; // whose first bytes are looked at
  bool others = false;
  for (const Condition &c : rule.conditions) {
    if (is_first_bytes(c)) {
      heard |= bit(c.field);
      continue;
    }
    others |= !asks_the_ends(c) || c.group == Group::any;
    last = std::max(last, stage(c));
  }
  if (heard == 0)
    return last;
  const bool both = heard == (bit(Field::first_client) | bit(Field::first_server));
  return others || both ? Stage::end : Stage::bytes;
}

bool same_work(const Rule &a, const Rule &b) {
  const auto same = [](const Condition &x, Condition y) {
    y.line = x.line;
    return x == y;
  };
  return a.severity == b.severity && a.tags == b.tags && a.actions == b.actions &&
         a.threshold == b.threshold &&
         std::equal(a.conditions.begin(), a.conditions.end(), b.conditions.begin(),
                    b.conditions.end(), same);
}

} // namespace handspan::rules
