#include "capture/receiver.h"

#include "capture/envelope.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>

namespace handspan::capture {
namespace {

bool is_bad(std::uint64_t flags) {
  return (flags & RTE_MBUF_F_RX_IP_CKSUM_MASK) == RTE_MBUF_F_RX_IP_CKSUM_BAD ||
         (flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == RTE_MBUF_F_RX_L4_CKSUM_BAD;
}

// Whether the time goes on while nothing comes.
bool runs_by_clock(TimeSource times) {
  return times == TimeSource::clock || times == TimeSource::nic;
}

} // namespace

Receiver::Receiver(std::vector<Source> sources, std::optional<std::uint64_t> limit)
    : sources_(std::move(sources)), counts_(sources_.size()), limit_(limit) {
  // Fails only if no field of a buffer is left; then the clock serves.
  if (rte_mbuf_dyn_rx_timestamp_register(&time_field_, &time_flag_) != 0)
    time_flag_ = 0;
}

std::span<const wire::Frame> Receiver::receive(std::uint64_t ticks) {
  if (sources_.empty())
    return {};
  current_ = next_;
  next_ = next_ + 1 < sources_.size() ? next_ + 1 : 0;
  const Source &source = sources_[current_];
  burst_.hold(rte_eth_rx_burst(source.port, source.queue, burst_.places(), kBurst));
  if (burst_.size() == 0) {
    if (runs_by_clock(source.times))
      now_ = clock_.at(ticks);
    return {};
  }
  burst_.prefetch();
  taken_ += burst_.size();
  QueueCounts &counts = counts_[current_];
  show(source, clock_.at(ticks), counts);
  now_ = burst_.frame(burst_.size() - 1).time;
  if (source.filter != nullptr)
    filter(*source.filter, counts);
  return burst_.frames();
}

void Receiver::show(const Source &source, base::Nanos clock_time, QueueCounts &counts) {
  const NicScale scale = source.times == TimeSource::nic ? source.scale->read() : NicScale{};
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < burst_.size(); ++i) {
    burst_.show(i);
    wire::Frame &frame = burst_.frame(i);
    frame.time = clock_time + static_cast<base::Nanos>(i); // their order stays
    frame.port = source.index;
    if (source.times != TimeSource::clock)
      take_device_time(source.times, scale, i);
    if (is_bad(burst_.mbuf(i).ol_flags)) [[unlikely]]
      ++counts.bad_checksum;
    bytes += frame.length;
  }
  counts.received_packets += burst_.size();
  counts.received_bytes += bytes;
}

void Receiver::take_device_time(TimeSource times, const NicScale &scale, std::size_t i) {
  wire::Frame &frame = burst_.frame(i);
  if (times == TimeSource::envelope)
    return open_envelope(frame);
  const rte_mbuf &mbuf = burst_.mbuf(i);
  if ((mbuf.ol_flags & time_flag_) == 0)
    return;
  const auto stamp = *RTE_MBUF_DYNFIELD(&mbuf, time_field_, const rte_mbuf_timestamp_t *);
  if (times == TimeSource::micros)
    frame.time = static_cast<base::Nanos>(stamp * 1'000);
  else if (scale.known())
    frame.time = scale.at(stamp);
}

void Receiver::filter(const CaptureFilter &filter, QueueCounts &counts) {
  const std::size_t before = burst_.size();
  const std::uint64_t all = ~std::uint64_t{0} >> (kBurst - before);
  const std::uint64_t wanted = filter.wanted(burst_);
  if (wanted == all)
    return;
  burst_.keep(wanted);
  counts.filtered += before - burst_.size();
}

} // namespace handspan::capture
