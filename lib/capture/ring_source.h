// A worker's end of the rings that the receiving cores fill.
#pragma once

#include "capture/burst.h"
#include "capture/channel.h"
#include "capture/clock.h"
#include "capture/frame_source.h"

#include <vector>

namespace handspan::capture {

// The channels are asked in turn; what a receiving core stamped on a frame is taken over.
class RingSource final : public FrameSource {
public:
  // `channels`: one from each receiving core; they outlive this. `by_clock`: the frames have the
  // present time, so it goes on while none comes. Allocates all its memory.
  RingSource(std::vector<Channel *> channels, bool by_clock);

  std::span<const wire::Frame> receive(std::uint64_t ticks) override;
  void release() override { burst_.release(); }
  [[nodiscard]] bool ended() const override;
  [[nodiscard]] base::Nanos now() const override { return now_; }
  void resync_clock() override { clock_.resync(Clock::read()); }
  [[nodiscard]] std::uint64_t taken() const override { return taken_; }
  [[nodiscard]] std::uint64_t dropped() const override;

private:
  void show(std::size_t i);

  std::vector<Channel *> channels_;
  bool by_clock_;
  int stamp_;
  std::size_t next_ = 0;
  std::uint64_t taken_ = 0;
  Burst burst_;
  Clock clock_;
  base::Nanos now_ = base::kNever;
};

} // namespace handspan::capture
