// handspan doctor --size: how large a server has to be.
#pragma once

#include "handspan/common/command_line.h"
#include "handspan/common/look.h"
#include "sizing/sizing.h"

#include <string>

namespace handspan::app {

struct SizeOptions {
  std::string rate; // empty: nobody asked
  std::string measured;
  sizing::Load load;
  double packets_per_core = 0, handshakes_per_core = 0, connection_bytes = 0; // 0: as measured
};

// Of the verb `doctor`; returns --size.
Option add_size_options(Command doctor, SizeOptions &options);

// Prints the answer; the exit status.
int show_size(const SizeOptions &options, bool json, const LookOptions &look);

} // namespace handspan::app
