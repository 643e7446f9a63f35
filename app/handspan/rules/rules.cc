// handspan rules: files of rules looked through and tried out, and those of a daemon.
#include "handspan/rules/parts.h"

namespace handspan::app {

void add_rules(Command app, Action &chosen) {
  Command rules = app.verb("rules", "rules: check and test files of them, list a daemon's");
  rules.needs_verb();
  add_rules_check(rules, chosen);
  add_rules_test(rules, chosen);
  add_rules_list(rules, chosen);
  add_rules_reload(rules, chosen);
}

} // namespace handspan::app
