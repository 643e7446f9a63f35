// Where one direction of a session stands, in one word: enough to step over application data
// without a look at the session, which lies in a cache line of its own.
#pragma once

#include "base/bytes.h"

#include <cstdint>

namespace handspan::tls {

class Position {
public:
  // Nothing known: the session must be asked.
  constexpr Position() = default;
  // In an established session, `left` bytes before the end of a record of application data; 0 = at
  // the boundary between two records.
  static constexpr Position in_data(std::uint32_t left) { return Position(kData | left); }
  // `left` (> 0) bytes before the end of some other record whose content is hidden.
  static constexpr Position in_hidden(std::uint32_t left) { return Position(left); }

  [[nodiscard]] constexpr bool known() const { return word_ != 0; }
  [[nodiscard]] constexpr bool is_data() const { return (word_ & kData) != 0; }
  [[nodiscard]] constexpr std::uint32_t left() const { return word_ & ~kData; }

  // True: the bytes are the middle of a hidden record or nothing but application data, and the
  // position is moved behind them. False: the session must see them; the position is unchanged.
  bool step(base::Bytes bytes) {
    if (bytes.size() < left()) {
      word_ -= static_cast<std::uint32_t>(bytes.size());
      return true;
    }
    return is_data() && step_over_records(bytes);
  }

private:
  static constexpr std::uint32_t kData = 1u << 31;
  static constexpr std::size_t kHeader = 5;
  static constexpr std::uint8_t kApplicationData = 23;
  static constexpr std::size_t kLongest = (1u << 14) + 2048; // RFC 5246, section 6.2.3

  constexpr explicit Position(std::uint32_t word) : word_(word) {}

  // TLSPlaintext of RFC 8446, section 5.1: type (1) | version (2) | length (2) | fragment.
  bool step_over_records(base::Bytes bytes) {
    std::size_t left = this->left();
    while (bytes.size() >= left) {
      bytes = bytes.subspan(left);
      if (bytes.empty()) {
        word_ = kData;
        return true;
      }
      if (bytes.size() < kHeader || bytes[0] != kApplicationData || bytes[1] != 3)
        return false;
      left = static_cast<std::size_t>(bytes[3]) << 8 | bytes[4];
      if (left == 0 || left > kLongest)
        return false;
      bytes = bytes.subspan(kHeader);
    }
    word_ = kData | static_cast<std::uint32_t>(left - bytes.size());
    return true;
  }

  std::uint32_t word_ = 0;
};

} // namespace handspan::tls
