// A receiving core's way out: each frame of a burst goes to the worker that follows its connection.
#pragma once

#include "capture/channel.h"
#include "capture/receiver.h"
#include "capture/steer.h"

#include <array>
#include <atomic>
#include <vector>

namespace handspan::capture {

class Dispatcher {
public:
  // What happens to a frame whose worker's ring is full: live it is dropped and counted; a replay
  // waits for the worker.
  enum class WhenFull { drop, wait };

  // `channels`: one for each worker, in their order; they outlive the dispatcher. Packet buffers
  // must have room for a stamp (has_room()).
  Dispatcher(const Steer &steer, std::vector<Channel *> channels, WhenFull when_full,
             const std::atomic<bool> &stop);

  static bool has_room();

  // Hands the receiver's present burst on; the receiver has nothing to release then.
  void hand_on(Receiver &receiver);

  // No more will come.
  void close();

private:
  struct Stage {
    std::size_t count = 0;
    std::array<rte_mbuf *, kBurst> mbufs;
  };
  std::size_t flush(std::size_t worker);

  Steer steer_;
  std::vector<Channel *> channels_;
  std::vector<Stage> stages_; // as channels_
  WhenFull when_full_;
  const std::atomic<bool> &stop_; // ends the waiting
  int stamp_;
};

} // namespace handspan::capture
