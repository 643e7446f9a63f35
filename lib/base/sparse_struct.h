// A struct as it differs from what is expected of it, word by word, nothing lost, in two parts:
// what many structs have in common, and what is this one's own. Times, which are mostly near one
// another, are its own, and count from an epoch.
#pragma once

#include "base/sparse.h"
#include "base/time.h"

#include <array>
#include <cstring>
#include <type_traits>

namespace handspan::base {

// A time as a small number: 0 is kNever. A bijection of all 2^64 times, whatever the epoch: the one
// that 0 would belong to has the number that kNever's distance would have.
constexpr std::uint64_t near_of(Nanos time, Nanos epoch) {
  const auto distance = static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(epoch);
  return (distance << 1 ^ (distance >> 63 != 0 ? ~std::uint64_t{0} : 0)) + 1;
}
constexpr std::uint64_t packed_time(Nanos time, Nanos epoch) {
  if (time == kNever)
    return 0;
  const std::uint64_t near = near_of(time, epoch);
  return near != 0 ? near : near_of(kNever, epoch);
}
constexpr Nanos unpacked_time(std::uint64_t packed, Nanos epoch) {
  if (packed == 0)
    return kNever;
  const std::uint64_t zigzag = (packed == near_of(kNever, epoch) ? 0 : packed) - 1;
  const std::uint64_t distance = zigzag >> 1 ^ ((zigzag & 1) != 0 ? ~std::uint64_t{0} : 0);
  return static_cast<Nanos>(static_cast<std::uint64_t>(epoch) + distance);
}

// What kind of word each of a T's is.
template <class T> class WordKinds {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) >= 8 && sizeof(T) % 8 == 0);

public:
  static constexpr std::size_t kWords = sizeof(T) / 8;
  enum class Kind : std::uint8_t { common, own, time, near };

  // `name(*this, t)` names t's times, those of them that are mostly the epoch itself, and what else
  // is its own.
  template <class Name> WordKinds(const T &t, Name &&name) : base_(&t) {
    name(*this, t);
    for (std::size_t word = 0; word < kWords; ++word) {
      runs_[word / kRun].own += kinds_[word] != Kind::common;
      runs_[word / kRun].near |= kinds_[word] == Kind::near;
    }
    base_ = nullptr; // it may be gone from here on
  }
  void time(const Nanos &time) { set(&time, sizeof time, Kind::time); }
  void near(const Nanos &time) { set(&time, sizeof time, Kind::near); }
  template <class Member> void own(const Member &member) { set(&member, sizeof member, Kind::own); }

  [[nodiscard]] Kind operator[](std::size_t word) const { return kinds_[word]; }

  // Of so many words, from a multiple of that on.
  static constexpr std::size_t kRun = 8;
  struct Run {
    std::uint8_t own = 0; // or times
    bool near = false;    // there is one that is seldom what a new T has
  };
  [[nodiscard]] const Run &run(std::size_t word) const { return runs_[word / kRun]; }

private:
  void set(const void *member, std::size_t bytes, Kind kind) {
    const auto from = static_cast<std::size_t>(static_cast<const char *>(member) -
                                               reinterpret_cast<const char *>(base_));
    for (std::size_t word = from / 8; word <= (from + bytes - 1) / 8; ++word)
      kinds_[word] = kind;
  }

  const T *base_;
  std::array<Kind, kWords> kinds_{};
  std::array<Run, (kWords + kRun - 1) / kRun> runs_{};
};

// Words [from, to) of a T. Of what is expected the times are kNever.
struct StructWriter {
  SparseWriter &own, &common;
  Nanos epoch;

  template <class T>
  void words(const T &t, const T &expected, const WordKinds<T> &kinds, std::size_t from = 0,
             std::size_t to = WordKinds<T>::kWords) {
    using Kind = typename WordKinds<T>::Kind;
    const auto *bytes = reinterpret_cast<const char *>(&t);
    const auto *before = reinterpret_cast<const char *>(&expected);
    constexpr std::size_t kRun = WordKinds<T>::kRun;
    for (std::size_t word = from; word < to; ++word) {
      if (word % kRun == 0 && word + kRun <= to && !kinds.run(word).near &&
          std::memcmp(bytes + word * 8, before + word * 8, kRun * 8) == 0) {
        own.skip(kinds.run(word).own);
        common.skip(kRun - kinds.run(word).own);
        word += kRun - 1;
        continue;
      }
      std::uint64_t value, other;
      std::memcpy(&value, bytes + word * 8, 8);
      std::memcpy(&other, before + word * 8, 8);
      if (kinds[word] == Kind::common)
        common.word(value ^ other);
      else if (kinds[word] == Kind::own)
        own.word(value ^ other);
      else
        own.word(packed_time(static_cast<Nanos>(value), epoch) ^ (kinds[word] == Kind::near));
    }
  }
};
struct StructReader {
  SparseReader &own, &common;
  Nanos epoch;

  template <class T>
  void words(T &t, const T &expected, const WordKinds<T> &kinds, std::size_t from = 0,
             std::size_t to = WordKinds<T>::kWords) {
    using Kind = typename WordKinds<T>::Kind;
    auto *bytes = reinterpret_cast<char *>(&t);
    const auto *before = reinterpret_cast<const char *>(&expected);
    for (std::size_t word = from; word < to; ++word) {
      std::uint64_t other;
      std::memcpy(&other, before + word * 8, 8);
      std::uint64_t value;
      if (kinds[word] == Kind::common)
        value = common.word() ^ other;
      else if (kinds[word] == Kind::own)
        value = own.word() ^ other;
      else
        value = static_cast<std::uint64_t>(
            unpacked_time(own.word() ^ (kinds[word] == Kind::near), epoch));
      std::memcpy(bytes + word * 8, &value, 8);
    }
  }
};

} // namespace handspan::base
