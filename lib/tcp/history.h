// Zeek's history: upper case for the client, a letter once a side. Internal to lib/tcp.
#pragma once

#include "tcp/connection.h"

namespace handspan::tcp {

inline void note(Detail &detail, Side from, char letter) {
  auto &h = detail.history;
  if (h.length < h.chars.size())
    h.chars[h.length++] =
        from == Side::client ? letter : static_cast<char>(letter | 0x20); // lower case
}

// The letters of what keeps happening are repeated at 1, 10, 100 … times.
inline void note_count(Detail &detail, Side from, char letter, std::uint32_t count) {
  while (count >= 10 && count % 10 == 0)
    count /= 10;
  if (count == 1)
    note(detail, from, letter);
}

} // namespace handspan::tcp
