#include "daemon.h"

#include <cstdio>
#include <exception>

int main(int argc, char **argv) {
  using namespace handspan::daemon;
  int exit_code = 0;
  const auto options = parse_options(argc, argv, exit_code);
  if (!options)
    return exit_code;
  try {
    return run(*options);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "handspand: %s\n", error.what());
    return 1;
  }
}
