// The verbs below `handspan rules`.
#pragma once

#include "handspan/common/commands.h"

namespace handspan::app {

void add_rules_check(Command rules, Action &chosen);
void add_rules_test(Command rules, Action &chosen);
void add_rules_list(Command rules, Action &chosen);
void add_rules_reload(Command rules, Action &chosen);

} // namespace handspan::app
