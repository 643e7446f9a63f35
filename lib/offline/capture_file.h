// Capture files (pcap in both byte orders, micro- and nanoseconds; pcapng) as bursts of frames.
#pragma once

#include "wire/frame.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace handspan::offline {

inline constexpr std::size_t kMaxBurst = 64;
// Packet bytes that a burst may hold. A full burst of frames of an ordinary network fits in; with
// longer ones a burst has fewer frames, and a packet longer than all of it is cut to it.
inline constexpr std::size_t kBurstBytes = 512 * 1024;

// Frames of which the file holds less than the wire had (the snap length), and how much it holds
// of such a frame at most.
struct Cut {
  std::uint64_t frames = 0;
  std::uint32_t bytes = 0;
};

class CaptureFile {
public:
  // Opens a file, "-" for standard input. Null, and `fault` one line without the path, on a
  // missing, unreadable, empty or foreign file, a directory, or a link type that is not decoded.
  static std::unique_ptr<CaptureFile> open(const std::string &path, std::string &fault);
  // The same of an open stream, which is closed in any case (but for stdin).
  static std::unique_ptr<CaptureFile> open(std::FILE *stream, std::string &fault);
  ~CaptureFile();
  CaptureFile(const CaptureFile &) = delete;
  CaptureFile &operator=(const CaptureFile &) = delete;

  // The packets of a network interface, as they come, until nobody asks any more.
  static std::unique_ptr<CaptureFile> listen(const std::string &interface, std::string &fault);

  // The first frame's number is one more than this.
  void number_after(std::uint64_t packets) { numbered_ = packets; }

  // The next frames, numbered from 1 in the order of the file, 1 to kMaxBurst of them; valid until
  // the next call. None at the end, and none at a fault: fault() tells which. Of a pipe or an
  // interface those that are there; where none comes for a tenth of a second, none, and is_idle().
  std::span<const wire::Frame> next();

  // What is wrong with the rest of the file, one line; empty if nothing is. The frames before the
  // fault are handed out first.
  [[nodiscard]] const std::string &fault() const { return fault_; }

  // Frames handed out so far.
  [[nodiscard]] std::uint64_t packets() const { return packets_ + count_; }
  // Of those, the ones that the capture cut.
  [[nodiscard]] const Cut &cut() const { return cut_; }
  // Packets come while somebody makes them: from a pipe or an interface.
  [[nodiscard]] bool is_live() const;
  // next() handed out nothing because nothing came, not because it is the end.
  [[nodiscard]] bool is_idle() const { return idle_; }
  // Of an interface: packets that found no room in the kernel.
  [[nodiscard]] std::uint64_t lost() const;

  // How far the reading is, in bytes; size is 0 where it is not known (a pipe).
  [[nodiscard]] std::uint64_t position() const;
  [[nodiscard]] std::uint64_t size() const { return size_; }

private:
  struct Source; // keeps libpcap's header inside the folder
  explicit CaptureFile(std::unique_ptr<Source> source);
  static bool open_source(Source &source, std::string &refusal);
  bool fetch();
  bool fetch_classic(std::string &error);
  [[nodiscard]] bool would_wait(int patience) const;
  bool store();

  std::unique_ptr<Source> source_;
  std::vector<std::uint8_t> arena_;
  std::array<wire::Frame, kMaxBurst> frames_;
  std::size_t count_ = 0;
  std::size_t used_ = 0;
  std::uint64_t packets_ = 0;  // in the bursts before this one
  std::uint64_t numbered_ = 0; // the frame before the first
  std::uint64_t size_ = 0;
  bool idle_ = false;
  Cut cut_;
  std::string fault_;
};

} // namespace handspan::offline
