// A port of the probe: a NIC that is bound to DPDK or a virtual device, with its receive queues.
#pragma once

#include "capture/fault.h"
#include "capture/pools.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace handspan::capture {

struct PortOptions {
  std::string device; // a PCI address, or a virtual device: "net_pcap0,rx_pcap=/x.pcap"
  std::uint16_t queues = 1;
  std::uint16_t descriptors = 1024; // of each queue; brought into the device's bounds
  bool promiscuous = true;
  std::uint16_t mtu = 0; // 0 = as the device has it
};

// "0000:3b:00.0" or "3b:00.0", maybe with arguments behind a comma: such a device must be among
// EalOptions::pci_devices.
bool is_pci_address(std::string_view device);

// Where the time of a frame comes from.
enum class TimeSource : std::uint8_t {
  clock,    // the worker's clock, one reading a burst
  micros,   // the driver's time field holds microseconds since the epoch (net_pcap)
  envelope, // the file was written by ReplayEnvelope, which tells it with every frame
};

struct PortCounters {
  std::uint64_t received_packets = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t missed = 0; // no descriptor was free
  std::uint64_t no_mbuf = 0;
  std::uint64_t errors = 0;
};

// Opened and started by open(), stopped and closed by the destructor.
class Port {
public:
  static std::unique_ptr<Port> open(const PortOptions &options, Pools &pools, Fault &fault);
  ~Port();
  Port(const Port &) = delete;
  Port &operator=(const Port &) = delete;

  // Lets packets in. False and `fault` if the device refuses.
  bool start(Fault &fault);

  [[nodiscard]] std::uint16_t id() const { return id_; } // DPDK's number
  [[nodiscard]] const std::string &name() const { return name_; }
  [[nodiscard]] const std::string &driver() const { return driver_; }
  [[nodiscard]] std::uint16_t queues() const { return queues_; }
  [[nodiscard]] int socket() const;
  [[nodiscard]] TimeSource times() const { return times_; }
  [[nodiscard]] bool spreads() const { return spreads_; } // symmetric RSS is on
  [[nodiscard]] PortCounters counters() const;

private:
  Port() = default;
  bool configure(const PortOptions &options, Fault &fault);
  bool make_queues(const PortOptions &options, Pools &pools, Fault &fault);
  [[nodiscard]] std::uint16_t sending_queues() const;

  std::uint16_t id_ = 0;
  std::uint16_t queues_ = 0;
  std::string name_;
  std::string driver_;
  TimeSource times_ = TimeSource::clock;
  bool spreads_ = false;
  bool is_virtual_ = false;
  bool started_ = false;
};

} // namespace handspan::capture
