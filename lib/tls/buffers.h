// Equal buffers in one piece of memory, handed out by number. What does not fit is turned away.
#pragma once

#include "tls/session.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace handspan::tls {

class BufferPool {
public:
  BufferPool(std::uint32_t count, std::size_t bytes)
      : bytes_(bytes), memory_(std::make_unique_for_overwrite<std::uint8_t[]>(count * bytes)) {
    free_.reserve(count);
    for (std::uint32_t i = count; i > 0; --i)
      free_.push_back(i - 1);
  }

  // kNoIndex when all are out.
  std::uint32_t take() {
    if (free_.empty())
      return kNoIndex;
    const std::uint32_t index = free_.back();
    free_.pop_back();
    return index;
  }
  void give(std::uint32_t index) { free_.push_back(index); }

  std::span<std::uint8_t> at(std::uint32_t index) {
    return {memory_.get() + index * bytes_, bytes_};
  }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
  std::size_t bytes_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::vector<std::uint32_t> free_;
};

} // namespace handspan::tls
