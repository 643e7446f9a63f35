#include "tcp/roles.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace handspan::tcp {

namespace {

void swap_history(base::FixedText<24> &history) {
  for (std::uint16_t i = 0; i < history.length; ++i) {
    const auto letter = static_cast<unsigned char>(history.chars[i]);
    history.chars[i] =
        static_cast<char>(std::isupper(letter) ? std::tolower(letter) : std::toupper(letter));
  }
  if (history.length < history.chars.size()) {
    std::copy_backward(history.chars.begin(), history.chars.begin() + history.length,
                       history.chars.begin() + history.length + 1);
    history.chars[0] = '^';
    ++history.length;
  }
}

// The letters already written: two bits a side for A and D, then Q and I, a bit a side each.
constexpr std::uint8_t swap_seen(unsigned seen) {
  return static_cast<std::uint8_t>((seen & 0x03) << 2 | (seen & 0x0c) >> 2 | (seen & 0x50) << 1 |
                                   (seen & 0xa0) >> 1);
}

} // namespace

void swap_sides(Hot &hot, Detail &detail) {
  std::swap(hot.side.client, hot.side.server);
  std::swap(hot.ip_id.client, hot.ip_id.server);
  hot.seen = swap_seen(hot.seen);
  std::swap(detail.side.client, detail.side.server);
  detail.first_close = base::other(detail.first_close);
  detail.reset_by = base::other(detail.reset_by);
  swap_history(detail.history);
}

} // namespace handspan::tcp
