// handspan: what the probe has seen, for people and programs.
#include "commands.h"
#include "common/version.h"
#include "exit_codes.h"
#include "output.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <string>

namespace {

using namespace handspan::app;

// CLI11's messages may have several lines; a fault is one.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return text;
}

std::string usage_fault(const CLI::App &app, const CLI::ParseError &error, int argc, char **argv) {
  if (!app.get_subcommands().empty())
    return one_line(error.what());
  return argc < 2 ? "a command is missing" : std::string("no such command: ") + argv[1];
}

int run(int argc, char **argv) {
  CLI::App app("Tells of TCP and TLS connections: how far they came, how long it took, and why "
               "they failed.",
               "handspan");
  app.set_version_flag("--version", std::string("handspan ").append(kVersion));
  app.require_subcommand(1);
  app.footer("Exit status: 0 ok, 1 fault, 2 wrong usage, 3 no daemon.");
  Action chosen;
  add_read(app, chosen);
  add_explain(app, chosen);
  add_log(app, chosen);
  add_stat(app, chosen);
  add_failures(app, chosen);
  add_doctor(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() == 0)
      return app.exit(error); // --help, --version
    complain(usage_fault(app, error, argc, argv) + " (see handspan --help)");
    return kUsage;
  }
  return chosen();
}

} // namespace

int main(int argc, char **argv) {
  std::signal(SIGPIPE, SIG_IGN); // a reader that goes away shows as a failed write
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc &) {
    complain("not enough memory: set smaller limits with --config");
  } catch (const std::exception &error) {
    complain(error.what());
  }
  return kFault;
}
