#include "capture/rss_check.h"

#include <algorithm>
#include <array>
#include <rte_byteorder.h>
#include <rte_thash.h>
#include <utility>

namespace handspan::capture {
namespace {

constexpr unsigned kConnections = 256; // of each kind
constexpr std::size_t kLongestTuple = RTE_THASH_V6_L4_LEN;

// Clients of many networks and ports at a handful of servers, always the same ones.
RssTuple known(unsigned i, bool v6) {
  const std::uint32_t mixed = (i + 1) * 2'654'435'769U;
  RssTuple tuple = {};
  tuple.v6 = v6;
  tuple.source[0] = v6 ? 0x20010db8 : 0x0a000000 | (mixed >> 8);
  tuple.target[0] = v6 ? 0x20010db8 : 0xc0000200 | (i % 7 + 1);
  if (v6) {
    tuple.source[1] = mixed;
    tuple.source[3] = i + 1;
    tuple.target[1] = 0xfeed;
    tuple.target[3] = i % 7 + 1;
  }
  tuple.source_port = static_cast<std::uint16_t>(1'024 + (mixed >> 17));
  tuple.target_port = i % 3 == 0 ? 443 : 8'080;
  return tuple;
}

RssTuple reversed(RssTuple tuple) {
  std::swap(tuple.source, tuple.target);
  std::swap(tuple.source_port, tuple.target_port);
  return tuple;
}

std::string told(const RssTuple &tuple, bool with_ports) {
  return std::string(tuple.v6 ? "IPv6" : "IPv4") + (with_ports ? " with ports" : " by addresses");
}

} // namespace

std::uint32_t rss_hash(const RssSetup &setup, const RssTuple &tuple, bool with_ports) {
  std::array<std::uint32_t, kLongestTuple> words;
  const std::size_t address = tuple.v6 ? 4 : 1;
  std::copy_n(tuple.source, address, words.begin());
  std::copy_n(tuple.target, address, words.begin() + static_cast<std::ptrdiff_t>(address));
  words[2 * address] = static_cast<std::uint32_t>(tuple.source_port) << 16 | tuple.target_port;
  const std::size_t length = 2 * address + (with_ports ? 1 : 0);
  // rte_softrss reads a word of the key beyond the tuple.
  std::vector<std::uint8_t> key = setup.key;
  key.resize(std::max(key.size(), (kLongestTuple + 1) * 4));
  return rte_softrss(words.data(), static_cast<std::uint32_t>(length), key.data());
}

std::string rss_fault(const RssSetup &setup, std::uint16_t queues) {
  const auto place = [&](std::uint32_t hash) -> std::uint32_t {
    return setup.queues.empty() ? hash : setup.queues[hash % setup.queues.size()];
  };
  for (const bool v6 : {false, true})
    for (const bool with_ports : {false, true}) {
      bool differ = false;
      const std::uint32_t first = place(rss_hash(setup, known(0, v6), with_ports));
      for (unsigned i = 0; i < kConnections; ++i) {
        const RssTuple tuple = known(i, v6);
        const std::uint32_t there = place(rss_hash(setup, tuple, with_ports));
        if (there != place(rss_hash(setup, reversed(tuple), with_ports)))
          return "the two directions of a connection come to different queues (" +
                 told(tuple, with_ports) + ")";
        if (!setup.queues.empty() && there >= queues)
          return "its table names queue " + std::to_string(there) + " of " + std::to_string(queues);
        differ |= there != first;
      }
      if (!differ && queues > 1)
        return "all connections come to one queue (" + told(known(0, v6), with_ports) + ")";
    }
  return {};
}

std::vector<std::uint16_t> even_table(std::size_t size, std::uint16_t queues) {
  std::vector<std::uint16_t> table(size);
  for (std::size_t i = 0; i < size; ++i)
    table[i] = static_cast<std::uint16_t>(i % queues);
  return table;
}

} // namespace handspan::capture
