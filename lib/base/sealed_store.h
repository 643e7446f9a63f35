// Structs put away in few bytes until they are asked for again, nothing lost: only what differs
// from the expected, and what many of them have in common only once.
//
//   sealed = own length (2) | number (4) | own | common       common only if it found no number
//   own    = epoch, own words                                 as in base/sparse.h
#pragma once

#include "base/block_chains.h"
#include "base/interned.h"
#include "base/sparse_struct.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

namespace handspan::base {

// Of structs of at most `Words` words of eight bytes in all.
template <std::size_t Words> class SealedStore {
public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  // Throws std::bad_alloc.
  SealedStore(std::uint32_t blocks, std::uint64_t seed)
      : chains_(blocks), common_(commons_for(blocks), commons_for(blocks) * kCommonBlocks, seed) {}

  static constexpr std::uint64_t bytes_for(std::uint32_t blocks) {
    return BlockChains::bytes_for(blocks) +
           Interned::bytes_for(commons_for(blocks),
                               std::uint64_t{commons_for(blocks)} * kCommonBlocks);
  }

  // Where it is from now on, `fill` having written it to a StructWriter; kNone when there is no
  // room. `held_back` blocks are not for it.
  template <class Fill> std::uint32_t put(Nanos epoch, Fill &&fill, std::uint32_t held_back = 0) {
    if (chains_.left() <= held_back)
      return kNone;
    const Sealed sealed(common_, epoch, fill);
    const std::uint32_t place = chains_.put(sealed.bytes());
    if (place == BlockChains::kNone)
      drop_common(sealed.common());
    return place;
  }
  // It has changed. False when there is no room: then it stays as it was.
  template <class Fill> bool update(std::uint32_t place, Nanos epoch, Fill &&fill) {
    const std::uint32_t before = common_of(place);
    const Sealed sealed(common_, epoch, fill);
    const bool written = chains_.write(place, sealed.bytes());
    drop_common(written ? before : sealed.common());
    return written;
  }
  // `take` reads from a StructReader what `fill` had written, in the same order.
  template <class Take> void get(std::uint32_t place, Take &&take) const {
    Buffer buffer;
    std::array<std::uint8_t, Interned::kLongest + BlockChains::kBlockBytes> common_bytes;
    const std::span<const std::uint8_t> bytes = chains_.read(place, buffer);
    const Head head = head_of(bytes);
    SparseReader own(bytes.subspan(kHead, head.own));
    SparseReader common(head.common == kNone ? bytes.subspan(kHead + head.own)
                                             : common_.get(head.common, common_bytes));
    const auto epoch = static_cast<Nanos>(own.word());
    take(StructReader{own, common, epoch});
  }
  void drop(std::uint32_t place) {
    drop_common(common_of(place));
    chains_.drop(place);
  }

  // The same of bytes as they are, in the same blocks; they have places of their own.
  std::uint32_t put_plain(std::span<const std::uint8_t> bytes) { return chains_.put(bytes); }
  void get_plain(std::uint32_t place, std::span<std::uint8_t> to) const {
    (void)chains_.read(place, to);
  }
  void drop_plain(std::uint32_t place) { chains_.drop(place); }

  // Asks the memory for the first of it.
  void fetch(std::uint32_t place) const { chains_.fetch(place); }

  // More blocks. Throws std::bad_alloc, and nothing is changed.
  void grow(std::uint32_t blocks) { chains_.grow(blocks); }

  [[nodiscard]] std::uint32_t used() const { return chains_.used(); } // blocks
  [[nodiscard]] std::uint32_t capacity() const { return chains_.capacity(); }

private:
  struct Head {
    std::uint16_t own;    // bytes
    std::uint32_t common; // number of Interned, or kNone
  };
  static constexpr std::size_t kHead = 6, kMost = sparse_bytes(Words + 1);
  static constexpr std::uint32_t kCommonBlocks = 8;
  using Buffer = std::array<std::uint8_t, kHead + 2 * kMost + BlockChains::kBlockBytes>;

  static constexpr std::uint32_t commons_for(std::uint32_t blocks) {
    return std::bit_ceil(std::clamp<std::uint32_t>(blocks / 64, 64, 65'536));
  }
  static Head head_of(std::span<const std::uint8_t> bytes) {
    Head head;
    std::memcpy(&head.own, bytes.data(), sizeof head.own);
    std::memcpy(&head.common, bytes.data() + sizeof head.own, sizeof head.common);
    return head;
  }
  [[nodiscard]] std::uint32_t common_of(std::uint32_t place) const {
    std::array<std::uint8_t, kHead> bytes;
    return head_of(chains_.read(place, bytes)).common;
  }
  void drop_common(std::uint32_t number) {
    if (number != kNone)
      common_.drop(number);
  }

  class Sealed {
  public:
    template <class Fill> Sealed(Interned &commons, Nanos epoch, Fill &&fill) {
      std::array<std::uint8_t, kMost> common_bytes;
      SparseWriter own(buffer_.data() + kHead), common(common_bytes.data());
      own.word(static_cast<std::uint64_t>(epoch));
      fill(StructWriter{own, common, epoch});
      const auto length = static_cast<std::uint16_t>(own.size());
      size_ = kHead + length;
      number_ = commons.put({common_bytes.data(), common.size()});
      std::memcpy(buffer_.data(), &length, sizeof length);
      std::memcpy(buffer_.data() + sizeof length, &number_, sizeof number_);
      if (number_ != kNone)
        return;
      std::copy_n(common_bytes.data(), common.size(), buffer_.data() + size_);
      size_ += common.size();
    }
    [[nodiscard]] std::uint32_t common() const { return number_; }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {buffer_.data(), size_}; }

  private:
    Buffer buffer_;
    std::size_t size_;
    std::uint32_t number_;
  };

  BlockChains chains_;
  Interned common_;
};

} // namespace handspan::base
