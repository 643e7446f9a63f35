// The subcommands: each adds itself to the command line and says what to run when it was chosen.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace handspan::app {

// The chosen subcommand's work; its result is the exit status.
using Action = std::function<int()>;

void add_read(CLI::App &app, Action &chosen);
void add_explain(CLI::App &app, Action &chosen);
void add_log(CLI::App &app, Action &chosen);
void add_stat(CLI::App &app, Action &chosen);
void add_failures(CLI::App &app, Action &chosen);
void add_doctor(CLI::App &app, Action &chosen);

} // namespace handspan::app
