// handspan: what the probe has seen, for people and programs.
#include "commands.h"
#include "exit_codes.h"
#include "output.h"

#include <csignal>
#include <exception>
#include <new>

namespace handspan::app {

void add_verbs(Command app, Action &chosen) {
  add_read(app, chosen);
  add_explain(app, chosen);
  add_log(app, chosen);
  add_stat(app, chosen);
  add_failures(app, chosen);
  add_history(app, chosen);
  add_doctor(app, chosen);
}

} // namespace handspan::app

int main(int argc, char **argv) {
  using namespace handspan::app;
  std::signal(SIGPIPE, SIG_IGN); // a reader that goes away shows as a failed write
  try {
    return run_command_line(argc, argv);
  } catch (const std::bad_alloc &) {
    complain("not enough memory: set smaller limits with --config");
  } catch (const std::exception &error) {
    complain(error.what());
  }
  return kFault;
}
