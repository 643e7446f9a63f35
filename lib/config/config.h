// The daemon's configuration: plain values with their defaults, filled from a TOML file. The keys,
// their units and bounds: keys.cc; for people: conf/handspand.toml.
#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::config {

// Bounds the depth of "a.a.a…" too, which toml++ walks by recursion.
inline constexpr std::size_t kMaxFileBytes = 32 << 10;

struct Instance {
  std::string name = "default"; // names the folder of the shared segment
  std::string runtime_dir;      // empty: /run/handspand for root, else by the user
  std::string probe;            // what records call it; empty: the machine's host name
  friend bool operator==(const Instance &, const Instance &) = default;
};

enum class LogLevel : std::uint8_t { trace, debug, info, warning, error };

struct Log {
  LogLevel level = LogLevel::info;
  std::string file; // empty: standard error
  friend bool operator==(const Log &, const Log &) = default;
};

struct Dpdk {
  std::vector<std::string> eal_args; // handed to rte_eal_init after the daemon's own
  std::uint32_t memory_mib = 0;      // 0: as EAL decides
  friend bool operator==(const Dpdk &, const Dpdk &) = default;
};

// How packets come to the workers: each polls queues of its own (rss), or receiving cores spread
// them (software); chosen for the devices at start (automatic).
enum class Dispatch : std::uint8_t { automatic, rss, software };

struct Capture {
  std::vector<std::string> ports; // PCI addresses or virtual devices with their arguments
  Dispatch dispatch = Dispatch::automatic;
  std::uint32_t receivers = 1;                // receiving cores, where dispatch is software
  std::vector<std::uint16_t> receiver_lcores; // empty: as the daemon likes; else `receivers` ones
  std::uint32_t dispatch_ring = 4'096;        // packets between a receiver and a worker
  std::vector<std::string> filters;           // tcpdump's syntax; none, one for all, one a port
  base::Nanos link_wait = 5 * base::kSecond;
  std::uint32_t queues = 0;             // of each port; 0: as many as are polled
  std::uint32_t rx_descriptors = 1'024; // of each queue
  std::uint32_t mbufs = 16'384;         // packet buffers for each queue
  std::uint32_t mbuf_cache = 256;       // of them, kept at hand by each core
  std::uint32_t mtu = 1'500;            // bytes
  bool promiscuous = true;
  friend bool operator==(const Capture &, const Capture &) = default;
};

inline constexpr std::int32_t kAnyLcore = -1;
inline constexpr std::uint64_t kMaxRingBytes = std::uint64_t{16} << 30;

// What a thread does that found nothing to do for a while; automatic: sleep where cores are shared.
enum class Idle : std::uint8_t { automatic, spin, sleep };

struct Workers {
  std::uint32_t count = 1;
  std::vector<std::uint16_t> lcores;   // empty: as EAL gives them; else `count` distinct ones
  std::int32_t main_lcore = kAnyLcore; // control
  Idle idle = Idle::automatic;         // of workers and receivers
  friend bool operator==(const Workers &, const Workers &) = default;
};

// Of one worker. As in inspect/settings.h and inspect/story_pool.h, and the sizes of the rings.
struct Limits {
  std::uint32_t flows = 262'144;
  std::uint32_t tracks = 65'536;
  std::uint32_t track_facts = 1'310'720;
  std::uint32_t half_open_share = 50; // of flows, in per cent
  std::uint32_t one_sided_share = 25;
  std::uint32_t tls_sessions = 65'536;
  std::uint32_t tls_facts = 2'621'440;
  std::uint32_t hello_buffers = 4'096;
  std::uint32_t message_buffers = 256;
  std::uint32_t message_bytes = 65'536;
  std::uint32_t certificates = 16'384;
  std::uint32_t segment_buffers = 8'192;
  std::uint32_t segments_per_side = 64;
  std::uint32_t known_servers = 4'096;
  std::uint32_t fragmented_datagrams = 256;
  std::uint32_t first_streams = 4'096;
  std::uint32_t counted_rules = 4'096;
  std::uint64_t ring_bytes = std::uint64_t{32} << 20;
  std::uint32_t story_buffers = 32'768;
  std::uint32_t story_packets = 64;
  std::uint64_t story_bytes = std::uint64_t{8} << 20;
  std::uint64_t failure_bytes = std::uint64_t{4} << 20;
  friend bool operator==(const Limits &, const Limits &) = default;
};

struct Timeouts {
  base::Nanos syn = 5 * base::kSecond;
  base::Nanos established = 300 * base::kSecond;
  base::Nanos one_sided = 60 * base::kSecond;
  base::Nanos closing = 10 * base::kSecond;
  base::Nanos closed = 1 * base::kSecond;
  friend bool operator==(const Timeouts &, const Timeouts &) = default;
};

// Of which connections the facts of single packets are handed on.
enum class PacketFacts : std::uint8_t { off, failed, all };

// Of TCP segments whose checksum is wrong.
enum class Checksums : std::uint8_t { off, count, drop };

struct Tracking {
  bool vlan_in_key = false;
  bool handshake_events = true;
  PacketFacts packet_facts = PacketFacts::failed;
  Checksums checksums = Checksums::off;
  friend bool operator==(const Tracking &, const Tracking &) = default;
};

// A failed connection and the next try. The daemon tells the window to who reads its records.
struct Retries {
  base::Nanos window = 30 * base::kSecond;
  friend bool operator==(const Retries &, const Retries &) = default;
};
inline constexpr base::Nanos kMinRetryWindow = base::kSecond,
                             kMaxRetryWindow = 3'600 * base::kSecond;

struct Rules {
  std::string file;               // or a folder of them; empty: no rules
  std::string cache;              // folder of compiled patterns; empty: none are kept
  std::uint32_t first_bytes = 64; // of a side, that rules are held against
  friend bool operator==(const Rules &, const Rules &) = default;
};

struct Config {
  Instance instance;
  Log log;
  Dpdk dpdk;
  Capture capture;
  Workers workers;
  Limits limits;
  Timeouts timeouts;
  Tracking tracking;
  Retries retries;
  Rules rules;
  friend bool operator==(const Config &, const Config &) = default;
};

struct Fault {
  std::string file;
  std::uint32_t line = 0;   // 0: the fault has no place of its own
  std::uint32_t column = 0; // in characters, from 1
  std::string what;         // one line: the key, what is wrong, what would be right

  // "handspand.toml:12:9: limits.flows is 5, but must be …"
  [[nodiscard]] std::string text() const;
};

// Where the keys stand that a file gives, by their full names ("capture.filters").
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};
using Places = std::map<std::string, Place, std::less<>>;

// Reads a configuration. Nothing, and every fault that was found, in the order of the file, if any
// key, type or value is wrong. Relative paths in it are taken from the folder of the file.
// `places`, unless null, is for who finds out later that a value is wrong.
std::optional<Config> load(const std::string &path, std::vector<Fault> &faults,
                           Places *places = nullptr);

// The same from text; `file` names it in faults and gives the folder.
std::optional<Config> parse(std::string_view toml, const std::string &file,
                            std::vector<Fault> &faults, Places *places = nullptr);

// A key whose value differs, with both values as they would stand in the file.
struct Change {
  std::string key; // "timeouts.syn"
  std::string before, after;
};

// What is different in the second, in the order of the keys.
std::vector<Change> changes(const Config &before, const Config &after);

} // namespace handspan::config
