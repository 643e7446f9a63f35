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
  // In an established session, `left` bytes before the end of a record of application data that is
  // `length` long; left 0 = at the boundary behind it.
  static constexpr Position in_data(std::uint32_t left, std::uint32_t length = 0) {
    return Position(kData | length << kLengthShift | left);
  }
  // `left` (> 0) bytes before the end of some other record whose content is hidden.
  static constexpr Position in_hidden(std::uint32_t left) { return Position(left); }

  // Nothing more is followed.
  static constexpr Position over() { return Position(kPassed); }
  // Lost after a gap: taken up again where bytes begin like a record.
  static constexpr Position lost() { return Position(kPassed | 1); }

  [[nodiscard]] constexpr bool known() const { return word_ != 0 && (word_ & kPassed) == 0; }
  [[nodiscard]] constexpr bool is_over() const { return word_ == kPassed; }
  [[nodiscard]] constexpr bool is_lost() const { return word_ == (kPassed | 1); }
  [[nodiscard]] constexpr bool is_data() const { return (word_ & kData) != 0; }
  [[nodiscard]] constexpr std::uint32_t left() const { return word_ & kLeft; }
  // Of the latest record of application data.
  [[nodiscard]] constexpr std::uint32_t length() const { return word_ >> kLengthShift & kLeft; }

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
  // data? (1) | passed over? (1) | length (15) | left (15); a record is at most 18 KiB long
  static constexpr std::uint32_t kData = 1u << 31, kPassed = 1u << 30, kLeft = 0x7fff;
  static constexpr unsigned kLengthShift = 15;
  static constexpr std::size_t kHeader = 5;
  static constexpr std::uint8_t kApplicationData = 23;
  static constexpr std::size_t kLongest = (1u << 14) + 2048; // RFC 5246, section 6.2.3

  constexpr explicit Position(std::uint32_t word) : word_(word) {}

  // TLSPlaintext of RFC 8446, section 5.1: type (1) | version (2) | length (2) | fragment.
  bool step_over_records(base::Bytes bytes) {
    std::size_t left = this->left(), length = this->length();
    while (bytes.size() >= left) {
      bytes = bytes.subspan(left);
      if (bytes.empty()) {
        word_ = in_data(0, static_cast<std::uint32_t>(length)).word_;
        return true;
      }
      if (bytes.size() < kHeader || bytes[0] != kApplicationData || bytes[1] != 3)
        return false;
      left = length = static_cast<std::size_t>(bytes[3]) << 8 | bytes[4];
      if (left == 0 || left > kLongest)
        return false;
      bytes = bytes.subspan(kHeader);
    }
    word_ =
        in_data(static_cast<std::uint32_t>(left - bytes.size()), static_cast<std::uint32_t>(length))
            .word_;
    return true;
  }

  std::uint32_t word_ = 0;
};

} // namespace handspan::tls
