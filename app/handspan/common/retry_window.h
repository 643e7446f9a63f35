// --retry-window: how long after a failed connection the next one counts as its retry.
#pragma once

#include "commands.h"
#include "record/retry.h"

#include <string>

namespace handspan::app {

class RetryWindow {
public:
  // What was asked for; else `known`, of a configuration or a daemon (0: they say nothing).
  [[nodiscard]] base::Nanos or_else(base::Nanos known) const;

  std::string text; // as it was given; empty: it was not
};

void add_retry_window_option(Command command, RetryWindow &window);

} // namespace handspan::app
