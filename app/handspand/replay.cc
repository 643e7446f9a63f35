#include "replay.h"

#include "base/error_text.h"
#include "capture/steer.h"
#include "offline/capture_file.h"
#include "replay_writer.h"

#include <cerrno>
#include <unistd.h>

namespace handspan::daemon {
namespace {

// Of its own: workers must not get connections that agree in bits of the flow tables' hash.
constexpr flow::Seed kSeed = {0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb,
                              0xd6e8feb86659fd93, 0xa0761d6478bd642f, 0xe7037ed1a0b428db,
                              0x8ebc6af09c88c6e3, 0x589965cc75374cc3};

bool split(offline::CaptureFile &capture, std::vector<ReplayWriter> &writers, base::Nanos &end,
           std::string &fault) {
  capture::Steer steer(static_cast<std::uint32_t>(writers.size()), false, kSeed);
  for (auto frames = capture.next(); !frames.empty(); frames = capture.next())
    for (const wire::Frame &frame : frames) {
      if (frame.link != wire::LinkType::ethernet) {
        fault = "packet " + std::to_string(frame.number) +
                " is not Ethernet, and a port delivers nothing else: use handspan read";
        return false;
      }
      writers[steer.worker_of(frame)].add(frame);
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
              base::error_text(errno);
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
