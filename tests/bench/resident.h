// What the process has in memory.
#pragma once

#include <cinttypes>
#include <cstdint>
#include <cstdio>

#include <unistd.h>

namespace handspan::bench {

// proc(5), statm; 0 where there is none.
inline std::uint64_t resident_bytes() {
  std::uint64_t size = 0, resident = 0;
  std::FILE *file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr || std::fscanf(file, "%" SCNu64 " %" SCNu64, &size, &resident) != 2)
    resident = 0;
  if (file != nullptr)
    std::fclose(file);
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

} // namespace handspan::bench
