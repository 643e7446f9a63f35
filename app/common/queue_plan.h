// Which queues, ways between threads and packet buffers a configuration comes to: the daemon makes
// them by this plan, and the doctor reckons by it.
#pragma once

#include "config/config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::app {

struct QueuePlan {
  // What can only end one way is planned for that way alone; automatic: for either, since which one
  // it will be is known when the ports have been asked.
  config::Dispatch dispatch = config::Dispatch::automatic;
  std::vector<std::string> devices;
  std::uint16_t rss_queues = 1;
  // Of each device.
  std::vector<std::uint16_t> software_queues;
  std::vector<std::uint16_t> most_queues; // that may be polled
  std::uint32_t channel_slots = 0;
  std::uint64_t queue_mbufs = 0;   // packet buffers of the queues
  std::uint64_t channel_mbufs = 0; // of what waits between receivers and workers

  [[nodiscard]] std::uint64_t mbufs() const { return queue_mbufs + channel_mbufs; }
};

// `replay_device` empty: the ports of the configuration.
QueuePlan plan_queues(const config::Config &config, const std::string &replay_device = "");

} // namespace handspan::app
