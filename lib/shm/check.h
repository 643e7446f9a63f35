// Judges a copied header. Private to this folder.
#pragma once

#include "shm/layout.h"

#include <cstdint>
#include <string>

namespace handspan::shm {

// What is wrong with a header of this ABI major for a segment of `bytes` bytes; empty if every
// section, block and part lies inside, is aligned, and does not overflow.
std::string fault_of(const Header &header, std::uint64_t bytes);

// Bytes up to the first NUL, whatever is not printable ASCII as '?'.
std::string printable(const char *field, std::size_t size);
template <std::size_t N> std::string printable(const char (&field)[N]) {
  return printable(field, N);
}

} // namespace handspan::shm
