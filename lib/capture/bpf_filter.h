// A capture filter in tcpdump's syntax, run on the frames of a burst.
#pragma once

#include "capture/burst.h"

#include <cstdint>
#include <memory>
#include <string>

struct bpf_program;

namespace handspan::capture {

// A cBPF program that libpcap compiles and runs. DPDK could turn it into its own BPF and that into
// machine code, four times as fast; but in DPDK 22.11 rte_bpf_convert() forgets the index register
// of "[x + 14]", so that every filter on ports reads the wrong bytes, and the machine code of
// "tcp[13] & 2 != 0" jumps into the middle of an instruction when a frame is cut short. Frames come
// from anybody, so neither will do.
// Immutable, so several threads may use one.
class CaptureFilter {
public:
  // Whether libpcap takes the expression; else its words in `error`. Needs no EAL.
  static bool check(const std::string &expression, std::string &error);

  // Null and `error` if the expression is wrong.
  static std::unique_ptr<CaptureFilter> compile(const std::string &expression, std::string &error);
  ~CaptureFilter();
  CaptureFilter(const CaptureFilter &) = delete;
  CaptureFilter &operator=(const CaptureFilter &) = delete;

  // A bit for each frame of the burst, set where it is wanted. The frames must have been shown.
  [[nodiscard]] std::uint64_t wanted(Burst &burst) const;

private:
  CaptureFilter() = default;

  std::unique_ptr<bpf_program> program_;
};

} // namespace handspan::capture
