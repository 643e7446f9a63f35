#include "render/json_text.h"

#include "base/quote.h"
#include "render/units.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace handspan::render {
namespace {

constexpr bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

// Eight at once: a byte's high bit is set in the result where it is not plain, and perhaps in bytes
// above that one.
constexpr std::uint64_t not_plain(std::uint64_t bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = 0x80 * kOnes;
  const auto has = [bytes](std::uint64_t c) {
    const std::uint64_t zero_where_it_is = bytes ^ c * kOnes;
    return (zero_where_it_is - kOnes) & ~zero_where_it_is;
  };
  const std::uint64_t control = (bytes - ' ' * kOnes) & ~bytes;
  return (bytes | control | has('"') | has('\\') | has(0x7f)) & kHigh;
}

std::size_t plain_length(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t bytes = 0; at + sizeof bytes <= text.size(); at += sizeof bytes) {
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    if (not_plain(bytes) != 0)
      break;
  }
  while (at < text.size() && is_plain(text[at]))
    ++at;
  return at;
}

inline char *put(char *at, std::string_view bytes) {
  std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

// How many bytes of what is no character could begin one (Unicode, table 3-7): at least one.
std::size_t subpart(std::string_view text) {
  const auto within = [text](std::size_t i, std::uint8_t low, std::uint8_t high) {
    const auto byte = static_cast<std::uint8_t>(i < text.size() ? text[i] : 0);
    return byte >= low && byte <= high;
  };
  const auto lead = static_cast<std::uint8_t>(text[0]);
  const std::uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const std::uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (!within(0, 0xe0, 0xf4) || !within(1, low, high))
    return 1;
  return lead >= 0xf0 && within(2, 0x80, 0xbf) ? 3 : 2;
}

char *put_hex4(char *at, std::uint32_t number) {
  static constexpr char kHex[] = "0123456789abcdef";
  *at++ = '\\';
  *at++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4)
    *at++ = kHex[number >> shift & 0xf];
  return at;
}

// One character that is not plain, off the front.
char *put_special(char *at, std::string_view &rest) {
  const std::string_view before = rest;
  const std::uint32_t c = base::take_character(rest);
  if (c == base::kNoCharacter) {
    rest = before.substr(subpart(before));
    return put(at, "\xef\xbf\xbd");
  }
  if (c < 0x80 || base::is_hidden_control(c))
    return put_json_escape(at, c);
  return put(at, before.substr(0, before.size() - rest.size()));
}

// nanoseconds < 100,000: "5e-05", "1.25e-07"
char *put_tiny(char *at, std::uint64_t nanos) {
  int exponent = -9;
  char digits[8];
  const char *end = std::to_chars(digits, digits + sizeof digits, nanos).ptr;
  exponent += static_cast<int>(end - digits) - 1;
  while (end > digits + 1 && end[-1] == '0')
    --end;
  *at++ = digits[0];
  if (end > digits + 1) {
    *at++ = '.';
    at = std::copy(static_cast<const char *>(digits + 1), end, at);
  }
  *at++ = 'e';
  *at++ = '-';
  *at++ = '0';
  *at++ = static_cast<char>('0' - exponent);
  return at;
}

// "12.5", "3.0", "0.0001"
char *put_decimal(char *at, std::uint64_t nanos) {
  const std::uint64_t whole = nanos / base::kSecond;
  auto rest = static_cast<std::uint32_t>(nanos % base::kSecond);
  if (whole == 0)
    *at++ = '0';
  else
    at = std::to_chars(at, at + 20, whole).ptr;
  *at++ = '.';
  // Most clocks tell microseconds.
  const std::uint32_t micros = rest / 1000;
  at = put_digits<6>(at, micros);
  rest -= micros * 1000;
  if (rest != 0)
    at = put_digits<3>(at, rest);
  while (at[-1] == '0' && at[-2] != '.')
    --at;
  return at;
}

// The shortest that is read back, with at least one place behind the point.
char *put_long(char *at, double seconds) {
  const char *begin = at;
  at = std::to_chars(at, at + kJsonSeconds - 2, seconds, std::chars_format::fixed).ptr;
  return std::find(begin, static_cast<const char *>(at), '.') != at ? at : put(at, ".0");
}

} // namespace

char *put_json_escape(char *at, std::uint32_t c) {
  static constexpr std::string_view kShort = "\b\t\n\f\r\"\\", kLetters = "btnfr\"\\";
  const std::size_t letter = c < 0x80 ? kShort.find(static_cast<char>(c)) : std::string_view::npos;
  if (letter != std::string_view::npos) {
    *at++ = '\\';
    *at++ = kLetters[letter];
    return at;
  }
  if (c <= 0xffff)
    return put_hex4(at, c);
  // Beyond the first plane as two surrogates (RFC 8259, section 7).
  at = put_hex4(at, 0xd800 + ((c - 0x10000) >> 10));
  return put_hex4(at, 0xdc00 + ((c - 0x10000) & 0x3ff));
}

char *put_json_text(char *at, std::string_view text) {
  *at++ = '"';
  for (;;) {
    const std::size_t plain = plain_length(text);
    at = put(at, text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty())
      break;
    at = put_special(at, text);
  }
  *at++ = '"';
  return at;
}

char *put_json_both(char *at, std::uint64_t client, std::uint64_t server) {
  static constexpr std::size_t kDigits = 20;
  at = put(at, R"({"client":)");
  at = std::to_chars(at, at + kDigits, client).ptr;
  at = put(at, R"(,"server":)");
  at = std::to_chars(at, at + kDigits, server).ptr;
  *at++ = '}';
  return at;
}

// A number of at most 15 digits is the shortest that is read back to its double, and nobody else's.
char *put_json_seconds(char *at, base::Nanos length) {
  static constexpr base::Nanos kFixed = 100'000, kExact = 1'000'000'000'000'000;
  if (length >= kExact)
    return put_long(at, seconds(length));
  const auto nanos = static_cast<std::uint64_t>(length);
  return length > 0 && length < kFixed ? put_tiny(at, nanos) : put_decimal(at, nanos);
}

} // namespace handspan::render
