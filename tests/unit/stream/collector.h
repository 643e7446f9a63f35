// Takes what an assembler lets go; a missing byte is written as '?'.
#pragma once

#include "stream/assembler.h"

#include <cstdint>
#include <string>

namespace handspan::test {

struct Collector {
  std::string text;
  std::uint64_t missed = 0;
  std::uint64_t buffers_full = 0, side_full = 0;
  void full(stream::Bound bound) { ++(bound == stream::Bound::buffers ? buffers_full : side_full); }
  std::uint32_t turn = 0xffffffff; // what answers more than that has to wait
  std::string packets;             // by which the bytes came, a digit each call
  [[nodiscard]] bool ready(const stream::Origin &origin) const {
    return !origin.is_answer || origin.answers <= turn;
  }
  void bytes(base::Bytes bytes, const stream::Origin &origin) {
    text += base::text_of(bytes);
    packets += std::to_string(origin.packet);
  }
  void cut(std::uint32_t n, const stream::Origin &origin) { missing(n, origin); }
  void missing(std::uint32_t n, const stream::Origin &) {
    missed += n;
    if (n < 1 << 20)
      text.append(n, '?');
  }
};

// One direction with its queue.
struct Direction {
  stream::Assembler &assembler;
  stream::Queue queue{.proven = true};
  Collector out{};

  void push(std::uint32_t seq, std::string_view data) { push(seq, data, data.size()); }
  void push(std::uint32_t seq, std::string_view data, std::size_t length) {
    assembler.push(queue, seq, base::bytes_of(data), static_cast<std::uint32_t>(length), origin,
                   out);
  }
  void flush() {
    while (queue.first != base::IndexPool::kNone)
      assembler.release_first(queue, out);
  }
  stream::Origin origin{};
};

} // namespace handspan::test
