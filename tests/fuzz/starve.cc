#include "starve.h"

#include <cstdlib>

namespace {

std::uint32_t left = 0; // allocations up to the one that fails; 0: none does

void *allocate(std::size_t size) noexcept {
  if (left > 0 && --left == 0)
    return nullptr;
  return std::malloc(size);
}

void *allocate_or_throw(std::size_t size) {
  if (void *memory = allocate(size); memory != nullptr)
    return memory;
  throw std::bad_alloc();
}

} // namespace

void *operator new(std::size_t size) {
  return allocate_or_throw(size);
}
void *operator new[](std::size_t size) {
  return allocate_or_throw(size);
}
void *operator new(std::size_t size, const std::nothrow_t &) noexcept {
  return allocate(size);
}
void *operator new[](std::size_t size, const std::nothrow_t &) noexcept {
  return allocate(size);
}
void operator delete(void *memory) noexcept {
  std::free(memory);
}
void operator delete[](void *memory) noexcept {
  std::free(memory);
}
void operator delete(void *memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void *memory, std::size_t) noexcept {
  std::free(memory);
}

namespace handspan::fuzz {

Starve::Starve(std::uint32_t number) {
  left = number;
}
Starve::~Starve() {
  left = 0;
}

} // namespace handspan::fuzz
