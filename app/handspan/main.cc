// handspan: what the probe has seen, for people and programs.
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/output.h"

#include <csignal>
#include <exception>
#include <new>

namespace handspan::app {

#define VERB(name) void add_##name(Command app, Action &chosen);
#include "verbs.def"
#undef VERB

void add_verbs(const Command &app, Action &chosen) {
#define VERB(name) add_##name(app, chosen);
#include "verbs.def"
#undef VERB
}

} // namespace handspan::app

int main(int argc, char **argv) {
  using namespace handspan::app;
  (void)std::signal(SIGPIPE, SIG_IGN); // a reader that goes away shows as a failed write
  try {
    return run_command_line(argc, argv);
  } catch (const std::bad_alloc &) {
    complain("not enough memory: set smaller limits with --config");
  } catch (const std::exception &error) {
    complain(error.what());
  }
  return kFault;
}
