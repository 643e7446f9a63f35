// The verbs: each adds itself to the command line and says what to run when it was chosen.
#pragma once

#include "command_line.h"

#include <functional>

namespace handspan::app {

// The chosen verb's work; its result is the exit status.
using Action = std::function<int()>;

void add_read(Command app, Action &chosen);
void add_explain(Command app, Action &chosen);
void add_log(Command app, Action &chosen);
void add_stat(Command app, Action &chosen);
void add_failures(Command app, Action &chosen);
void add_history(Command app, Action &chosen);
void add_doctor(Command app, Action &chosen);

// All of them.
void add_verbs(Command app, Action &chosen);

// Reads the command line, runs what it asks for and gives its exit status.
int run_command_line(int argc, char **argv);

} // namespace handspan::app
