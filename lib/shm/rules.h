// The operator's rules in the segment: what they are called, and how often they hit.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>

namespace handspan::shm {

// As the daemon tells it, by the rule's place in its set.
struct RuleName {
  std::uint32_t id = 0;
  std::uint8_t severity = 0; // of record::kSeverities
  bool in_force = false;
  std::string name;
};

// As a reader finds it: what all workers counted.
struct RuleCount : RuleName {
  std::size_t place = 0;
  std::uint64_t hits = 0;
  base::Nanos last = 0;      // the latest one, since the epoch; 0: none
  std::uint64_t example = 0; // its connection's flow id
};

// How often the daemon was asked to read its files anew, and it could not.
struct Reloads {
  std::uint64_t done = 0, failed = 0;
};

} // namespace handspan::shm
