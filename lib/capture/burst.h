// Packet buffers of one burst, shown as frames. Internal to lib/capture.
#pragma once

#include "capture/frame_source.h"

#include <array>
#include <memory>

struct rte_mbuf;

namespace handspan::capture {

// Holds up to kBurst buffers and their frames, place by place. A frame of several buffers is copied
// together: inspectors want their bytes in one piece.
class Burst {
public:
  Burst();
  ~Burst() { release(); }
  Burst(const Burst &) = delete;
  Burst &operator=(const Burst &) = delete;

  // Where a driver or a ring may put kBurst buffers; hold() says how many it put.
  rte_mbuf **places() { return mbufs_.data(); }
  void hold(std::size_t count) { count_ = count, linear_used_ = 0; }
  [[nodiscard]] std::size_t size() const { return count_; }

  rte_mbuf &mbuf(std::size_t i) { return *mbufs_[i]; }
  wire::Frame &frame(std::size_t i) { return frames_[i]; }
  [[nodiscard]] std::span<const wire::Frame> frames() const { return {frames_.data(), count_}; }

  // Fetches the first bytes of every frame.
  void prefetch() const;
  // Bytes and lengths of place i; the rest of the frame is the default.
  void show(std::size_t i);

  // Keeps the places whose bit is set, in their order, and gives the others' buffers back.
  void keep(std::uint64_t wanted);
  // Gives all buffers back.
  void release();
  // The buffers belong to somebody else now.
  void give_away() { hold(0); }

  // Frames that were copied together.
  [[nodiscard]] std::uint64_t linearized() const { return linearized_; }

private:
  void linearize(const rte_mbuf &mbuf, wire::Frame &frame);

  // The longest frame that is put together; the rest of a longer one is cut off.
  static constexpr std::size_t kLongest = 65'535;

  std::size_t count_ = 0;
  std::array<rte_mbuf *, kBurst> mbufs_;
  std::array<wire::Frame, kBurst> frames_;
  std::unique_ptr<std::uint8_t[]> linear_; // kBurst frames of kLongest bytes: touched where needed
  std::size_t linear_used_ = 0;
  std::uint64_t linearized_ = 0;
};

} // namespace handspan::capture
