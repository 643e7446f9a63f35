// Counts the basic blocks that run in code compiled with -fsanitize-coverage=trace-pc: a measure of
// work that is the same on every machine and under every load.
#pragma once

#include <cstdint>

namespace handspan::work {

std::uint64_t blocks(); // so far

template <class Run> std::uint64_t work_of(Run &&run) {
  const std::uint64_t before = blocks();
  run();
  return blocks() - before;
}

} // namespace handspan::work
