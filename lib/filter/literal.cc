#include "filter/literal.h"

#include "filter/words.h"
#include "record/flow_id.h"

#include <charconv>

#include <arpa/inet.h>

namespace handspan::filter {
namespace {

using render::FieldType;

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr Unit kSizes[] = {{"", 1},
                           {"k", 1'000},
                           {"M", 1'000'000},
                           {"G", 1'000'000'000},
                           {"T", 1'000'000'000'000},
                           {"Ki", std::uint64_t{1} << 10},
                           {"Mi", std::uint64_t{1} << 20},
                           {"Gi", std::uint64_t{1} << 30},
                           {"Ti", std::uint64_t{1} << 40}};

std::optional<std::uint64_t> parse_number(std::string_view text, bool in_bytes) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const char *const begin = text.data() + (hex ? 2 : 0), *const end = text.data() + text.size();
  std::uint64_t number = 0;
  const auto read = std::from_chars(begin, end, number, hex ? 16 : 10);
  if (read.ec != std::errc())
    return std::nullopt;
  std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
  if (in_bytes && unit.ends_with("B"))
    unit.remove_suffix(1);
  for (const Unit &size : kSizes)
    if (unit == size.name && !(hex && size.factor > 1)) {
      std::uint64_t product = 0;
      if (__builtin_mul_overflow(number, size.factor, &product))
        return std::nullopt;
      return product;
    }
  return std::nullopt;
}

std::optional<std::uint64_t> unsigned_of(std::optional<base::Nanos> length) {
  return length ? std::optional(static_cast<std::uint64_t>(*length)) : std::nullopt;
}

std::optional<std::uint64_t> parse_flag(std::string_view text) {
  if (text == "true" || text == "1")
    return 1;
  if (text == "false" || text == "0")
    return 0;
  return std::nullopt;
}

std::optional<std::uint64_t> parse_any(std::string_view text, FieldType type, const Clock &clock) {
  switch (type) {
  case FieldType::flag:
    return parse_flag(text);
  case FieldType::duration:
    return unsigned_of(parse_duration(text));
  case FieldType::moment:
    return unsigned_of(parse_moment(text, clock));
  case FieldType::code:
    if (const auto id = record::parse_flow_id(text); id && id->run != 0)
      return id->key();
    return parse_number(text, false);
  case FieldType::count:
    return parse_number(text, false);
  case FieldType::bytes:
    return parse_number(text, true);
  case FieldType::address:
  case FieldType::word:
  case FieldType::text:
  case FieldType::object:
    break;
  }
  return std::nullopt;
}

std::optional<base::Address> parse_address(std::string_view text, int &bits) {
  const std::string whole(text); // inet_pton wants a NUL
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, whole.c_str(), bytes.data()) == 1) {
    bits = 32;
    return base::Address::v4(bytes.data());
  }
  if (inet_pton(AF_INET6, whole.c_str(), bytes.data()) == 1) {
    bits = 128;
    return base::Address::v6(bytes.data());
  }
  return std::nullopt;
}

} // namespace

std::optional<std::uint64_t> parse_key(std::string_view text, FieldType type, const Clock &clock) {
  const auto number = parse_any(text, type, clock);
  return number ? std::optional(key_of(*number, type)) : std::nullopt;
}

std::string_view example_of(FieldType type, render::Language language) {
  switch (type) {
  case FieldType::flag:
    return words(Said::as_flag, language);
  case FieldType::count:
    return words(Said::as_count, language);
  case FieldType::bytes:
    return words(Said::as_bytes, language);
  case FieldType::duration:
    return words(Said::as_duration, language);
  case FieldType::moment:
    return words(Said::as_moment, language);
  case FieldType::code:
    return words(Said::as_code, language);
  case FieldType::address:
    return words(Said::as_address, language);
  case FieldType::word:
  case FieldType::text:
  case FieldType::object:
    break;
  }
  return words(Said::as_text, language);
}

std::optional<AddressRange> parse_addresses(std::string_view text) {
  const std::size_t slash = text.find('/');
  int width = 0;
  const auto address = parse_address(text.substr(0, slash), width);
  if (!address)
    return std::nullopt;
  int prefix = width;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || prefix < 0 ||
        prefix > width)
      return std::nullopt;
  }
  AddressRange range{*address, *address};
  for (int bit = 128 - width + prefix; bit < 128; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80 >> bit % 8);
    const auto byte = static_cast<std::size_t>(bit / 8);
    range.low.bytes[byte] = static_cast<std::uint8_t>(range.low.bytes[byte] & ~mask);
    range.high.bytes[byte] |= mask;
  }
  return range;
}

} // namespace handspan::filter
