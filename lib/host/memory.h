// Memory that could be had now, and sizes as people write them.
#pragma once

#include "host/tree.h"

#include <cstdint>
#include <string>

namespace handspan::host {

// Bytes, by the kernel's own estimate (proc(5), MemAvailable).
Known<std::uint64_t> available_memory(const Tree &tree = Tree());

// Powers of 1,024, as hugepages come: "2 MiB", "1.5 GiB", "512 B".
std::string size_text(std::uint64_t bytes);

} // namespace handspan::host
