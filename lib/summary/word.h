// How a worker writes what readers in other processes look at meanwhile. Each number is one aligned
// word, stored and loaded whole. What must be seen together stands in a cell with a Version.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace handspan::summary {

template <class Word> Word get(const Word &word) {
  static_assert(sizeof(Word) == 4 || sizeof(Word) == 8);
  return __atomic_load_n(&word, __ATOMIC_RELAXED);
}
template <class Word> void set(Word &word, std::type_identity_t<Word> value) {
  static_assert(sizeof(Word) == 4 || sizeof(Word) == 8);
  __atomic_store_n(&word, value, __ATOMIC_RELAXED);
}
// By the word's only writer.
template <class Word> void bump(Word &word, std::type_identity_t<Word> by = 1) {
  set(word, static_cast<Word>(get(word) + by));
}

// The first word of a cell that changes hands: odd while its writer gives it to another thing, and
// another number afterwards. Adding to what a cell already stands for needs none of it.
class Version {
public:
  void begin() {
    set(word_, word_ + 1);
    std::atomic_thread_fence(std::memory_order_release);
  }
  void end() { __atomic_store_n(&word_, word_ + 1, __ATOMIC_RELEASE); }

  [[nodiscard]] std::uint64_t before() const { return __atomic_load_n(&word_, __ATOMIC_ACQUIRE); }
  // Behind what was read after before().
  [[nodiscard]] bool still(std::uint64_t seen) const {
    std::atomic_thread_fence(std::memory_order_acquire);
    return seen % 2 == 0 && get(word_) == seen;
  }

private:
  std::uint64_t word_ = 0;
};

// Copies `bytes` (a multiple of 8) word by word.
inline void store_words(void *to, const void *from, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += 8) {
    std::uint64_t word;
    __builtin_memcpy(&word, static_cast<const char *>(from) + at, 8);
    __atomic_store_n(reinterpret_cast<std::uint64_t *>(static_cast<char *>(to) + at), word,
                     __ATOMIC_RELAXED);
  }
}
inline void load_words(void *to, const void *from, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += 8) {
    const std::uint64_t word = __atomic_load_n(
        reinterpret_cast<const std::uint64_t *>(static_cast<const char *>(from) + at),
        __ATOMIC_RELAXED);
    __builtin_memcpy(static_cast<char *>(to) + at, &word, 8);
  }
}

// Copies a cell that begins with its Version. A writer that gives it away again and again, or died
// while it did, leaves an empty cell.
template <class Cell> void load_cell(Cell &to, const Cell &from) {
  static_assert(std::is_trivially_copyable_v<Cell> && sizeof(Cell) % 8 == 0);
  constexpr int kAttempts = 16;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::uint64_t seen = from.version.before();
    load_words(static_cast<void *>(&to), &from, sizeof(Cell));
    if (from.version.still(seen))
      return;
  }
  to = Cell{};
}

// Rows by columns of counters, as a reader and a writer have them.
template <std::size_t kRows, std::size_t kColumns> struct Matrix {
  std::array<std::array<std::uint64_t, kColumns>, kRows> cells{};

  // What lies beyond is of a program that knows more; it is counted in the last cell.
  void count(std::size_t row, std::size_t column) {
    bump(cells[row < kRows ? row : kRows - 1][column < kColumns ? column : kColumns - 1]);
  }
  [[nodiscard]] std::uint64_t at(std::size_t row, std::size_t column) const {
    return cells[row][column];
  }
  [[nodiscard]] std::uint64_t sum() const {
    std::uint64_t sum = 0;
    for (const auto &row : cells)
      for (const std::uint64_t cell : row)
        sum += cell;
    return sum;
  }
  void merge(const Matrix &other) {
    for (std::size_t row = 0; row < kRows; ++row)
      for (std::size_t column = 0; column < kColumns; ++column)
        cells[row][column] += other.cells[row][column];
  }
};

} // namespace handspan::summary
