// Telling one process from another that has got its number later.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace handspan::shm {

enum class Process { alive, gone };

// When the process started, in ticks since boot (/proc/<pid>/stat, field 22); 0 if it can't be
// told.
std::uint64_t start_ticks(std::uint64_t pid);

// Whether that very process still runs. A zombie is gone. Where /proc hides it from us, its number
// alone has to do.
Process look_at(std::uint64_t pid, std::uint64_t ticks);

// Names this boot of the machine; empty if it can't be told.
std::string boot_id();
// Whether `theirs` is known not to be of the boot that we run in.
bool is_another_boot(std::string_view ours, std::string_view theirs);

// The clock of all heartbeats: CLOCK_MONOTONIC, the same for all processes of one boot.
base::Nanos monotonic_now();
// The clock of all packets: nanoseconds since the epoch.
base::Nanos wall_now();

} // namespace handspan::shm
