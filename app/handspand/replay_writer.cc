#include "replay_writer.h"

#include "base/environment.h"
#include "capture/envelope.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>

namespace handspan::daemon {
namespace {

// The classic capture file, in the machine's byte order (draft-ietf-opsawg-pcap). The times in it
// are not used: the envelope has them in full.
struct FileHeader {
  std::uint32_t magic = 0xa1b2c3d4;
  std::uint16_t major = 2, minor = 4;
  std::uint32_t zone = 0, accuracy = 0;
  std::uint32_t snapshot = 65'535;
  std::uint32_t link = static_cast<std::uint32_t>(wire::LinkType::ethernet);
};
struct PacketHeader {
  std::uint32_t seconds = 0, micros = 0;
  std::uint32_t captured = 0, length = 0;
};
static_assert(sizeof(FileHeader) == 24 && sizeof(PacketHeader) == 16);

// net_pcap reads no longer frames; what is beyond is told by the envelope as cut.
constexpr std::uint32_t kLongest = 65'535 - capture::kEnvelopeBytes;

int nameless_file() {
  const char *folder = base::environment("TMPDIR");
  std::string path = std::string(folder != nullptr && *folder != 0 ? folder : "/tmp");
  if (const int file = open(path.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); file >= 0)
    return file;
  path += "/handspand-replay-XXXXXX"; // a file system that knows no files without a name
  const int file = mkostemp(path.data(), O_CLOEXEC);
  if (file >= 0)
    unlink(path.c_str());
  return file;
}

} // namespace

ReplayWriter::ReplayWriter() {
  const int file = nameless_file();
  stream_ = file < 0 ? nullptr : fdopen(file, "w+");
  if (stream_ == nullptr) {
    error_ = errno;
    if (file >= 0)
      close(file);
    return;
  }
  const FileHeader header;
  // The stream knows what failed, here and in add(): release() asks it.
  (void)std::fwrite(&header, sizeof header, 1, stream_);
}

ReplayWriter::ReplayWriter(ReplayWriter &&other) noexcept
    : stream_(std::exchange(other.stream_, nullptr)), packets_(other.packets_),
      error_(other.error_) {}

ReplayWriter::~ReplayWriter() {
  if (stream_ != nullptr)
    (void)std::fclose(stream_);
}

void ReplayWriter::add(const wire::Frame &frame) {
  if (stream_ == nullptr)
    return;
  const std::uint32_t captured = std::min(frame.captured, kLongest);
  PacketHeader header;
  header.captured = header.length = captured + capture::kEnvelopeBytes;
  std::uint8_t envelope[capture::kEnvelopeBytes];
  capture::write_envelope({frame.time, frame.number, frame.length}, envelope);
  (void)std::fwrite(&header, sizeof header, 1, stream_);
  (void)std::fwrite(frame.data, 1, captured, stream_);
  (void)std::fwrite(envelope, 1, sizeof envelope, stream_);
  ++packets_;
}

int ReplayWriter::release() {
  if (stream_ == nullptr) {
    errno = error_;
    return -1;
  }
  const bool whole = std::ferror(stream_) == 0 && std::fflush(stream_) == 0;
  const int file = whole ? fcntl(fileno(stream_), F_DUPFD_CLOEXEC, 3) : -1;
  const int error = errno;
  (void)std::fclose(std::exchange(stream_, nullptr));
  errno = error;
  return file;
}

} // namespace handspan::daemon
