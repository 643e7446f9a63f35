// A capture filter in tcpdump's syntax, run on the packets of a burst.
#pragma once

#include "capture/burst.h"

#include <cstdint>
#include <memory>
#include <string>

struct bpf_program;
struct rte_bpf;

namespace handspan::capture {

// Immutable, so several threads may use one.
class CaptureFilter {
public:
  // Whether libpcap takes the expression; else its words in `error`. Needs no EAL.
  static bool check(const std::string &expression, std::string &error);

  // How it runs: as DPDK's BPF, turned into machine code where that is allowed, or by libpcap's
  // own interpreter, which knows a frame's length on the wire apart from what was captured.
  enum class How { native, interpreted };

  // Null and `error` if the expression is wrong. Where DPDK can't take the program, it is
  // interpreted.
  static std::unique_ptr<CaptureFilter> compile(const std::string &expression, How how,
                                                std::string &error);
  ~CaptureFilter();
  CaptureFilter(const CaptureFilter &) = delete;
  CaptureFilter &operator=(const CaptureFilter &) = delete;

  // A bit for each frame of the burst, set where it is wanted. The frames must have been shown.
  [[nodiscard]] std::uint64_t wanted(Burst &burst) const;

  [[nodiscard]] bool is_machine_code() const { return machine_code_ != nullptr; }

private:
  CaptureFilter() = default;
  void make_native();

  std::unique_ptr<bpf_program> program_;
  rte_bpf *native_ = nullptr;
  std::uint64_t (*machine_code_)(void *) = nullptr;
};

} // namespace handspan::capture
