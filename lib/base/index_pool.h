// Hands out the indexes 0..capacity-1 and takes them back; the last one returned goes out first,
// while its memory is still in the cache.
#pragma once

#include "base/memory.h"

#include <cstdint>

namespace handspan::base {

class IndexPool {
public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  explicit IndexPool(std::uint32_t capacity) : returned_(capacity), capacity_(capacity) {}

  // Memory that a pool of so many takes.
  static constexpr std::uint64_t bytes_for(std::uint64_t capacity) {
    return capacity * sizeof(std::uint32_t);
  }

  // kNone when all are out.
  std::uint32_t take() {
    if (returned_count_ > 0)
      return returned_[--returned_count_];
    return fresh_ < capacity_ ? fresh_++ : kNone;
  }
  void give(std::uint32_t index) { returned_[returned_count_++] = index; }

  // More indexes. Throws std::bad_alloc, and nothing is changed.
  void grow(std::uint32_t capacity) {
    returned_.grow(capacity);
    capacity_ = capacity;
  }

  [[nodiscard]] std::uint32_t used() const { return fresh_ - returned_count_; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

private:
  BigArray<std::uint32_t> returned_;
  std::uint32_t capacity_;
  std::uint32_t returned_count_ = 0;
  std::uint32_t fresh_ = 0; // never handed out so far: from here on
};

} // namespace handspan::base
