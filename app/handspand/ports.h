// From the configuration to running DPDK ports, and who polls which of their queues.
#pragma once

#include "capture/bpf_filter.h"
#include "capture/eal.h"
#include "capture/pools.h"
#include "capture/port.h"
#include "capture/receiver.h"
#include "config/config.h"
#include "dispatch_choice.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace handspan::daemon {

// What a start with DPDK asks for; replay has a device of its own and needs no hardware.
struct CapturePlan {
  capture::EalOptions eal;
  capture::PoolOptions pools;
  std::vector<capture::PortOptions> ports; // their queues: as many as may be polled
  std::vector<std::string> filters;        // one for each port, maybe empty
  bool replay = false;

  // For either way, since which one it will be is known when the ports have been asked.
  config::Dispatch dispatch = config::Dispatch::automatic;
  unsigned workers = 1;
  std::uint16_t rss_queues = 1;
  std::vector<std::uint16_t> software_queues; // of each port
  std::uint32_t channel_slots = 0;
  capture::LcorePlan rss, software;
  config::Idle idle = config::Idle::automatic;
};

// `replay_device` empty: the ports of the configuration. False and `fault` if the CPUs that are
// wanted are not there, or the memory.
bool make_plan(const config::Config &config, const std::string &replay_device, CapturePlan &plan,
               capture::Fault &fault);

// In so many queues a capture is split for replay.
unsigned replay_queues(const config::Config &config);

// Everything of DPDK's that the daemon holds; taken down in the opposite order.
struct Capture {
  std::unique_ptr<capture::Eal> eal;
  std::unique_ptr<capture::Pools> pools;
  std::vector<std::unique_ptr<capture::CaptureFilter>> filters; // as ports; null: none
  std::vector<std::unique_ptr<capture::Port>> ports;
  Dispatch dispatch = Dispatch::rss;
  bool idlers_sleep = false;
  bool replay = false;

  Capture() = default;
  Capture(Capture &&) = default;
  Capture &operator=(Capture &&) = delete;
  ~Capture() {
    ports.clear();
    filters.clear();
    pools.reset();
    eal.reset();
  }

  // The ports are configured, but nothing arrives before start_ports(). What an operator should
  // know goes to the two lists, a line each.
  struct Remarks {
    std::vector<std::string> infos, warnings;
  };
  bool open(const CapturePlan &plan, capture::LogLine log, Remarks &remarks, capture::Fault &fault);
  // Lets packets in, and waits for the links of NICs that are not up yet, for at most so long; then
  // says which ones still are not.
  bool start_ports(base::Nanos link_wait, Remarks &remarks, capture::Fault &fault);

  // Queue i of every port, and i + pollers …, belong to poller i.
  [[nodiscard]] std::vector<capture::Source> sources_of(unsigned poller, unsigned pollers) const;
  // Whether the time of frames is the present one.
  [[nodiscard]] bool runs_by_clock() const;

private:
  bool open_devices(const CapturePlan &plan, capture::Fault &fault);
  bool choose(const CapturePlan &plan, Remarks &remarks, capture::Fault &fault);
  bool set_up(const CapturePlan &plan, capture::Fault &fault);
  bool try_rss(const CapturePlan &plan, std::vector<PortAbility> &abilities, capture::Fault &fault);
  void remark_places(const CapturePlan &plan, Remarks &remarks) const;
};

} // namespace handspan::daemon
