// First bytes of connections that come in pieces, put together until they are enough to be held
// against rules. One a worker; all memory is taken at the start.
#pragma once

#include "base/bytes.h"
#include "base/index_pool.h"
#include "base/memory.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace handspan::inspect {

inline constexpr std::size_t kMaxFirstBytes = 256;

class FirstPieces {
public:
  static constexpr std::uint16_t kNone = 0xffff;

  // Up to kNone of them, each of kMaxFirstBytes; `wanted` are enough.
  FirstPieces(std::uint16_t count, std::size_t wanted)
      : buffers_(count), free_(count), wanted_(std::min(wanted, kMaxFirstBytes)) {}
  static constexpr std::uint64_t bytes_for(std::uint64_t count) {
    return count * sizeof(Buffer) + base::IndexPool::bytes_for(count);
  }

  [[nodiscard]] std::size_t wanted() const { return wanted_; }
  // kNone when all are in use.
  std::uint16_t take() {
    const std::uint32_t index = free_.take();
    if (index == base::IndexPool::kNone)
      return kNone;
    buffers_[index].length = 0;
    return static_cast<std::uint16_t>(index);
  }
  // Whether there are enough now.
  bool add(std::uint16_t index, base::Bytes bytes) {
    Buffer &buffer = buffers_[index];
    const std::size_t n = std::min(bytes.size(), wanted_ - buffer.length);
    std::copy_n(bytes.begin(), n, buffer.bytes.begin() + buffer.length);
    buffer.length = static_cast<std::uint16_t>(buffer.length + n);
    return buffer.length == wanted_;
  }
  [[nodiscard]] base::Bytes at(std::uint16_t index) const {
    return base::Bytes(buffers_[index].bytes).first(buffers_[index].length);
  }
  void give(std::uint16_t index) { free_.give(index); }
  [[nodiscard]] std::uint32_t used() const { return free_.used(); }

private:
  struct Buffer {
    std::uint16_t length = 0;
    std::array<std::uint8_t, kMaxFirstBytes> bytes;
  };
  base::BigArray<Buffer> buffers_;
  base::IndexPool free_;
  std::size_t wanted_;
};

} // namespace handspan::inspect
