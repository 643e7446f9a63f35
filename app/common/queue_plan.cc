#include "common/queue_plan.h"

#include "capture/device_names.h"
#include "capture/frame_source.h"

#include <algorithm>

namespace handspan::app {
namespace {

using config::Dispatch;

// Replayed frames may be as long as 64 KiB, of 32 buffers; a burst of them must find room.
constexpr std::uint64_t kReplayMbufs = 4'096;
constexpr std::uint64_t kLongestFrame = 32; // buffers
constexpr std::uint32_t kReplaySlots = 128; // of a channel in a replay, which waits for them

std::uint32_t divided(std::uint32_t n, std::size_t by) {
  return static_cast<std::uint32_t>((n + by - 1) / by);
}

// In software dispatch one queue a port will do, unless there are more receivers than ports, or the
// device spreads by itself over the queues that its arguments made.
std::uint16_t software_queues(const config::Config &config, const std::string &device,
                              std::size_t ports) {
  const std::uint32_t wanted =
      config.capture.queues != 0 ? config.capture.queues : divided(config.capture.receivers, ports);
  return std::max(static_cast<std::uint16_t>(wanted), capture::queues_by_arguments(device));
}

void plan_buffers(const config::Config &config, bool replay, QueuePlan &plan) {
  std::uint64_t queues = 0;
  for (const std::uint16_t of_port : plan.most_queues)
    queues += of_port;
  const std::uint64_t each =
      std::max(std::uint64_t{config.capture.mbufs}, replay ? kReplayMbufs : 0);
  plan.queue_mbufs = each * queues;
  if (plan.dispatch == Dispatch::rss)
    return;
  const std::uint64_t places =
      std::uint64_t{plan.channel_slots} * config.capture.receivers + capture::kBurst;
  plan.channel_mbufs = places * config.workers.count * (replay ? kLongestFrame : 1);
}

} // namespace

QueuePlan plan_queues(const config::Config &config, const std::string &replay_device) {
  const bool replay = !replay_device.empty();
  QueuePlan plan;
  plan.dispatch = config.capture.dispatch;
  if (plan.dispatch == Dispatch::automatic && (replay || config.workers.count == 1))
    plan.dispatch = Dispatch::rss;
  plan.channel_slots = replay ? kReplaySlots : config.capture.dispatch_ring;
  plan.devices = replay ? std::vector{replay_device} : config.capture.ports;
  plan.rss_queues = static_cast<std::uint16_t>(config.capture.queues != 0 ? config.capture.queues
                                                                          : config.workers.count);
  for (const std::string &device : plan.devices) {
    const std::uint16_t software =
        replay ? std::uint16_t{1} : software_queues(config, device, plan.devices.size());
    plan.software_queues.push_back(software);
    plan.most_queues.push_back(plan.dispatch == Dispatch::rss ? plan.rss_queues
                               : plan.dispatch == Dispatch::software
                                   ? software
                                   : std::max(plan.rss_queues, software));
  }
  plan_buffers(config, replay, plan);
  return plan;
}

} // namespace handspan::app
