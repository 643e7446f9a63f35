// Structs put away in few bytes until they are asked for again, nothing lost: only what differs
// from the expected, and what many of them have in common only once.
//
//   sealed = number (3) own                           of what is common
//          | kNoNumber (3) own length (2) own common  it found no number
//   own    = epoch (8) words                          words as in base/sparse.h
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
    const Parts parts(chains_.read(place, buffer));
    SparseReader own(parts.own);
    SparseReader common(parts.number == kNone ? parts.common
                                              : common_.get(parts.number, common_bytes));
    take(StructReader{own, common, parts.epoch});
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
  static constexpr std::uint32_t kCommonBlocks = 8, kMostCommons = 65'536;
  static constexpr std::size_t kNumber = 3, kLength = 2, kEpoch = sizeof(Nanos);
  static constexpr std::uint32_t kNoNumber = 0xffffff;
  static_assert(kMostCommons < kNoNumber);
  static constexpr std::size_t kMost = sparse_bytes(Words);
  using Buffer =
      std::array<std::uint8_t, kNumber + kLength + kEpoch + 2 * kMost + BlockChains::kBlockBytes>;

  static constexpr std::uint32_t commons_for(std::uint32_t blocks) {
    return std::bit_ceil(std::clamp<std::uint32_t>(blocks / 64, 64, kMostCommons));
  }
  static std::uint32_t number_of(std::span<const std::uint8_t> bytes) {
    std::uint32_t number = 0;
    std::memcpy(&number, bytes.data(), kNumber);
    return number != kNoNumber ? number : kNone;
  }
  [[nodiscard]] std::uint32_t common_of(std::uint32_t place) const {
    std::array<std::uint8_t, kNumber> bytes;
    return number_of(chains_.read(place, bytes));
  }
  struct Parts {
    explicit Parts(std::span<const std::uint8_t> bytes) : number(number_of(bytes)) {
      bytes = bytes.subspan(kNumber);
      std::uint16_t length = 0;
      if (number == kNone) {
        std::memcpy(&length, bytes.data(), kLength);
        bytes = bytes.subspan(kLength);
      }
      std::memcpy(&epoch, bytes.data(), kEpoch);
      bytes = bytes.subspan(kEpoch);
      own = number == kNone ? bytes.first(length) : bytes;
      common = bytes.subspan(length);
    }
    std::uint32_t number;
    Nanos epoch;
    std::span<const std::uint8_t> own, common; // common: if there is no number
  };
  void drop_common(std::uint32_t number) {
    if (number != kNone)
      common_.drop(number);
  }

  class Sealed {
  public:
    template <class Fill> Sealed(Interned &commons, Nanos epoch, Fill &&fill) {
      std::array<std::uint8_t, kMost> own_bytes, common_bytes;
      SparseWriter own(own_bytes.data()), common(common_bytes.data());
      fill(StructWriter{own, common, epoch});
      const std::size_t own_size = own.finish(), common_size = common.finish();
      number_ = commons.put({common_bytes.data(), common_size});
      const std::uint32_t number = number_ != kNone ? number_ : kNoNumber;
      add(&number, kNumber);
      if (number_ == kNone)
        add(&own_size, kLength);
      add(&epoch, kEpoch);
      add(own_bytes.data(), own_size);
      if (number_ == kNone)
        add(common_bytes.data(), common_size);
    }
    [[nodiscard]] std::uint32_t common() const { return number_; }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {buffer_.data(), size_}; }

  private:
    // Little-endian, the low bytes of numbers.
    void add(const void *from, std::size_t count) {
      std::memcpy(buffer_.data() + size_, from, count);
      size_ += count;
    }

    Buffer buffer_;
    std::size_t size_ = 0;
    std::uint32_t number_;
  };

  BlockChains chains_;
  Interned common_;
};

} // namespace handspan::base
