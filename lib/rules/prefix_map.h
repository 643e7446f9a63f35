// Networks (CIDR) of both families: which of up to a million hold this address?
#pragma once

#include "base/address.h"
#include "base/wide.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace handspan::rules {

struct Prefix {
  base::Address address;   // bits behind the length are zero
  std::uint8_t length = 0; // counted in the 128 bits of base::Address: of IPv4 from 96 on
};

// "10.0.0.0/8", "2001:db8::/32", or a lone address; nothing if it is none, or has bits behind its
// length.
std::optional<Prefix> parse_prefix(std::string_view text);

// The networks lie flat: sorted pieces of the address space, each with the narrowest network that
// holds it, which knows the next wider one. Found by halves.
class PrefixMap {
public:
  void add(const Prefix &prefix, std::uint32_t value) { networks_.push_back({prefix, value}); }
  void seal();

  [[nodiscard]] std::size_t size() const { return networks_.size(); }
  [[nodiscard]] bool empty() const { return networks_.empty(); }

  // Calls hit(value) for each network that holds the address. Allocates nothing.
  template <class Hit> void find(const base::Address &address, Hit &&hit) const {
    // What stands for IPv4 lies in a network of IPv6, and is not meant by it.
    const bool v4 = address.is_v4();
    for (std::uint32_t n = narrowest(address); n != kNone; n = networks_[n].wider)
      if (networks_[n].prefix.address.is_v4() == v4)
        hit(networks_[n].value);
  }

private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  using Number = base::Wide;

  struct Network {
    Prefix prefix;
    std::uint32_t value = 0;
    std::uint32_t wider = kNone;
  };
  static Number first(const Prefix &prefix);
  static Number last(const Prefix &prefix);
  void begin(Number at, std::uint32_t network);
  [[nodiscard]] std::uint32_t narrowest(const base::Address &address) const;

  std::vector<Network> networks_;
  std::vector<Number> begins_;         // of the pieces, ascending
  std::vector<std::uint32_t> network_; // of each piece; kNone: none holds it
};

} // namespace handspan::rules
