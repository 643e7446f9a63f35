// The way from one receiving core to one worker: a ring with a single writer and a single reader.
#pragma once

#include "capture/fault.h"

#include <atomic>
#include <cstdint>
#include <memory>

struct rte_ring;

namespace handspan::capture {

struct Channel {
  rte_ring *ring = nullptr;
  // Written by the receiving core alone, each on a line that the worker seldom looks at.
  alignas(64) std::atomic<std::uint64_t> dropped{0};
  std::atomic<bool> closed{false}; // nothing will be put in any more

  // A channel of `slots` places (a power of two) in the memory of node `socket`. Null and `fault`
  // if there is no memory.
  static std::unique_ptr<Channel> make(unsigned receiver, unsigned worker, std::uint32_t slots,
                                       int socket, Fault &fault);
  Channel() = default;
  ~Channel();
  Channel(const Channel &) = delete;
  Channel &operator=(const Channel &) = delete;
};

} // namespace handspan::capture
