// Networks (CIDR) of both families: which of up to a million hold this address?
#pragma once

#include "base/address.h"
#include "base/wide.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace handspan::rules {

struct Prefix {
  base::Address address;   // bits behind the length are zero
  std::uint8_t length = 0; // counted in the 128 bits of base::Address: of IPv4 from 96 on

  // The address alone does not tell: what begins IPv4 in base::Address begins a network of IPv6.
  [[nodiscard]] bool is_v4() const { return length >= 96 && address.is_v4(); }
};

// "10.0.0.0/8", "2001:db8::/32", or a lone address; nothing if it is none, or has bits behind its
// length.
std::optional<Prefix> parse_prefix(std::string_view text);

// A path-compressed binary trie for each family, begun behind a table of its first bits, so that a
// look into a million networks passes a few nodes. Each network knows the next wider one.
class PrefixTrie {
public:
  void add(const Prefix &prefix, std::uint32_t value);
  // Once, when all are in.
  void seal();

  [[nodiscard]] std::size_t size() const { return v4_.networks.size() + v6_.networks.size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }

  // Calls hit(value) for each network that holds the address. Allocates nothing. IPv4 lies in no
  // network of IPv6.
  template <class Hit> void find(const base::Address &address, Hit &&hit) const {
    const bool v4 = address.is_v4();
    const Tree &tree = v4 ? v4_ : v6_;
    for (std::uint32_t n = tree.narrowest(key_of(address, v4)); n != kNone;
         n = tree.networks[n].wider)
      for (std::uint32_t i = 0; i < tree.networks[n].count; ++i)
        hit(tree.values[tree.networks[n].first + i]);
  }

private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  static constexpr unsigned kBits = 128, kMostDirect = 16;
  using Key = base::Wide; // the address from the highest bit on

  struct Entry { // as it was added
    Key key = 0;
    std::uint32_t value = 0;
    std::uint8_t length = 0;

    friend bool operator==(const Entry &, const Entry &) = default;
  };
  struct Network {
    std::uint32_t first = 0, count = 0; // of the values
    std::uint32_t wider = kNone;
  };
  struct Node {
    Key key = 0;
    std::uint32_t below[2] = {kNone, kNone}; // by the bit behind its length
    std::uint32_t network = kNone;           // kNone: it only forks
    std::uint8_t length = 0;
  };
  struct Tree {
    std::vector<Entry> entries; // until it is sealed
    std::vector<std::uint32_t> values;
    std::vector<Network> networks;
    std::vector<Node> nodes;
    unsigned direct = 0; // so many bits choose the place in these
    std::vector<std::uint32_t> roots;
    std::vector<std::uint32_t> covers; // the narrowest network that holds all of the place

    void seal();
    void take(const Entry &entry, std::uint32_t network);
    void insert(std::uint32_t *at, const Entry &entry, std::uint32_t network);
    std::uint32_t make(Key key, unsigned length, std::uint32_t network);
    [[nodiscard]] std::size_t place(Key key) const;
    [[nodiscard]] std::uint32_t narrowest(Key key) const;
  };

  static Key key_of(const base::Address &address, bool v4);

  Tree v4_, v6_;
};

} // namespace handspan::rules
