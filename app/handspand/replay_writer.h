// Writes one queue's file of a replay.
#pragma once

#include "wire/frame.h"

#include <cstdint>
#include <cstdio>

namespace handspan::daemon {

class ReplayWriter {
public:
  // A file in $TMPDIR or /tmp that has lost its name already.
  ReplayWriter();
  ~ReplayWriter();
  ReplayWriter(ReplayWriter &&other) noexcept;
  ReplayWriter &operator=(ReplayWriter &&) = delete;

  void add(const wire::Frame &frame);

  [[nodiscard]] std::uint64_t packets() const { return packets_; }

  // Ends the writing and gives the descriptor away; -1 and errno if anything of it failed.
  int release();

private:
  std::FILE *stream_ = nullptr;
  std::uint64_t packets_ = 0;
  int error_ = 0; // errno of the making
};

} // namespace handspan::daemon
