// Memory that runs out: one allocation of C++ among those that follow throws std::bad_alloc. For
// targets that link starve.cc.
#pragma once

#include <cstdint>
#include <new>
#include <utility>

namespace handspan::fuzz {

// While it lives, the allocation with that number (from 1) fails; 0: none does.
class Starve {
public:
  explicit Starve(std::uint32_t number);
  ~Starve();
  Starve(const Starve &) = delete;
  Starve &operator=(const Starve &) = delete;
};

// False if memory ran out within `work`.
template <class Work> bool starved(std::uint32_t number, Work &&work) {
  try {
    const Starve starve(number);
    std::forward<Work>(work)();
  } catch (const std::bad_alloc &) {
    return false;
  }
  return true;
}

} // namespace handspan::fuzz
