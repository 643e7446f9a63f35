// How packets come to the workers, chosen from what is wanted and what the ports can. Pure.
#pragma once

#include "config/config.h"

#include <string>
#include <vector>

namespace handspan::daemon {

enum class Dispatch { rss, software };

struct PortAbility {
  std::string name;
  bool can_spread = false; // its driver has RSS for IPv4 and IPv6
  bool is_told = true;     // its driver says what it hashes with, once it was asked
  std::string fault;       // of the proof, once it was tried; empty: none
};

struct DispatchChoice {
  Dispatch dispatch = Dispatch::rss;
  std::vector<std::string> reasons; // a line for each port
  std::vector<std::string> warnings;
  std::string refusal; // not empty: what is wanted can't be had
};

// All ports go the same way, since the two directions of a connection may come in on two of them.
// To be asked twice where it answers rss and a port can spread: after the proof again.
DispatchChoice choose_dispatch(config::Dispatch wanted, unsigned workers, bool replay,
                               const std::vector<PortAbility> &ports);

} // namespace handspan::daemon
