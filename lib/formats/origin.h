// Where a record comes from, and what makes it one of its kind among those of all probes.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>

namespace handspan::formats {

struct Origin {
  std::string probe;    // the machine
  std::string instance; // of the daemon there
  std::uint64_t start = 0;
  base::Nanos start_time = 0; // since the epoch
};

// "4f1c…:0:17": the daemon's start, the worker, and the entry's number in the worker's ring.
std::string record_id(const Origin &origin, unsigned worker, std::uint64_t number);
void append_record_id(std::string &to, const Origin &origin, unsigned worker, std::uint64_t number);
// "4f1c…": the start alone.
std::string start_text(const Origin &origin);

} // namespace handspan::formats
