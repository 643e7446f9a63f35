// A port of the probe: a NIC that is bound to DPDK or a virtual device, with its receive queues.
#pragma once

#include "capture/af_packet.h"
#include "capture/device.h"
#include "capture/fault.h"
#include "capture/nic_clock.h"
#include "capture/pools.h"
#include "capture/tally.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct rte_eth_dev_info;
struct rte_eth_conf;
struct rte_flow;

namespace handspan::capture {

struct PortOptions {
  std::string device;       // a PCI address, or a virtual device: "net_pcap0,rx_pcap=/x.pcap"
  std::uint16_t queues = 1; // at most
  std::uint16_t descriptors = 1024; // of each queue; brought into the device's bounds
  bool promiscuous = true;
  std::uint16_t mtu = 0; // 0 = as the device has it
};

// Where the time of a frame comes from.
enum class TimeSource : std::uint8_t {
  clock,    // the worker's clock, one reading a burst
  micros,   // the driver's time field holds microseconds since the epoch (net_pcap)
  envelope, // the file was written by ReplayEnvelope, which tells it with every frame
  nic,      // the driver's time field holds the NIC's own counter
};

// Since the start; none ever falls.
struct PortCounters {
  std::uint64_t received_packets = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t missed = 0; // no descriptor was free; of net_af_packet, no place in its ring
  std::uint64_t no_mbuf = 0;
  std::uint64_t errors = 0;
};

// Attached by open(), configured by set_up(), stopped and closed by the destructor.
class Port {
public:
  static std::unique_ptr<Port> open(const PortOptions &options, Fault &fault);
  ~Port();
  Port(const Port &) = delete;
  Port &operator=(const Port &) = delete;

  // Makes `queues` receive queues, between which a device that can spreads both directions of a
  // connection alike. With `fewer_will_do` a device that has fewer gets those. May be called anew
  // after stop(). False and `fault` if the device refuses.
  struct Setup {
    std::uint16_t queues = 1;
    bool fewer_will_do = false;
  };
  bool set_up(const Setup &setup, Pools &pools, Fault &fault);

  // Lets packets in. False and `fault` if the device refuses.
  bool start(Fault &fault);
  void stop();

  // Of a started port that spreads.
  struct SpreadProof {
    bool is_told = true; // else the driver does not say what it hashes with, and nothing is proven
    std::string fault;   // why both directions of a connection would not meet; empty: they do
  };
  [[nodiscard]] SpreadProof prove_spread() const;

  [[nodiscard]] std::uint16_t id() const { return id_; } // DPDK's number
  [[nodiscard]] const std::string &name() const { return name_; }
  [[nodiscard]] const std::string &driver() const { return driver_; }
  [[nodiscard]] bool is_virtual() const { return is_virtual_; }
  [[nodiscard]] std::uint16_t queues() const { return queues_; }
  [[nodiscard]] int socket() const;
  [[nodiscard]] TimeSource times() const { return times_; }
  [[nodiscard]] bool can_spread() const { return can_spread_; }     // has RSS for IPv4 and IPv6
  [[nodiscard]] bool spreads() const { return spreads_; }           // RSS is on
  [[nodiscard]] bool sorts_ends() const { return !flows_.empty(); } // symmetric Toeplitz

  // Asks the device for its numbers, which counters() and queue_missed() then tell. To be called
  // about once a second, by the thread that reads them.
  void read_counters();
  [[nodiscard]] PortCounters counters() const;
  // Frames that the device dropped at a queue, where its driver keeps numbers by queue; else 0.
  [[nodiscard]] std::uint64_t queue_missed(std::uint16_t queue) const {
    return queues_missed_[queue].sum();
  }
  // The kernel's interface that it watches or makes (net_af_packet, net_tap); empty: none.
  [[nodiscard]] std::string interface() const;
  [[nodiscard]] bool link_up() const; // true also where the driver does not tell

  // The NIC's clock, where times() is nic: to be read about once a second by one thread.
  void read_clock();
  [[nodiscard]] const SharedScale &scale() const { return scale_; }

  // What an operator should know of it, a line each.
  [[nodiscard]] const std::vector<std::string> &notes() const { return notes_; }

private:
  explicit Port(const PortOptions &options) : options_(options) {}
  bool look(Fault &fault);
  [[nodiscard]] rte_eth_conf configuration(const rte_eth_dev_info &info);
  bool set_mtu(Fault &fault);
  void set_modes();
  bool make_queues(Pools &pools, Fault &fault);
  [[nodiscard]] std::uint16_t sending_queues(const rte_eth_dev_info &info) const;
  bool make_sending_queues(std::uint16_t descriptors, Fault &fault);
  void check_clock();
  void note(const std::string &text) { notes_.push_back("port " + name_ + " " + text); }
  void begin_counters();

  // Of port_rss.cc.
  void look_for_rss(const rte_eth_dev_info &info);
  void ask_for_rss(rte_eth_conf &conf) const;
  void apply_rss();
  void sort_ends();
  void drop_flows();

  PortOptions options_;
  std::uint16_t id_ = 0;
  std::uint16_t queues_ = 0;
  std::uint16_t sending_queues_ = 0;
  std::string name_;
  std::string driver_;
  TimeSource times_ = TimeSource::clock;
  bool can_spread_ = false;
  bool spreads_ = false;
  bool is_virtual_ = false;
  bool started_ = false;
  std::uint64_t rss_fields_ = 0; // RTE_ETH_RSS_… that the device hashes by
  std::uint8_t key_length_ = 0;
  std::uint16_t table_size_ = 0; // of the indirection table; 0: none
  std::vector<rte_flow *> flows_;
  struct Tallies {
    Tally packets, bytes, missed, no_mbuf, errors;
  } tallies_;
  std::vector<Tally> queues_missed_; // by queue
  PacketSockets kernel_;             // of net_af_packet
  std::uint64_t kernel_dropped_ = 0;
  NicDrift drift_;
  SharedScale scale_;
  std::vector<std::string> notes_;
};

} // namespace handspan::capture
