// Big arrays that live as long as the process: zeroed, page-aligned, on huge pages where the
// kernel gives them. Untouched pages cost nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

#include <sys/mman.h>

namespace handspan::base {

// `count` trivial elements, all bytes zero. Throws std::bad_alloc.
template <class T> class BigArray {
  static_assert(std::is_trivially_destructible_v<T>);

public:
  BigArray() = default;
  explicit BigArray(std::size_t count) : count_(count) {
    if (count == 0)
      return;
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T))
      throw std::bad_alloc();
    items_ = static_cast<T *>(map());
    (void)madvise(items_, bytes(), MADV_HUGEPAGE); // a wish: small pages only cost speed
  }
  ~BigArray() {
    if (items_)
      munmap(items_, bytes());
  }
  BigArray(BigArray &&from) noexcept
      : items_(std::exchange(from.items_, nullptr)), count_(std::exchange(from.count_, 0)) {}
  BigArray &operator=(BigArray &&from) noexcept {
    std::swap(items_, from.items_);
    std::swap(count_, from.count_);
    return *this;
  }

  // Room for `count`, not fewer than now; what is there stays, though at another address. Pages are
  // moved, not copied. Throws std::bad_alloc, and nothing is changed.
  void grow(std::size_t count) {
    BigArray bigger(count);
    if (items_ != nullptr) {
      void *moved = mremap(items_, bytes(), bytes(), MREMAP_MAYMOVE | MREMAP_FIXED, bigger.items_);
      if (moved == MAP_FAILED)
        throw std::bad_alloc();
      items_ = nullptr;
    }
    *this = std::move(bigger);
  }

  [[nodiscard]] std::size_t size() const { return count_; }
  T &operator[](std::size_t i) { return items_[i]; }
  const T &operator[](std::size_t i) const { return items_[i]; }

private:
  static constexpr std::size_t kHugePage = 2 << 20;
  [[nodiscard]] std::size_t bytes() const { return count_ * sizeof(T); }

  // At a boundary of huge pages where it is long enough for one: the kernel gives none elsewhere.
  [[nodiscard]] void *map() const {
    const std::size_t slack = bytes() >= kHugePage ? kHugePage : 0;
    void *memory = mmap(nullptr, bytes() + slack, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
      throw std::bad_alloc();
    if (slack == 0)
      return memory;
    constexpr std::size_t kPage = 4096;
    auto *begin = static_cast<char *>(memory);
    const std::size_t ahead = -reinterpret_cast<std::uintptr_t>(begin) & (kHugePage - 1);
    const std::size_t used = (bytes() + kPage - 1) & ~(kPage - 1);
    if (ahead > 0)
      munmap(begin, ahead);
    if (const std::size_t end = ahead + used; end < bytes() + slack)
      munmap(begin + end, bytes() + slack - end);
    return begin + ahead;
  }

  T *items_ = nullptr;
  std::size_t count_ = 0;
};

} // namespace handspan::base
