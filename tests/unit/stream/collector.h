// Takes what an assembler lets go; a missing byte is written as '?'.
#pragma once

#include "stream/assembler.h"

#include <cstdint>
#include <string>

namespace handspan::test {

struct Collector {
  std::string text;
  std::uint64_t missed = 0;
  void bytes(base::Bytes bytes) { text += base::text_of(bytes); }
  void missing(std::uint32_t n) {
    missed += n;
    if (n < 1 << 20)
      text.append(n, '?');
  }
};

// One direction with its queue.
struct Direction {
  stream::Assembler &assembler;
  stream::Queue queue{};
  Collector out{};

  void push(std::uint32_t seq, std::string_view data) { push(seq, data, data.size()); }
  void push(std::uint32_t seq, std::string_view data, std::size_t length) {
    assembler.push(queue, seq, base::bytes_of(data), static_cast<std::uint32_t>(length), out);
  }
  void flush() { assembler.flush(queue, out); }
};

} // namespace handspan::test
