// How large a server has to be for a rate of traffic: from assumptions about the traffic and from
// what things cost.
#pragma once

#include "sizing/costs.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace handspan::sizing {

// What a rate of 1 Gbit/s brings if nothing else is said, and how long a connection lasts.
inline constexpr double kConnectionsPerGigabit = 2'000, kConnectionSeconds = 50;
inline constexpr double kMostBitsPerSecond = 100e12;

struct Load {
  double bits_per_second = 0;        // of the mirror, on the wire, both directions together
  double packet_bytes = 650;         // a frame without checksum, on average
  double connections_per_second = 0; // 0: by kConnectionsPerGigabit
  double connections = 0;            // open at once; 0: by kConnectionSeconds
  double tls_percent = 90;           // of the connections
  double record_seconds = 10;        // that a reader may be away
  double reserve_percent = 50;       // of a core: bursts, cold caches, what measurement flatters
};

// The same with nothing left out.
Load completed(Load load);

struct Memory { // in bytes
  double connections = 0, workers = 0, records = 0;
  double buffers = 0; // for packets, and DPDK itself: of hugepages, if there are any
  [[nodiscard]] double total() const { return connections + workers + records + buffers; }
};

// What goes into handspand.toml; limits are a worker's.
struct Keys {
  std::uint64_t flows = 0, track_facts = 0, tls_facts = 0, ring_bytes = 0;
};

struct Server {
  double packets_per_second = 0;
  double busy_cores = 0; // what the packets and handshakes take, without reserve
  std::uint64_t workers = 0, queues = 0, cores = 0;
  Memory memory;
  Keys keys;
};

Server server_for(const Load &load, const Costs &costs);

// "100G", "2.5G", "400M", in bits a second; none if it is no such number, 0 or over
// kMostBitsPerSecond.
std::optional<double> parse_rate(std::string_view text);
// "100 Gbit/s", "2.5 Gbit/s", "400 Mbit/s"
std::string rate_text(double bits_per_second);

} // namespace handspan::sizing
