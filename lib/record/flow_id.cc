#include "record/flow_id.h"

#include <algorithm>
#include <charconv>

namespace handspan::record {

namespace {

constexpr std::size_t kWordDigits = 16, kWorkerDigits = 2; // hexadecimal
constexpr unsigned kNumberBits = 56;

// FNV-1a.
constexpr std::uint64_t kBasis = 0xcbf29ce484222325;
std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

char *put_digits(char *at, std::uint64_t number, std::size_t digits) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = digits; i-- > 0; number >>= 4)
    at[i] = kDigits[number & 15];
  return at + digits;
}

bool read_digits(std::string_view text, std::uint64_t &number) {
  const char *const end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, number, 16);
  return fault == std::errc() && rest == end;
}

} // namespace

std::uint64_t run_of(std::string_view probe, std::string_view instance, base::Nanos start) {
  const std::uint64_t hash =
      mixed(mixed(mixed(mixed(kBasis, probe), std::string_view("\0", 1)), instance),
            std::to_string(start));
  const std::uint64_t folded = (hash ^ hash >> 32) & 0xffffffff;
  return static_cast<std::uint64_t>(start / base::kSecond) << 32 | (folded == 0 ? 1 : folded);
}

char *put_flow_id(char *at, const FlowId &id) {
  *at++ = '0';
  *at++ = 'x';
  if (id.run == 0)
    return put_digits(at, id.flow, kWordDigits);
  at = put_digits(put_digits(at, id.run, kWordDigits), id.worker(), kWorkerDigits);
  const std::uint64_t number = id.flow & ((std::uint64_t{1} << kNumberBits) - 1);
  return std::to_chars(at, at + kNumberBits / 4, number, 16).ptr;
}

std::string text(const FlowId &id) {
  char room[kFlowIdText];
  return {room, put_flow_id(room, id)};
}

std::optional<FlowId> parse_flow_id(std::string_view text) {
  if (!text.starts_with("0x") || text.size() > kFlowIdText)
    return std::nullopt;
  text.remove_prefix(2);
  std::uint64_t run = 0, worker = 0, number = 0;
  const bool whole = text.size() > kWordDigits;
  if (whole && (!read_digits(text.substr(0, kWordDigits), run) || run == 0 ||
                !read_digits(text.substr(kWordDigits, kWorkerDigits), worker)))
    return std::nullopt;
  if (!read_digits(whole ? text.substr(std::min(kWordDigits + kWorkerDigits, text.size())) : text,
                   number) ||
      number == 0)
    return std::nullopt;
  return FlowId{run, worker << kNumberBits | number};
}

} // namespace handspan::record
