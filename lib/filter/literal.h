// Values as a filter writes them, by the type of their field.
#pragma once

#include "base/address.h"
#include "filter/moment.h"
#include "render/fields.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace handspan::filter {

// Numbers of every kind as one that is ordered as they are: those with a sign are moved up by half
// of the range.
constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
constexpr bool is_signed(render::FieldType type) {
  return type == render::FieldType::duration || type == render::FieldType::moment;
}
constexpr std::uint64_t key_of(std::uint64_t number, render::FieldType type) {
  return is_signed(type) ? number ^ kSign : number;
}

// The key of a flag, count, number of bytes, duration, moment or code: "true", "1500", "64KiB",
// "300ms", "10m ago", "0x1301".
std::optional<std::uint64_t> parse_key(std::string_view text, render::FieldType type,
                                       const Clock &clock);
// How such a value is written, for a message: "a length of time, such as 300ms".
std::string_view example_of(render::FieldType type, render::Language language);

// Addresses from one to another, both of one family.
struct AddressRange {
  base::Address low, high;
  [[nodiscard]] bool has(const base::Address &address) const {
    return low.bytes <= address.bytes && address.bytes <= high.bytes &&
           address.is_v4() == low.is_v4();
  }
};
// "192.0.2.1", "10.0.0.0/8", "2001:db8::/32"
std::optional<AddressRange> parse_addresses(std::string_view text);

} // namespace handspan::filter
