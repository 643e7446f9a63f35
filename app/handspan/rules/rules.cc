// handspan rules: files of rules looked through and tried out, and those of a daemon.
#include "handspan/rules/parts.h"

namespace handspan::app {

void add_rules(Command app, Action &chosen) {
  Command rules = app.verb("rules", "rules: check and test files of them, list a daemon's");
  rules.needs_verb();
  rules.footer(
      "Examples:\n"
      "  handspan rules check conf/rules               what is wrong in a folder of rules\n"
      "  handspan rules test conf/rules capture.pcap   which connections they hit, and where\n"
      "  handspan rules list                           a daemon's rules, and how often they hit\n"
      "  handspan rules reload                         take them up anew, without a stop");
  add_rules_check(rules, chosen);
  add_rules_test(rules, chosen);
  add_rules_list(rules, chosen);
  add_rules_reload(rules, chosen);
}

} // namespace handspan::app
