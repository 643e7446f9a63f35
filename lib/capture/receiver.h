// An end of the ports: one burst of packet buffers a call, shown as frames. A worker has one, or
// where dispatch is software, a receiving core.
#pragma once

#include "capture/bpf_filter.h"
#include "capture/burst.h"
#include "capture/clock.h"
#include "capture/frame_source.h"
#include "capture/nic_clock.h"
#include "capture/port.h"

#include <optional>
#include <vector>

namespace handspan::capture {

// One queue of one port, as a receiver polls it. What it points to belongs to the port.
struct Source {
  std::uint16_t port = 0;  // DPDK's number
  std::uint16_t queue = 0; // of that port
  std::uint16_t index = 0; // becomes Frame::port
  TimeSource times = TimeSource::clock;
  const CaptureFilter *filter = nullptr; // null: everything is wanted
  const SharedScale *scale = nullptr;    // where times is nic
};

// What came from one queue. Plain words of the polling thread.
struct QueueCounts {
  std::uint64_t received_packets = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t filtered = 0;
  std::uint64_t bad_checksum = 0; // marked so by the port
  std::uint64_t dropped = 0;      // no room in the ring of their worker
};

// The sources are polled in turn, one a call.
class Receiver final : public FrameSource {
public:
  // `limit`: so many frames will come in all (replay), or nothing: for ever. Allocates all its
  // memory. Without a source nothing ever comes.
  explicit Receiver(std::vector<Source> sources, std::optional<std::uint64_t> limit = {});

  std::span<const wire::Frame> receive(std::uint64_t ticks) override;
  void release() override { burst_.release(); }
  [[nodiscard]] bool ended() const override { return limit_ && taken_ >= *limit_; }
  [[nodiscard]] base::Nanos now() const override { return now_; }
  void resync_clock() override { clock_.resync(Clock::read()); }
  [[nodiscard]] std::uint64_t taken() const override { return taken_; }
  [[nodiscard]] std::uint64_t dropped() const override { return 0; }

  // The last burst and where it came from, for those who hand it on.
  Burst &burst() { return burst_; }
  [[nodiscard]] std::size_t current() const { return current_; } // its place in the sources

  [[nodiscard]] const std::vector<Source> &sources() const { return sources_; }
  QueueCounts &counts(std::size_t source) { return counts_[source]; }

private:
  void show(const Source &source, base::Nanos clock_time, QueueCounts &counts);
  void take_device_time(TimeSource times, const NicScale &scale, std::size_t i);
  void filter(const CaptureFilter &filter, QueueCounts &counts);

  std::vector<Source> sources_;
  std::vector<QueueCounts> counts_; // as sources_
  std::optional<std::uint64_t> limit_;
  std::size_t next_ = 0;
  std::size_t current_ = 0;
  std::uint64_t taken_ = 0;
  Burst burst_;
  Clock clock_;
  base::Nanos now_ = base::kNever;
  int time_field_ = -1; // the drivers' time of arrival in a buffer: its place, and the flag of
  std::uint64_t time_flag_ = 0; // those that have one
};

} // namespace handspan::capture
