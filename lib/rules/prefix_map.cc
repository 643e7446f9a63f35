#include "rules/prefix_map.h"

#include <algorithm>
#include <charconv>
#include <string>

#include <arpa/inet.h>

namespace handspan::rules {

namespace {

constexpr unsigned kBits = 128, kBeforeV4 = 96;

base::Wide number_of(const base::Address &address) {
  base::Wide number = 0;
  for (const std::uint8_t byte : address.bytes)
    number = number << 8 | byte;
  return number;
}

// All ones behind the first `length` bits.
base::Wide rest(unsigned length) {
  return length == 0 ? ~base::Wide{0} : (base::Wide{1} << (kBits - length)) - 1;
}

} // namespace

std::optional<Prefix> parse_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  if (address.empty() || address.size() > 45)
    return std::nullopt;
  std::uint8_t raw[16];
  Prefix prefix;
  unsigned bits = 0;
  if (inet_pton(AF_INET, address.c_str(), raw) == 1) {
    prefix.address = base::Address::v4(raw);
    bits = 32;
  } else if (inet_pton(AF_INET6, address.c_str(), raw) == 1) {
    prefix.address = base::Address::v6(raw);
    bits = 128;
  } else {
    return std::nullopt;
  }
  unsigned length = bits;
  if (slash != std::string_view::npos) {
    const char *const begin = text.data() + slash + 1, *const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(begin, end, length);
    if (error != std::errc() || at != end || begin == end || length > bits)
      return std::nullopt;
  }
  length += bits == 32 ? kBeforeV4 : 0;
  if ((number_of(prefix.address) & rest(length)) != 0)
    return std::nullopt;
  prefix.length = static_cast<std::uint8_t>(length);
  return prefix;
}

PrefixMap::Number PrefixMap::first(const Prefix &prefix) {
  return number_of(prefix.address);
}

PrefixMap::Number PrefixMap::last(const Prefix &prefix) {
  return first(prefix) | rest(prefix.length);
}

// From here on this network holds; what began at the same place gives way.
void PrefixMap::begin(Number at, std::uint32_t network) {
  if (!begins_.empty() && begins_.back() == at) {
    network_.back() = network;
    return;
  }
  begins_.push_back(at);
  network_.push_back(network);
}

// The wider ones stand before the narrower ones in them; `open` holds those that are not yet over.
void PrefixMap::seal() {
  std::sort(networks_.begin(), networks_.end(), [](const Network &a, const Network &b) {
    const Number x = first(a.prefix), y = first(b.prefix);
    return x != y                               ? x < y
           : a.prefix.length != b.prefix.length ? a.prefix.length < b.prefix.length
                                                : a.value < b.value;
  });
  std::vector<std::uint32_t> open;
  const auto end_before = [&](Number at, bool all) {
    while (!open.empty() && (all || last(networks_[open.back()].prefix) < at)) {
      const Number end = last(networks_[open.back()].prefix);
      open.pop_back();
      if (end != ~Number{0})
        begin(end + 1, open.empty() ? kNone : open.back());
    }
  };
  for (std::uint32_t n = 0; n < networks_.size(); ++n) {
    const Number at = first(networks_[n].prefix);
    end_before(at, false);
    networks_[n].wider = open.empty() ? kNone : open.back();
    open.push_back(n);
    begin(at, n);
  }
  end_before(0, true);
}

std::uint32_t PrefixMap::narrowest(const base::Address &address) const {
  const auto after = std::upper_bound(begins_.begin(), begins_.end(), number_of(address));
  return after == begins_.begin() ? kNone
                                  : network_[static_cast<std::size_t>(after - begins_.begin()) - 1];
}

} // namespace handspan::rules
