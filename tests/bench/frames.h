// A capture's frames in memory, for benchmarks that give them to the inspector over and over.
#pragma once

#include "base/time.h"
#include "inspect/inspector.h"
#include "offline/capture_file.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

namespace handspan::bench {

// Each packet comes so long after the one before it.
inline constexpr base::Nanos kApart = 100;

class Frames {
public:
  // False, with a line on standard error, if the file can't be read or holds nothing.
  bool load(const char *path) {
    std::string fault;
    const auto file = offline::CaptureFile::open(path, fault);
    if (!file) {
      std::fprintf(stderr, "%s: %s\n", path, fault.c_str());
      return false;
    }
    std::vector<std::size_t> at;
    for (auto burst = file->next(); !burst.empty(); burst = file->next())
      for (const wire::Frame &frame : burst) {
        at.push_back(bytes_.size());
        all_.push_back(frame);
        bytes_.insert(bytes_.end(), frame.data, frame.data + frame.captured);
      }
    for (std::size_t i = 0; i < at.size(); ++i)
      all_[i].data = bytes_.data() + at[i];
    return !all_.empty();
  }

  [[nodiscard]] std::size_t size() const { return all_.size(); }

  // All of them in bursts, with times that go on from `now`.
  void give(inspect::Inspector &inspector, base::Nanos &now) {
    const std::span<wire::Frame> all(all_);
    for (std::size_t at = 0; at < all.size(); at += inspect::kMaxBurst) {
      const auto burst = all.subspan(at, std::min(inspect::kMaxBurst, all.size() - at));
      for (wire::Frame &frame : burst) {
        frame.time = now += kApart;
        frame.number = 0;
      }
      inspector.inspect(burst);
      inspector.sweep(now);
    }
  }

  // The same connections once more, with other clients: in captures of tools/make-captures (IPv4
  // without tags or options, clients in 10.0.0.0/15, servers' ports below 1024). Checksums stay as
  // they were: nobody looks at them.
  void move_clients() {
    for (const wire::Frame &frame : all_) {
      std::uint8_t *bytes = bytes_.data() + (frame.data - bytes_.data());
      const bool from_client = (bytes[kTargetPort] << 8 | bytes[kTargetPort + 1]) < 1024;
      std::uint8_t *address = bytes + (from_client ? kSource : kTarget);
      const unsigned network = (address[0] << 8 | address[1]) + kNetworks;
      address[0] = static_cast<std::uint8_t>(network >> 8);
      address[1] = static_cast<std::uint8_t>(network);
    }
  }

private:
  static constexpr std::size_t kSource = 26, kTarget = 30, kTargetPort = 36;
  static constexpr unsigned kNetworks = 2; // of 16 bits, that a capture's clients lie in

  std::vector<std::uint8_t> bytes_;
  std::vector<wire::Frame> all_;
};

} // namespace handspan::bench
