// A worker's end of the ports: one burst of packet buffers a call, shown as frames.
#pragma once

#include "capture/clock.h"
#include "capture/port.h"
#include "wire/frame.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

struct rte_mbuf;

namespace handspan::capture {

inline constexpr std::size_t kBurst = 64;

// One queue of one port, as a receiver polls it.
struct Source {
  std::uint16_t port = 0;  // DPDK's number
  std::uint16_t queue = 0; // of that port
  std::uint16_t index = 0; // becomes Frame::port
  TimeSource times = TimeSource::clock;
};

// Used by one thread. The sources are polled in turn, one a call.
class Receiver {
public:
  // `sources` must not be empty. Allocates all its memory.
  explicit Receiver(std::vector<Source> sources);
  ~Receiver();
  Receiver(const Receiver &) = delete;
  Receiver &operator=(const Receiver &) = delete;

  // Up to kBurst frames of the next source, in order of arrival; valid until release(), which must
  // come before the next call. `ticks` is the counter as it is now (Clock::ticks()).
  std::span<const wire::Frame> receive(std::uint64_t ticks);
  // Gives the buffers of the last burst back.
  void release();

  // The time that goes with the last receive(): of its last frame, or where the clock is the
  // source, of the call. Where the capture's times rule and nothing has come yet, kNever.
  [[nodiscard]] base::Nanos now() const { return now_; }

  // To be called about once a second.
  void resync_clock() { clock_.resync(Clock::read()); }

  // Frames that lay in several buffers and were copied together.
  [[nodiscard]] std::uint64_t linearized() const { return linearized_; }

private:
  void show(const Source &source, const rte_mbuf &mbuf, base::Nanos clock_time, wire::Frame &frame);
  void linearize(const rte_mbuf &mbuf, wire::Frame &frame);

  // The longest frame that is put together; the rest of a longer one is cut off.
  static constexpr std::size_t kLongest = 65'535;

  std::vector<Source> sources_;
  std::size_t next_ = 0;
  std::uint16_t count_ = 0; // buffers held
  std::array<rte_mbuf *, kBurst> mbufs_;
  std::array<wire::Frame, kBurst> frames_;
  Clock clock_;
  base::Nanos now_ = base::kNever;
  int time_field_ = -1; // the drivers' time of arrival in a buffer: its place, and the flag of
  std::uint64_t time_flag_ = 0; // those that have one
  std::uint64_t linearized_ = 0;
  std::unique_ptr<std::uint8_t[]> linear_; // kBurst frames of kLongest bytes: touched where needed
  std::size_t linear_used_ = 0;
};

} // namespace handspan::capture
