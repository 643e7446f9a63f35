#include "counter.h"

namespace {
std::uint64_t g_blocks = 0;
} // namespace

// Called by the compiler's instrumentation at the beginning of every block.
extern "C" void __sanitizer_cov_trace_pc() {
  ++g_blocks;
}

std::uint64_t handspan::work::blocks() {
  return g_blocks;
}
