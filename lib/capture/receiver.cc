#include "capture/receiver.h"

#include "capture/envelope.h"

#include <algorithm>
#include <cstring>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>

namespace handspan::capture {

Receiver::Receiver(std::vector<Source> sources)
    : sources_(std::move(sources)), linear_(new std::uint8_t[kBurst * kLongest]) {
  // Fails only if no field of a buffer is left; then the clock serves.
  if (rte_mbuf_dyn_rx_timestamp_register(&time_field_, &time_flag_) != 0)
    time_flag_ = 0;
}

Receiver::~Receiver() {
  release();
}

std::span<const wire::Frame> Receiver::receive(std::uint64_t ticks) {
  const Source &source = sources_[next_];
  next_ = next_ + 1 < sources_.size() ? next_ + 1 : 0;
  count_ = rte_eth_rx_burst(source.port, source.queue, mbufs_.data(), kBurst);
  if (count_ == 0) {
    if (source.times == TimeSource::clock)
      now_ = clock_.at(ticks);
    return {};
  }
  for (std::uint16_t i = 0; i < count_; ++i)
    rte_prefetch0(rte_pktmbuf_mtod(mbufs_[i], const void *));
  const base::Nanos clock_time = clock_.at(ticks);
  for (std::uint16_t i = 0; i < count_; ++i)
    show(source, *mbufs_[i], clock_time, frames_[i]);
  now_ = frames_[count_ - 1U].time;
  return {frames_.data(), count_};
}

void Receiver::show(const Source &source, const rte_mbuf &mbuf, base::Nanos clock_time,
                    wire::Frame &frame) {
  frame = wire::Frame{};
  frame.data = rte_pktmbuf_mtod(&mbuf, const std::uint8_t *);
  frame.captured = mbuf.data_len;
  frame.length = mbuf.pkt_len;
  frame.time = clock_time;
  frame.port = source.index;
  if (mbuf.nb_segs > 1) [[unlikely]]
    linearize(mbuf, frame);
  if (source.times == TimeSource::clock)
    return;
  if (source.times == TimeSource::envelope)
    open_envelope(frame);
  else if ((mbuf.ol_flags & time_flag_) != 0)
    frame.time = static_cast<base::Nanos>(
        *RTE_MBUF_DYNFIELD(&mbuf, time_field_, const rte_mbuf_timestamp_t *) * 1'000);
}

void Receiver::linearize(const rte_mbuf &mbuf, wire::Frame &frame) {
  std::uint8_t *const to = linear_.get() + linear_used_;
  std::size_t used = 0;
  for (const rte_mbuf *segment = &mbuf; segment != nullptr; segment = segment->next) {
    const std::size_t n = std::min<std::size_t>(segment->data_len, kLongest - used);
    std::memcpy(to + used, rte_pktmbuf_mtod(segment, const std::uint8_t *), n);
    used += n;
  }
  linear_used_ += used;
  frame.data = to;
  frame.captured = static_cast<std::uint32_t>(used);
  ++linearized_;
}

void Receiver::release() {
  if (count_ != 0)
    rte_pktmbuf_free_bulk(mbufs_.data(), count_);
  count_ = 0;
  linear_used_ = 0;
}

} // namespace handspan::capture
