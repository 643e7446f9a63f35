// Counts what a thread allocates, to prove that the hot side allocates nothing.
#pragma once

#include <cstddef>

std::size_t allocations_of_this_thread();
