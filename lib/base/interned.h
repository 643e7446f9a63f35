// Strings of bytes of which many are the same, kept once each and called by number, in memory taken
// at the start. What finds no room stays with who has it.
#pragma once

#include "base/block_chains.h"
#include "base/memory.h"
#include "base/wide.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace handspan::base {

class Interned {
public:
  static constexpr std::uint32_t kNone = 0xffffffff;
  static constexpr std::size_t kLongest = 512; // bytes

  // Room for so many, a power of two of at least kWays, and for their bytes in `blocks` blocks.
  // Throws std::bad_alloc.
  Interned(std::uint32_t strings, std::uint32_t blocks, std::uint64_t seed)
      : entries_(strings), bytes_(blocks), mask_(strings - 1), seed_(seed | 1) {}

  static constexpr std::uint64_t bytes_for(std::uint64_t strings, std::uint64_t blocks) {
    return strings * sizeof(Entry) + BlockChains::bytes_for(blocks);
  }

  // One more who has it; kNone when there is no room.
  std::uint32_t put(std::span<const std::uint8_t> string) {
    if (string.size() > kLongest)
      return kNone;
    const std::uint64_t hash = hash_of(string);
    std::uint32_t free = kNone;
    for (std::uint32_t way = 0; way < kWays; ++way) {
      const std::uint32_t i = static_cast<std::uint32_t>(hash ^ way) & mask_;
      Entry &entry = entries_[i];
      if (entry.users == 0)
        free = free == kNone ? i : free;
      else if (entry.hash == hash && is_same(entry, string) && entry.users < kMostUsers) {
        ++entry.users;
        return i;
      }
    }
    if (free == kNone)
      return kNone;
    const std::uint32_t chain = bytes_.put(string);
    if (chain == BlockChains::kNone)
      return kNone;
    entries_[free] = {hash, 1, chain, static_cast<std::uint32_t>(string.size())};
    ++used_;
    return free;
  }
  // Into `to`, which has room for kLongest bytes and a block.
  [[nodiscard]] std::span<const std::uint8_t> get(std::uint32_t number,
                                                  std::span<std::uint8_t> to) const {
    const Entry &entry = entries_[number];
    return bytes_.read(entry.chain, to).first(entry.length);
  }
  // One fewer.
  void drop(std::uint32_t number) {
    Entry &entry = entries_[number];
    if (--entry.users > 0)
      return;
    bytes_.drop(entry.chain);
    --used_;
  }

  [[nodiscard]] std::uint32_t used() const { return used_; }

private:
  static constexpr std::uint32_t kWays = 8, kMostUsers = 0xfffffffe;
  struct Entry {
    std::uint64_t hash;
    std::uint32_t users; // 0 = free
    std::uint32_t chain, length;
  };

  // A multiplication a word (folded to 64 bits), keyed: nobody outside can make strings that meet.
  [[nodiscard]] std::uint64_t hash_of(std::span<const std::uint8_t> string) const {
    std::uint64_t hash = seed_ ^ string.size();
    for (std::size_t at = 0; at < string.size(); at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, string.data() + at, std::min<std::size_t>(8, string.size() - at));
      const auto product = static_cast<Wide>(hash ^ word) * (seed_ + 2 * at);
      hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }
    return hash;
  }
  [[nodiscard]] bool is_same(const Entry &entry, std::span<const std::uint8_t> string) const {
    std::array<std::uint8_t, kLongest + BlockChains::kBlockBytes> bytes;
    return entry.length == string.size() &&
           std::ranges::equal(bytes_.read(entry.chain, bytes).first(entry.length), string);
  }

  BigArray<Entry> entries_;
  BlockChains bytes_;
  std::uint32_t mask_;
  std::uint64_t seed_;
  std::uint32_t used_ = 0;
};

} // namespace handspan::base
