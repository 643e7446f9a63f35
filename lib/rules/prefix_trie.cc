#include "rules/prefix_trie.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <string>
#include <tuple>

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

// Whether both have the same first bits.
bool agree(base::Wide a, base::Wide b, unsigned length) {
  return ((a ^ b) & ~rest(length)) == 0;
}

unsigned common_bits(base::Wide a, base::Wide b) {
  const base::Wide differ = a ^ b;
  const auto high = static_cast<std::uint64_t>(differ >> 64);
  const int zeros = high != 0 ? std::countl_zero(high)
                              : 64 + std::countl_zero(static_cast<std::uint64_t>(differ));
  return static_cast<unsigned>(zeros);
}

// The bit behind the first `length`, of which there are fewer than all.
std::size_t bit_behind(base::Wide key, unsigned length) {
  return static_cast<std::size_t>(key >> (kBits - 1 - length)) & 1;
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

PrefixTrie::Key PrefixTrie::key_of(const base::Address &address, bool v4) {
  return v4 ? number_of(address) << kBeforeV4 : number_of(address);
}

void PrefixTrie::add(const Prefix &prefix, std::uint32_t value) {
  const bool v4 = prefix.is_v4();
  (v4 ? v4_ : v6_)
      .entries.push_back({key_of(prefix.address, v4), value,
                          static_cast<std::uint8_t>(prefix.length - (v4 ? kBeforeV4 : 0))});
}

void PrefixTrie::seal() {
  v4_.seal();
  v6_.seal();
}

// In order the wider ones stand before the narrower ones in them; `open` holds those that go on.
void PrefixTrie::Tree::seal() {
  const auto order = [](const Entry &e) { return std::tuple(e.key, e.length, e.value); };
  std::sort(entries.begin(), entries.end(),
            [&](const Entry &a, const Entry &b) { return order(a) < order(b); });
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  direct = std::min<unsigned>(kMostDirect, std::bit_width(entries.size()));
  roots.assign(std::size_t{1} << direct, kNone);
  covers = roots;
  nodes.reserve(2 * entries.size());
  std::vector<std::pair<Entry, std::uint32_t>> open;
  for (const Entry &entry : entries) {
    while (!open.empty() && !agree(open.back().first.key, entry.key, open.back().first.length))
      open.pop_back();
    const bool another = open.empty() || open.back().first.length != entry.length;
    if (another) {
      const auto network = static_cast<std::uint32_t>(networks.size());
      networks.push_back({.first = static_cast<std::uint32_t>(values.size()),
                          .count = 0,
                          .wider = open.empty() ? kNone : open.back().second});
      open.emplace_back(entry, network);
      take(entry, network);
    }
    values.push_back(entry.value);
    ++networks[open.back().second].count;
  }
  entries = {};
  nodes.shrink_to_fit();
}

// Where it is no longer than the table's bits, all of its places are covered by it, but for what
// follows within.
void PrefixTrie::Tree::take(const Entry &entry, std::uint32_t network) {
  if (entry.length > direct) {
    insert(&roots[place(entry.key)], entry, network);
    return;
  }
  const auto first = covers.begin() + static_cast<std::ptrdiff_t>(place(entry.key));
  std::fill_n(first, std::size_t{1} << (direct - entry.length), network);
}

void PrefixTrie::Tree::insert(std::uint32_t *at, const Entry &entry, std::uint32_t network) {
  for (; *at != kNone;) {
    Node &node = nodes[*at];
    const unsigned common =
        std::min({unsigned{node.length}, unsigned{entry.length}, common_bits(node.key, entry.key)});
    if (common == node.length && common == entry.length) {
      node.network = network; // it forked here already
      return;
    }
    if (common < node.length) {
      const std::uint32_t old = *at;
      const std::size_t side = bit_behind(node.key, common);
      *at = make(entry.key & ~rest(common), common, common == entry.length ? network : kNone);
      nodes[*at].below[side] = old;
      if (common == entry.length)
        return;
    }
    at = &nodes[*at].below[bit_behind(entry.key, common)];
  }
  *at = make(entry.key, entry.length, network);
}

std::uint32_t PrefixTrie::Tree::make(Key key, unsigned length, std::uint32_t network) {
  nodes.push_back({.key = key, .network = network, .length = static_cast<std::uint8_t>(length)});
  return static_cast<std::uint32_t>(nodes.size() - 1);
}

std::size_t PrefixTrie::Tree::place(Key key) const {
  return direct == 0 ? 0 : static_cast<std::size_t>(key >> (kBits - direct));
}

std::uint32_t PrefixTrie::Tree::narrowest(Key key) const {
  if (networks.empty())
    return kNone;
  std::uint32_t network = covers[place(key)];
  for (std::uint32_t n = roots[place(key)]; n != kNone;) {
    const Node &node = nodes[n];
    if (!agree(node.key, key, node.length))
      break;
    if (node.network != kNone)
      network = node.network;
    n = node.length < kBits ? node.below[bit_behind(key, node.length)] : kNone;
  }
  return network;
}

} // namespace handspan::rules
