// A capture file made ready to go through DPDK's net_pcap device, a queue for each worker.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace handspan::daemon {

// Files without a name, one a queue: they vanish with the process, however it ends.
class ReplayFiles {
public:
  // Copies `path` into one file for each of `queues`, both directions of a connection into the same
  // one, the order of the packets kept; each frame gets its capture::ReplayEnvelope. Nothing, and
  // `fault` one line, if the capture can't be read to its end, holds no packet, or has a link type
  // that a port can't deliver.
  static std::optional<ReplayFiles> prepare(const std::string &path, unsigned queues,
                                            std::string &fault);
  ReplayFiles(ReplayFiles &&) noexcept = default;
  ReplayFiles &operator=(ReplayFiles &&other) noexcept {
    queues_.swap(other.queues_);
    end_ = other.end_;
    return *this;
  }
  ~ReplayFiles();

  // The virtual device that delivers them: "net_pcap_replay,rx_pcap=…,rx_pcap=…".
  [[nodiscard]] std::string device() const;
  // How many packets wait in a queue.
  [[nodiscard]] std::uint64_t packets(unsigned queue) const { return queues_[queue].packets; }

  // When the last packet of the whole capture came.
  [[nodiscard]] base::Nanos end() const { return end_; }

private:
  struct Queue {
    int file = -1;
    std::uint64_t packets = 0;
  };
  explicit ReplayFiles(base::Nanos end) : end_(end) {}
  std::vector<Queue> queues_;
  base::Nanos end_ = base::kNever;
};

} // namespace handspan::daemon
