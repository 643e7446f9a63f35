// How many fields a plain struct has, so that a list of them can be held against it.
#pragma once

#include <cstddef>
#include <utility>

namespace handspan::record {

// Becomes whatever a field wants.
struct Anything {
  template <class T> constexpr operator T() const noexcept; // never called
};

template <class T, std::size_t... I> constexpr bool takes(std::index_sequence<I...>) {
  return requires {
    T{(static_cast<void>(I), Anything{})...};
  };
}

// As many values as the struct takes between its braces.
template <class T, std::size_t N = 0> constexpr std::size_t field_count() {
  if constexpr (takes<T>(std::make_index_sequence<N + 1>{}))
    return field_count<T, N + 1>();
  else
    return N;
}

} // namespace handspan::record
