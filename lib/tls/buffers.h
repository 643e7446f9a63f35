// Equal buffers in one piece of memory, handed out by number. What does not fit is turned away.
#pragma once

#include "base/index_pool.h"
#include "base/memory.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace handspan::tls {

class BufferPool {
public:
  // Throws std::bad_alloc.
  BufferPool(std::uint32_t count, std::size_t bytes)
      : bytes_(bytes), memory_(count * bytes), free_(count) {}

  static constexpr std::uint64_t bytes_for(std::uint64_t count, std::uint64_t bytes) {
    return count * bytes + base::IndexPool::bytes_for(count);
  }

  // base::IndexPool::kNone when all are out, or half of them where more is not granted.
  std::uint32_t take(bool from_lower_half) {
    return from_lower_half && free_.used() >= free_.capacity() / 2 ? base::IndexPool::kNone
                                                                   : free_.take();
  }
  void give(std::uint32_t index) { free_.give(index); }

  std::span<std::uint8_t> at(std::uint32_t index) { return {&memory_[index * bytes_], bytes_}; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint32_t used() const { return free_.used(); }

private:
  std::size_t bytes_;
  base::BigArray<std::uint8_t> memory_;
  base::IndexPool free_;
};

} // namespace handspan::tls
