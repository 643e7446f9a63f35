// Words of eight bytes of which most are zero, in few bytes: how what differs from the expected is
// kept.
//
//   words = { group }                    what follows the last group is zero
//   group = mask (1) { word }            a bit for each of eight words that is not zero
//         | 0 (1) count (1)              so many groups of zeros
//   word  = mask (1) { byte }            a bit for each of eight bytes that is not zero, low first
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace handspan::base {

inline constexpr unsigned kSparseGroup = 8;

// The most bytes that so many words take.
constexpr std::size_t sparse_bytes(std::size_t words) {
  return words * 9 + (words / kSparseGroup + 1) * 2;
}

// Into memory that has room for sparse_bytes() of what is written.
class SparseWriter {
public:
  explicit SparseWriter(std::uint8_t *to) : begin_(to), to_(to) {}

  void word(std::uint64_t word) {
    if (word != 0) {
      if (mask_ == nullptr)
        begin_group();
      *mask_ = static_cast<std::uint8_t>(*mask_ | 1u << in_group_);
      put(word);
    }
    if (++in_group_ == kSparseGroup)
      end_group();
  }
  // So many words that are zero.
  void skip(unsigned words) {
    in_group_ += words;
    if (in_group_ < kSparseGroup)
      return;
    zero_groups_ += in_group_ / kSparseGroup - (mask_ != nullptr);
    in_group_ %= kSparseGroup;
    mask_ = nullptr;
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(to_ - begin_); }

private:
  void begin_group() {
    while (zero_groups_ > 0) {
      const unsigned count = zero_groups_ < 0xff ? zero_groups_ : 0xff;
      *to_++ = 0;
      *to_++ = static_cast<std::uint8_t>(count);
      zero_groups_ -= count;
    }
    mask_ = to_;
    *to_++ = 0;
  }
  void end_group() {
    zero_groups_ += mask_ == nullptr;
    mask_ = nullptr;
    in_group_ = 0;
  }
  void put(std::uint64_t word) {
    std::uint8_t &mask = *to_++;
    mask = 0;
    for (unsigned bit = 1; word != 0; bit <<= 1, word >>= 8)
      if (const auto byte = static_cast<std::uint8_t>(word); byte != 0) {
        mask = static_cast<std::uint8_t>(mask | bit);
        *to_++ = byte;
      }
  }

  std::uint8_t *begin_, *to_;
  std::uint8_t *mask_ = nullptr; // of the group, once it has a word
  unsigned in_group_ = 0, zero_groups_ = 0;
};

// What a writer made; whatever the bytes are, none beyond them is read.
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
    if (mask_ == 0)
      if (const unsigned count = byte(); count > 0)
        zero_groups_ = count - 1;
  }
  std::uint64_t get() {
    std::uint64_t word = 0;
    unsigned at = 0;
    for (unsigned mask = byte(); mask != 0; mask >>= 1, at += 8)
      if (mask & 1)
        word |= std::uint64_t{byte()} << at;
    return word;
  }

  const std::uint8_t *at_, *end_;
  unsigned mask_ = 0, in_group_ = 0, zero_groups_ = 0;
};

} // namespace handspan::base
