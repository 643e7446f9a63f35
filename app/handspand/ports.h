// From the configuration to running DPDK ports, and who polls which of their queues.
#pragma once

#include "capture/eal.h"
#include "capture/pools.h"
#include "capture/port.h"
#include "capture/receiver.h"
#include "config/config.h"

#include <memory>
#include <string>
#include <vector>

namespace handspan::daemon {

// What a start with DPDK asks for; replay has a device of its own and needs no hardware.
struct CapturePlan {
  capture::EalOptions eal;
  capture::PoolOptions pools;
  std::vector<capture::PortOptions> ports;
  bool replay = false;
};

// `replay_device` empty: the ports of the configuration. False and `fault` if the CPUs that are
// wanted are not there.
bool make_plan(const config::Config &config, const std::string &replay_device, CapturePlan &plan,
               capture::Fault &fault);

// Everything of DPDK's that the daemon holds; taken down in the opposite order.
struct Capture {
  std::unique_ptr<capture::Eal> eal;
  std::unique_ptr<capture::Pools> pools;
  std::vector<std::unique_ptr<capture::Port>> ports;

  Capture() = default;
  Capture(Capture &&) = default;
  Capture &operator=(Capture &&) = delete;
  ~Capture() {
    ports.clear();
    pools.reset();
    eal.reset();
  }

  // The ports are configured, but nothing arrives before start_ports().
  bool open(const CapturePlan &plan, capture::LogLine log, capture::Fault &fault);
  bool start_ports(capture::Fault &fault);
};

// Queue i of every port belongs to worker i modulo the number of workers.
std::vector<capture::Source> sources_of(unsigned worker, unsigned workers, const Capture &capture,
                                        bool replay);

} // namespace handspan::daemon
