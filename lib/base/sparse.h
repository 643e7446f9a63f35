// Words of eight bytes of which most are zero, in few bytes: how what differs from the expected is
// kept.
//
//   words   = { group }                       what follows the last group is zero
//   group   = mask (1) lengths bytes          a bit for each of eight words that is not zero
//           | 0 (1) count (1)                 so many groups of zeros
//   lengths = { length (4 bits) }             of each of those words, the first in the low half
//   bytes   = { the low `length` bytes of a word, low first
//             | place (1) }                   length 0: as an earlier word, by its place among
//             those
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace handspan::base {

inline constexpr unsigned kSparseGroup = 8;

// The first words, to say of a later one that it was there before.
class SparseMemory {
public:
  // A smaller word takes no more bytes than its place.
  static constexpr std::uint64_t kLeast = 0x100;
  // Where it was; kNone if it was not.
  static constexpr unsigned kNone = 64;
  [[nodiscard]] unsigned place_of(std::uint64_t word) const {
    unsigned place = 0;
    while (place < count_ && words_[place] != word)
      ++place;
    return place < count_ ? place : kNone;
  }
  void keep(std::uint64_t word) {
    if (count_ < kNone)
      words_[count_++] = word;
  }
  [[nodiscard]] std::uint64_t at(unsigned place) const {
    return place < count_ ? words_[place] : 0;
  }

private:
  std::array<std::uint64_t, kNone> words_;
  unsigned count_ = 0;
};

// The most bytes that so many words take.
constexpr std::size_t sparse_bytes(std::size_t words) {
  const std::size_t groups = words / kSparseGroup + 1;
  return words * 8 + groups * (2 + kSparseGroup / 2);
}

// Into memory that has room for sparse_bytes() of what is written.
class SparseWriter {
public:
  explicit SparseWriter(std::uint8_t *to) : begin_(to), to_(to) {}

  void word(std::uint64_t word) {
    if (word != 0) {
      mask_ |= 1u << in_group_;
      words_[count_++] = word;
    }
    if (++in_group_ == kSparseGroup)
      end_group();
  }
  // So many words that are zero.
  void skip(unsigned words) {
    for (; words > 0 && in_group_ > 0; --words)
      word(0);
    if (words == 0)
      return;
    zero_groups_ += words / kSparseGroup;
    in_group_ = words % kSparseGroup;
  }
  // How much it is, nothing more being written.
  [[nodiscard]] std::size_t finish() {
    if (count_ > 0)
      end_group();
    return static_cast<std::size_t>(to_ - begin_);
  }

private:
  void end_group() {
    in_group_ = 0;
    if (count_ == 0) {
      ++zero_groups_;
      return;
    }
    for (; zero_groups_ > 0; zero_groups_ -= std::min(zero_groups_, 0xffu)) {
      *to_++ = 0;
      *to_++ = static_cast<std::uint8_t>(std::min(zero_groups_, 0xffu));
    }
    *to_++ = static_cast<std::uint8_t>(mask_);
    std::uint8_t *const lengths = to_;
    to_ = std::fill_n(to_, (count_ + 1) / 2, std::uint8_t{0});
    for (unsigned i = 0; i < count_; ++i)
      lengths[i / 2] = static_cast<std::uint8_t>(lengths[i / 2] | put(words_[i]) << i % 2 * 4);
    mask_ = count_ = 0;
  }
  // The length that tells how.
  unsigned put(std::uint64_t word) {
    if (word >= SparseMemory::kLeast) {
      if (const unsigned place = before_.place_of(word); place != SparseMemory::kNone) {
        *to_++ = static_cast<std::uint8_t>(place);
        return 0;
      }
      before_.keep(word);
    }
    const auto length = static_cast<unsigned>(std::bit_width(word) + 7) / 8;
    for (unsigned i = 0; i < length; ++i)
      *to_++ = static_cast<std::uint8_t>(word >> 8 * i);
    return length;
  }

  std::uint8_t *begin_, *to_;
  std::array<std::uint64_t, kSparseGroup> words_; // of the group, that are not zero
  unsigned mask_ = 0, count_ = 0, in_group_ = 0, zero_groups_ = 0;
  SparseMemory before_;
};

// What a writer made, and zeros behind it; whatever the bytes are, none beyond them is read.
class SparseReader {
public:
  explicit SparseReader(std::span<const std::uint8_t> bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  std::uint64_t word() {
    if (in_group_ == 0)
      begin_group();
    const bool set = (mask_ & 1) != 0;
    mask_ >>= 1;
    --in_group_;
    return set ? get() : 0;
  }

private:
  std::uint8_t byte() { return at_ != end_ ? *at_++ : std::uint8_t{0}; }
  void begin_group() {
    in_group_ = kSparseGroup;
    mask_ = 0;
    if (zero_groups_ > 0) {
      --zero_groups_;
      return;
    }
    mask_ = byte();
    if (mask_ == 0) {
      if (const unsigned count = byte(); count > 0)
        zero_groups_ = count - 1;
      return;
    }
    lengths_ = 0;
    const auto words = static_cast<unsigned>(std::popcount(mask_));
    for (unsigned i = 0; i < (words + 1) / 2; ++i)
      lengths_ |= std::uint32_t{byte()} << 8 * i;
  }
  std::uint64_t get() {
    const unsigned length = lengths_ & 0xf;
    lengths_ >>= 4;
    if (length == 0)
      return before_.at(byte());
    std::uint64_t word = 0;
    for (unsigned i = 0; i < length; ++i)
      word |= i < sizeof word ? std::uint64_t{byte()} << 8 * i : 0;
    if (word >= SparseMemory::kLeast)
      before_.keep(word);
    return word;
  }

  const std::uint8_t *at_, *end_;
  unsigned mask_ = 0, in_group_ = 0, zero_groups_ = 0;
  std::uint32_t lengths_ = 0; // of the words of the group that are still to come
  SparseMemory before_;
};

} // namespace handspan::base
