#include "replay.h"

#include "offline/capture_file.h"
#include "replay_writer.h"
#include "wire/decode.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace handspan::daemon {
namespace {

std::uint64_t mix(std::uint64_t x) { // the finaliser of SplitMix64
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

std::uint64_t end_hash(const base::Address &address, std::uint16_t port) {
  return mix(address.word(0) + mix(address.word(1) + mix(port + 0x9e3779b97f4a7c15)));
}

// The same for both directions. What is no TCP belongs to no connection: the first queue counts it.
std::size_t queue_of(const wire::Frame &frame, std::size_t queues) {
  wire::PacketView view;
  if (queues == 1 || wire::decode(frame, view) != wire::Kind::tcp)
    return 0;
  return mix(end_hash(view.src, view.src_port) + end_hash(view.dst, view.dst_port)) % queues;
}

bool split(offline::CaptureFile &capture, std::vector<ReplayWriter> &writers, base::Nanos &end,
           std::string &fault) {
  for (auto frames = capture.next(); !frames.empty(); frames = capture.next())
    for (const wire::Frame &frame : frames) {
      if (frame.link != wire::LinkType::ethernet) {
        fault = "packet " + std::to_string(frame.number) +
                " is not Ethernet, and a port delivers nothing else: use handspan read";
        return false;
      }
      writers[queue_of(frame, writers.size())].add(frame);
      end = frame.time;
    }
  fault = capture.fault();
  if (fault.empty() && capture.packets() == 0)
    fault = "the capture holds no packet";
  return fault.empty();
}

} // namespace

std::optional<ReplayFiles> ReplayFiles::prepare(const std::string &path, unsigned queues,
                                                std::string &fault) {
  const std::unique_ptr<offline::CaptureFile> capture = offline::CaptureFile::open(path, fault);
  std::vector<ReplayWriter> writers(capture == nullptr ? 0 : queues);
  base::Nanos end = base::kNever;
  if (capture == nullptr || !split(*capture, writers, end, fault)) {
    fault = path + ": " + fault;
    return std::nullopt;
  }
  ReplayFiles files(end);
  for (ReplayWriter &writer : writers) {
    const std::uint64_t packets = writer.packets();
    const int file = writer.release();
    if (file < 0) {
      fault = std::string("no copy of the capture can be made in $TMPDIR or /tmp: ") +
              std::strerror(errno);
      return std::nullopt;
    }
    files.queues_.push_back({file, packets});
  }
  return files;
}

ReplayFiles::~ReplayFiles() {
  for (const Queue &queue : queues_)
    close(queue.file);
}

std::string ReplayFiles::device() const {
  std::string device = "net_pcap_replay";
  for (const Queue &queue : queues_)
    device.append(",rx_pcap=/proc/self/fd/").append(std::to_string(queue.file));
  return device;
}

} // namespace handspan::daemon
