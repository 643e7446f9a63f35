// Where a worker's frames come from: its own queues, or the rings of the receiving cores.
#pragma once

#include "base/time.h"
#include "wire/frame.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace handspan::capture {

inline constexpr std::size_t kBurst = 64;

// Used by one thread. One virtual call a burst.
class FrameSource {
public:
  FrameSource() = default;
  virtual ~FrameSource() = default;
  FrameSource(const FrameSource &) = delete;
  FrameSource &operator=(const FrameSource &) = delete;

  // Up to kBurst frames, in order of arrival; valid until release(), which must come before the
  // next call. `ticks` is the counter as it is now (Clock::ticks()).
  virtual std::span<const wire::Frame> receive(std::uint64_t ticks) = 0;
  // Gives the buffers of the last burst back.
  virtual void release() = 0;

  // Nothing will ever come any more: the end of a replay, or the receiving cores have stopped.
  [[nodiscard]] virtual bool ended() const = 0;
  // The time that goes with the last receive(): of its last frame, or where the clock is the
  // source, of the call. Where the capture's times rule and nothing has come yet, kNever.
  [[nodiscard]] virtual base::Nanos now() const = 0;
  // To be called about once a second.
  virtual void resync_clock() = 0;

  // Frames taken so far, those that a filter turned away included.
  [[nodiscard]] virtual std::uint64_t taken() const = 0;
  // Frames meant for this worker that found no room on their way from a receiving core.
  [[nodiscard]] virtual std::uint64_t dropped() const = 0;
};

} // namespace handspan::capture
