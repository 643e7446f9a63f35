// Strings of bytes of any length in blocks of one size, chained: so that many of them, of a length
// that changes, take little more than their bytes. All memory is taken at the start; what is
// not in use costs nothing.
#pragma once

#include "base/memory.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace handspan::base {

class BlockChains {
public:
  static constexpr std::uint32_t kNone = 0xffffffff;
  static constexpr std::size_t kBlockBytes = 48;

  // Throws std::bad_alloc.
  explicit BlockChains(std::uint32_t blocks) : blocks_(blocks), capacity_(blocks) {}

  static constexpr std::uint64_t bytes_for(std::uint64_t blocks) { return blocks * kBlockBytes; }

  // Where the bytes are from now on; kNone when there is no room: nothing has changed then.
  std::uint32_t put(std::span<const std::uint8_t> bytes) {
    if (blocks_for(bytes.size()) > left())
      return kNone;
    const std::uint32_t chain = take();
    fill(chain, bytes);
    return chain;
  }
  // Over what stood there; the chain is made longer or shorter. False when there is no room:
  // nothing has changed then.
  bool write(std::uint32_t chain, std::span<const std::uint8_t> bytes) {
    const std::size_t want = blocks_for(bytes.size()), have = length(chain);
    if (want > have && want - have > left())
      return false;
    fill(chain, bytes);
    return true;
  }
  // As much as fits into `to`: the bytes, and what the last block has behind them.
  std::span<const std::uint8_t> read(std::uint32_t chain, std::span<std::uint8_t> to) const {
    std::size_t have = 0;
    for (; chain != kNone && have < to.size(); chain = blocks_[chain].next) {
      const std::size_t n = std::min(kPayload, to.size() - have);
      std::copy_n(blocks_[chain].bytes.begin(), n, to.begin() + static_cast<std::ptrdiff_t>(have));
      have += n;
    }
    return to.first(have);
  }
  // Asks the memory for the first block.
  void fetch(std::uint32_t chain) const { __builtin_prefetch(&blocks_[chain], 1); }
  void drop(std::uint32_t chain) {
    while (chain != kNone) {
      const std::uint32_t next = std::exchange(blocks_[chain].next, free_);
      free_ = chain;
      chain = next;
      --used_;
    }
  }
  // More blocks. Throws std::bad_alloc, and nothing is changed.
  void grow(std::uint32_t blocks) {
    blocks_.grow(blocks);
    capacity_ = blocks;
  }

  [[nodiscard]] std::uint32_t used() const { return used_; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
  [[nodiscard]] std::uint32_t left() const { return capacity_ - used_; }

private:
  static constexpr std::size_t kPayload = kBlockBytes - sizeof(std::uint32_t);
  struct Block {
    std::uint32_t next; // of the chain, or of the free ones
    std::array<std::uint8_t, kPayload> bytes;
  };
  static_assert(sizeof(Block) == kBlockBytes);

  static std::size_t blocks_for(std::size_t bytes) {
    return bytes == 0 ? 1 : (bytes + kPayload - 1) / kPayload;
  }
  [[nodiscard]] std::size_t length(std::uint32_t chain) const {
    std::size_t blocks = 0;
    for (; chain != kNone; chain = blocks_[chain].next)
      ++blocks;
    return blocks;
  }
  // There is one.
  std::uint32_t take() {
    ++used_;
    const std::uint32_t block = free_ != kNone ? free_ : fresh_++;
    if (block == free_)
      free_ = blocks_[block].next;
    blocks_[block].next = kNone;
    return block;
  }
  void fill(std::uint32_t block, std::span<const std::uint8_t> bytes) {
    for (;; block = blocks_[block].next) {
      const std::size_t n = std::min(bytes.size(), kPayload);
      auto &into = blocks_[block].bytes;
      std::fill(std::copy_n(bytes.begin(), n, into.begin()), into.end(), std::uint8_t{0});
      bytes = bytes.subspan(n);
      if (bytes.empty()) {
        drop(std::exchange(blocks_[block].next, kNone));
        return;
      }
      if (blocks_[block].next == kNone) {
        const std::uint32_t more = take();
        blocks_[block].next = more;
      }
    }
  }

  BigArray<Block> blocks_;
  std::uint32_t capacity_;
  std::uint32_t used_ = 0;
  std::uint32_t free_ = kNone;
  std::uint32_t fresh_ = 0; // never handed out so far: from here on
};

} // namespace handspan::base
