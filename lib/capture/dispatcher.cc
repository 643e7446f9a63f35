#include "capture/dispatcher.h"

#include "capture/stamp.h"

#include <rte_mbuf.h>
#include <rte_pause.h>
#include <rte_ring.h>

namespace handspan::capture {

Dispatcher::Dispatcher(const Steer &steer, std::vector<Channel *> channels, WhenFull when_full,
                       const std::atomic<bool> &stop)
    : steer_(steer), channels_(std::move(channels)), stages_(channels_.size()),
      when_full_(when_full), stop_(stop), stamp_(stamp_place()) {}

bool Dispatcher::has_room() {
  return stamp_place() >= 0;
}

void Dispatcher::hand_on(Receiver &receiver) {
  Burst &burst = receiver.burst();
  const bool envelope = receiver.sources()[receiver.current()].times == TimeSource::envelope;
  for (std::size_t i = 0; i < burst.size(); ++i) {
    const wire::Frame &frame = burst.frame(i);
    stamp_of(burst.mbuf(i), stamp_) = {frame.time, frame.port, envelope, 0};
    Stage &stage = stages_[steer_.worker_of(frame)];
    stage.mbufs[stage.count++] = &burst.mbuf(i);
  }
  std::size_t dropped = 0;
  for (std::size_t worker = 0; worker < stages_.size(); ++worker)
    if (stages_[worker].count != 0)
      dropped += flush(worker);
  receiver.counts(receiver.current()).dropped += dropped;
  burst.give_away();
}

std::size_t Dispatcher::flush(std::size_t worker) {
  Stage &stage = stages_[worker];
  Channel &channel = *channels_[worker];
  rte_mbuf **mbufs = stage.mbufs.data();
  std::size_t left = stage.count;
  stage.count = 0;
  for (;;) {
    const unsigned taken = rte_ring_sp_enqueue_burst(channel.ring, reinterpret_cast<void **>(mbufs),
                                                     static_cast<unsigned>(left), nullptr);
    mbufs += taken;
    left -= taken;
    if (left == 0)
      return 0;
    if (when_full_ == WhenFull::drop || stop_.load(std::memory_order_relaxed))
      break;
    rte_pause();
  }
  rte_pktmbuf_free_bulk(mbufs, static_cast<unsigned>(left));
  channel.dropped.store(channel.dropped.load(std::memory_order_relaxed) + left,
                        std::memory_order_relaxed);
  return left;
}

void Dispatcher::close() {
  for (Channel *channel : channels_)
    channel->closed.store(true, std::memory_order_release);
}

} // namespace handspan::capture
