// The bytes of a segment but for an urgent one among them, which its receiver takes out.
#pragma once

#include "base/bytes.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace handspan::inspect {

// take(where it begins, bytes, length on the wire, whether it is the urgent byte) of each piece, in
// order; of the usual segment, which has none, once.
template <class Take>
void around_urgent(const std::optional<std::uint32_t> &urgent, std::uint32_t begin,
                   base::Bytes bytes, std::uint32_t length, Take &&take) {
  const std::uint32_t before = urgent ? *urgent - begin : length;
  const auto piece = [&](std::uint32_t from, std::uint32_t to, bool left_out) {
    const std::size_t have = bytes.size();
    if (from < to)
      take(begin + from,
           bytes.subspan(std::min<std::size_t>(from, have),
                         std::min<std::size_t>(to, have) - std::min<std::size_t>(from, have)),
           to - from, left_out);
  };
  if (before >= length) [[likely]]
    return piece(0, length, false);
  piece(0, before, false);
  piece(before, before + 1, true);
  piece(before + 1, length, false);
}

} // namespace handspan::inspect
