// What the daemon gives up once its ports are open: the user, capabilities, files, system calls.
#pragma once

#include "config/config.h"
#include "fence/calls.h"
#include "fence/files.h"
#include "rules/rules.h"

#include <string>
#include <vector>

namespace handspan::daemon {

// What it still needs.
struct Keeps {
  const config::Config &config;
  const rules::RuleSet *rules = nullptr; // null: none
  std::string config_file;               // empty: it was started without
  std::string rules_cache;               // empty: none
  std::string segment_folder;
  std::string dpdk_folder; // of DPDK's sockets and shared files
  std::vector<std::string> drivers;
};

// Folders that a reload, the log, DPDK and the readers need; all others are closed.
std::vector<fence::Room> rooms_of(const Keeps &keeps);
// Drivers of NICs that stay with the kernel ask it for their numbers by sockets.
fence::CallNeeds calls_of(const Keeps &keeps);

struct Fences {
  bool files = false, calls = false;
  std::vector<std::string> infos, warnings; // a line each
};

// For ever, in every thread. False, and `why`, if what must be given up can't be: user and
// capabilities. Fences that the kernel lacks are warned of.
bool give_up_rights(const Keeps &keeps, Fences &fences, std::string &why);

} // namespace handspan::daemon
