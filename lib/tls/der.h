// DER (X.690) through the sticky-fail reader: identifier, length, content.
#pragma once

#include "base/reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>

namespace handspan::tls {

// Identifier octets as X.509 has them; `constructed` and class are part of the number
// (X.690, 8.1.2).
namespace tag {
inline constexpr std::uint8_t integer = 0x02, bit_string = 0x03, octet_string = 0x04,
                              object_id = 0x06, utf8_string = 0x0c, numeric_string = 0x12,
                              printable_string = 0x13, t61_string = 0x14, ia5_string = 0x16,
                              utc_time = 0x17, generalized_time = 0x18, visible_string = 0x1a,
                              universal_string = 0x1c, bmp_string = 0x1e, sequence = 0x30,
                              set = 0x31;
// [number] of a context, primitive or constructed.
constexpr std::uint8_t context(unsigned number) {
  return static_cast<std::uint8_t>(0x80 | number);
}
constexpr std::uint8_t context_of(unsigned number) {
  return static_cast<std::uint8_t>(0xa0 | number);
}
} // namespace tag

struct Element {
  std::uint8_t tag = 0; // 0: there was none
  base::Bytes content;
  base::Bytes whole; // with its header
};

// A sequence of elements. What does not fit, a length without an end (X.690, 8.1.3.6, which DER
// forbids) or of more than four bytes, and an identifier of more than one byte fail; every later
// read fails then, too. Each byte is looked at once for each level that the caller goes down to.
class Der {
public:
  explicit Der(base::Bytes bytes) : all_(bytes), reader_(bytes) {}

  [[nodiscard]] bool ok() const { return reader_.ok(); }
  [[nodiscard]] bool empty() const { return reader_.empty(); }
  // The next element's tag, 0 at the end.
  [[nodiscard]] std::uint8_t peek() const {
    return reader_.empty() ? std::uint8_t{0} : all_[position()];
  }

  Element next() {
    const std::size_t start = position();
    Element element;
    element.tag = reader_.u8();
    if ((element.tag & 0x1f) == 0x1f)
      reader_.fail();
    element.content = reader_.take(length());
    if (!reader_.ok())
      return {};
    element.whole = all_.subspan(start, position() - start);
    return element;
  }

  // The next element's content, which must have this tag.
  base::Bytes take(std::uint8_t tag) {
    if (peek() != tag)
      reader_.fail();
    return next().content;
  }
  // The same if it has the tag; else nothing, and nothing is read.
  base::Bytes take_if(std::uint8_t tag) { return peek() == tag ? next().content : base::Bytes{}; }

private:
  [[nodiscard]] std::size_t position() const { return all_.size() - reader_.remaining(); }

  // X.690, 8.1.3: short form, or a count of length octets with the high bit set.
  std::size_t length() {
    const std::uint8_t first = reader_.u8();
    if (first < 0x80)
      return first;
    const unsigned octets = first & 0x7f;
    if (octets == 0 || octets > 4)
      reader_.fail();
    std::size_t length = 0;
    for (unsigned i = 0; i < octets && reader_.ok(); ++i)
      length = length << 8 | reader_.u8();
    return length;
  }

  base::Bytes all_;
  base::Reader reader_;
};

// The content of an object identifier (X.690, 8.19), made of its numbers when the program is
// compiled.
class ObjectId {
public:
  consteval ObjectId(std::initializer_list<std::uint32_t> arcs) {
    const std::uint32_t *at = arcs.begin();
    put(at[0] * 40 + at[1]);
    for (at += 2; at != arcs.end(); ++at)
      put(*at);
  }
  [[nodiscard]] constexpr base::Bytes bytes() const { return {bytes_.data(), length_}; }
  [[nodiscard]] constexpr bool is(base::Bytes content) const {
    return std::equal(content.begin(), content.end(), bytes_.begin(), bytes_.begin() + length_);
  }
  // Is `content` below this one in the tree? Its next number if that is a single byte; -1 if not.
  [[nodiscard]] constexpr int child(base::Bytes content) const {
    const bool below =
        content.size() == length_ + 1u && content.back() < 0x80 && is(content.first(length_));
    return below ? content.back() : -1;
  }

private:
  consteval void put(std::uint32_t arc) {
    int digits = 1;
    while (arc >> (7 * digits) != 0)
      ++digits;
    while (digits-- > 0)
      bytes_[length_++] =
          static_cast<std::uint8_t>((arc >> (7 * digits) & 0x7f) | (digits > 0 ? 0x80 : 0));
  }

  std::array<std::uint8_t, 16> bytes_{};
  std::uint8_t length_ = 0;
};

} // namespace handspan::tls
