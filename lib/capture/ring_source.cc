#include "capture/ring_source.h"

#include "capture/envelope.h"
#include "capture/stamp.h"

#include <algorithm>
#include <rte_mbuf.h>
#include <rte_ring.h>

namespace handspan::capture {
namespace {

// How far ahead a buffer's own lines are fetched, and how far the bytes of its frame: the second
// needs the first.
constexpr std::size_t kMbufsAhead = 8;

void fetch(rte_mbuf *mbuf) {
  rte_prefetch0(mbuf);
  rte_mbuf_prefetch_part2(mbuf); // the stamp
}

} // namespace

RingSource::RingSource(std::vector<Channel *> channels, bool by_clock)
    : channels_(std::move(channels)), by_clock_(by_clock), stamp_(stamp_place()) {}

std::span<const wire::Frame> RingSource::receive(std::uint64_t ticks) {
  Channel &channel = *channels_[next_];
  next_ = next_ + 1 < channels_.size() ? next_ + 1 : 0;
  burst_.hold(rte_ring_sc_dequeue_burst(channel.ring, reinterpret_cast<void **>(burst_.places()),
                                        kBurst, nullptr));
  const std::size_t count = burst_.size();
  if (count == 0) {
    if (by_clock_)
      now_ = clock_.at(ticks);
    return {};
  }
  for (std::size_t i = 0; i < std::min(count, kMbufsAhead); ++i)
    fetch(&burst_.mbuf(i));
  for (std::size_t i = 0; i < count; ++i) {
    if (i + kMbufsAhead < count)
      fetch(&burst_.mbuf(i + kMbufsAhead));
    show(i);
  }
  taken_ += count;
  now_ = burst_.frame(count - 1).time;
  return burst_.frames();
}

void RingSource::show(std::size_t i) {
  const Stamp stamp = stamp_of(burst_.mbuf(i), stamp_);
  burst_.show(i);
  wire::Frame &frame = burst_.frame(i);
  __builtin_prefetch(frame.data);
  frame.time = stamp.time;
  frame.port = stamp.port;
  if (stamp.envelope != 0)
    open_envelope(frame);
}

bool RingSource::ended() const {
  return std::all_of(channels_.begin(), channels_.end(), [](const Channel *channel) {
    // In this order: what was put in before the end is seen then.
    return channel->closed.load(std::memory_order_acquire) && rte_ring_empty(channel->ring) != 0;
  });
}

std::uint64_t RingSource::dropped() const {
  std::uint64_t sum = 0;
  for (const Channel *channel : channels_)
    sum += channel->dropped.load(std::memory_order_relaxed);
  return sum;
}

} // namespace handspan::capture
