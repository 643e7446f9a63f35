// Pages of a mapped file that are gone, because somebody cut it, read as zeros instead of ending
// the process by SIGBUS. Private to this folder.
#pragma once

#include <cstddef>

namespace handspan::shm {

// From now on, for this mapping. Beyond a number of mappings at once the others do without.
void outlive_cuts(std::byte *at, std::size_t size);
// Before it is unmapped.
void forget_cuts(const std::byte *at);

} // namespace handspan::shm
