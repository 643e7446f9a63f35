// The settings that a running daemon was started with, as its command line tells them.
#pragma once

#include "config/config.h"
#include "host/tree.h"

#include <cstdint>
#include <string>

namespace handspan::app {

struct RunningSettings {
  std::string file; // empty: it was started without one
  config::Config config;
};

// What is on disk now: a file that was changed since is told as the daemon would read it anew.
host::Known<RunningSettings> settings_of(const host::Tree &tree, std::uint64_t pid);

} // namespace handspan::app
