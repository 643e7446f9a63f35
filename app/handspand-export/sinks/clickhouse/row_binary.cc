#include "sinks/clickhouse/row_binary.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace handspan::exporter::clickhouse {
namespace {

using Kind = Shape::Kind;

constexpr std::int64_t kDay = 86'400 * base::kSecond;

// What stands between the brackets of "Nullable(X)"; nothing, if it is no such type.
std::optional<std::string_view> inside(std::string_view type, std::string_view what) {
  if (!type.starts_with(what) || !type.substr(what.size()).starts_with('(') || !type.ends_with(')'))
    return std::nullopt;
  type.remove_prefix(what.size() + 1);
  type.remove_suffix(1);
  return type;
}

// The number that the text begins with; -1: with none.
int number_in(std::string_view text) {
  int number = -1;
  while (text.starts_with(' '))
    text.remove_prefix(1);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Nanoseconds in a unit of so many decimals of a second.
std::optional<Shape> decimals(int digits, std::uint8_t bytes) {
  if (digits < 0 || digits > 9)
    return std::nullopt;
  std::int64_t unit = base::kSecond;
  for (int i = 0; i < digits; ++i)
    unit /= 10;
  return Shape{Kind::signed_, bytes, unit};
}

std::optional<Shape> scalar(std::string_view type) {
  if (type == "String")
    return Shape{Kind::text};
  if (type == "FixedString(16)" || type == "IPv6")
    return Shape{Kind::fixed, 16};
  if (type == "Bool")
    return Shape{Kind::number, 1};
  if (type == "Date")
    return Shape{Kind::moment, 2, kDay};
  if (type == "DateTime" || inside(type, "DateTime"))
    return Shape{Kind::moment, 4, base::kSecond};
  if (const auto of = inside(type, "DateTime64"))
    return decimals(number_in(*of), 8);
  if (const auto of = inside(type, "Decimal")) {
    const int precision = number_in(*of);
    const std::size_t comma = std::min(of->find(','), of->size() - 1);
    return precision > 18 ? std::nullopt
                          : decimals(number_in(of->substr(comma + 1)), precision > 9 ? 8 : 4);
  }
  if (type.starts_with("UInt"))
    if (const int bits = number_in(type.substr(4)); bits >= 8 && bits <= 64)
      return Shape{Kind::number, static_cast<std::uint8_t>(bits / 8)};
  return std::nullopt;
}

// Little-endian, as the machine has it.
template <class Number> void put_bytes(std::string &to, Number number, std::size_t bytes) {
  to.append(reinterpret_cast<const char *>(&number), bytes);
}
void put_varint(std::string &to, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7)
    to += static_cast<char>(number | 0x80);
  to += static_cast<char>(number);
}

// What a field of so many bytes can't hold is told as the most that it can.
std::uint64_t within(std::uint64_t number, std::size_t bytes) {
  return bytes >= 8 ? number : std::min(number, (std::uint64_t{1} << 8 * bytes) - 1);
}
std::int64_t within_signed(std::int64_t number, std::size_t bytes) {
  if (bytes >= 8)
    return number;
  const std::int64_t most = (std::int64_t{1} << (8 * bytes - 1)) - 1;
  return std::clamp(number, -most - 1, most);
}

// IPv4 as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2), which is how ClickHouse has it.
void put_address(std::string &to, const base::Address &address) {
  static constexpr char kMapped[13] = "\0\0\0\0\0\0\0\0\0\0\xff\xff";
  const auto *const bytes = reinterpret_cast<const char *>(address.bytes.data());
  if (address.is_v4())
    to.append(kMapped, 12).append(bytes + 12, 4);
  else
    to.append(bytes, 16);
}

} // namespace

std::optional<Shape> shape_of(std::string_view type) {
  bool nullable = false, several = false;
  if (const auto of = inside(type, "Array")) {
    several = true;
    type = *of;
  }
  if (const auto of = inside(type, "LowCardinality"))
    type = *of;
  if (const auto of = inside(type, "Nullable")) {
    nullable = true;
    type = *of;
  }
  std::optional<Shape> shape = scalar(type);
  if (shape) {
    shape->nullable = nullable;
    shape->several = several;
  }
  return shape;
}

bool fits(std::string_view own, std::string_view there) {
  const auto ours = shape_of(own), theirs = shape_of(there);
  const auto timely = [](const Shape &shape) {
    return shape.kind == Kind::signed_ || shape.kind == Kind::moment;
  };
  return ours && theirs && ours->several == theirs->several &&
         (ours->kind == theirs->kind || (timely(*ours) && timely(*theirs)));
}

void Cell::begin(const Shape &shape) {
  shape_ = shape;
  count_ = 0;
  if (shape.several)
    room_.clear();
}

bool Cell::holds(const render::FieldValue &value) {
  ++count_;
  put(shape_.several ? room_ : out_, value);
  return !shape_.several;
}

void Cell::end() {
  if (shape_.several) {
    put_varint(out_, count_);
    out_ += room_;
  } else if (count_ == 0) {
    if (shape_.nullable)
      out_ += '\1';
    else
      out_.append(std::max<std::size_t>(shape_.bytes, 1), '\0');
  }
}

void Cell::put(std::string &to, const render::FieldValue &value) const {
  if (shape_.nullable)
    to += '\0';
  const auto nanos = static_cast<std::int64_t>(value.number);
  switch (shape_.kind) {
  case Kind::text:
    put_varint(to, value.text.size());
    to += value.text;
    break;
  case Kind::fixed:
    put_address(to, value.address == nullptr ? base::Address{} : *value.address);
    break;
  case Kind::number:
    put_bytes(to, within(value.number, shape_.bytes), shape_.bytes);
    break;
  case Kind::signed_:
    put_bytes(to, within_signed(nanos / shape_.unit, shape_.bytes), shape_.bytes);
    break;
  case Kind::moment:
    put_bytes(to,
              within(static_cast<std::uint64_t>(std::max<std::int64_t>(nanos, 0) / shape_.unit),
                     shape_.bytes),
              shape_.bytes);
    break;
  }
}

} // namespace handspan::exporter::clickhouse
