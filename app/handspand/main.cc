#include "daemon.h"
#include "gathering.h"

#include "base/quote.h"

#include <cstdio>
#include <cstdlib>
#include <exception>

int main(int argc, char **argv) {
  using namespace handspan::daemon;
  int exit_code = 0;
  try {
    const auto options = parse_options(argc, argv, exit_code);
    if (!options)
      return exit_code;
    exit_code = run(*options);
  } catch (const std::exception &error) {
    (void)std::fprintf(stderr, "handspand: %s\n", handspan::base::printable(error.what()).c_str());
    exit_code = 1;
  }
  if (!Gathering::left_behind())
    return exit_code;
  (void)std::fflush(nullptr);
  std::_Exit(exit_code);
}
