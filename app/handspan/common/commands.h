// How a verb takes part: its folder NAME defines
//   void add_NAME(Command app, Action &chosen);
// which adds it to the command line and says what to run when it was chosen.
#pragma once

#include "command_line.h"

#include <functional>

namespace handspan::app {

// The chosen verb's work; its result is the exit status.
using Action = std::function<int()>;

// All verbs, in the order of the list that meson makes of the folders.
void add_verbs(const Command &app, Action &chosen);

// Reads the command line, runs what it asks for and gives its exit status.
int run_command_line(int argc, char **argv);

} // namespace handspan::app
