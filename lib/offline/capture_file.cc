#include "offline/capture_file.h"

#include "offline/link_type.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <sys/stat.h>
#include <utility>

namespace handspan::offline {

struct CaptureFile::Pcap {
  pcap_t *handle = nullptr;
  const pcap_pkthdr *header = nullptr; // the packet fetched last, until it is stored
  const u_char *data = nullptr;
  wire::LinkType link = wire::LinkType::ethernet;
  bool classic = true; // pcap, not pcapng

  ~Pcap() {
    if (handle != nullptr)
      pcap_close(handle);
  }
};

namespace {

// One reading of the disk for some hundreds of packets.
constexpr std::size_t kFileBuffer = 1024 * 1024;

bool starts_with(std::FILE *stream, std::initializer_list<std::uint8_t> magic) {
  if (std::fseek(stream, 0, SEEK_SET) != 0)
    return false;
  return std::all_of(magic.begin(), magic.end(),
                     [stream](std::uint8_t byte) { return std::fgetc(stream) == byte; });
}

bool is_empty(std::FILE *stream) {
  return std::fseek(stream, 0, SEEK_END) == 0 && std::ftell(stream) == 0;
}

// What libpcap's refusal means for whoever gave the file.
std::string explain_refusal(std::FILE *stream, const std::string &error) {
  if (is_empty(stream) || error.find("only got 0") != std::string::npos)
    return "the file is empty: nothing was captured into it";
  if (error.find("unknown file format") != std::string::npos) {
    if (starts_with(stream, {0x1f, 0x8b}))
      return "compressed with gzip: unpack it first, or `zcat FILE | handspan read -`";
    if (starts_with(stream, {0x28, 0xb5, 0x2f, 0xfd}))
      return "compressed with zstd: unpack it first, or `zstdcat FILE | handspan read -`";
    return "not a capture file: neither pcap nor pcapng";
  }
  if (error.find("truncated") != std::string::npos)
    return "not a capture file: it ends inside its own header";
  if (error.find("different from the type of the first interface") != std::string::npos)
    return "its interfaces have different link types; split it by interface first (" + error + ")";
  return error;
}

// Nanoseconds since the epoch; what can't be said in them becomes the nearest that can.
base::Nanos time_of(const pcap_pkthdr &header, bool classic) {
  std::int64_t seconds = header.ts.tv_sec;
  // pcap's 32 bits of seconds have no sign (draft-ietf-opsawg-pcap); libpcap reads them with one.
  if (classic && seconds < 0 && seconds >= INT32_MIN)
    seconds += std::int64_t{1} << 32;
  std::int64_t nanos = 0;
  if (__builtin_mul_overflow(seconds, base::kSecond, &nanos) ||
      __builtin_add_overflow(nanos, static_cast<std::int64_t>(header.ts.tv_usec), &nanos))
    nanos = seconds < 0 ? INT64_MIN : INT64_MAX;
  return std::max(nanos, base::kNever + 1);
}

} // namespace

std::unique_ptr<CaptureFile> CaptureFile::open(const std::string &path, std::string &fault) {
  if (path == "-")
    return open(stdin, fault);
  std::FILE *stream = std::fopen(path.c_str(), "rbe");
  if (stream == nullptr) {
    fault = errno == ENOENT   ? "no such file"
            : errno == EACCES ? "permission denied: the file can't be read by this user"
                              : std::string("can't be opened: ") + std::strerror(errno);
    return nullptr;
  }
  return open(stream, fault);
}

std::unique_ptr<CaptureFile> CaptureFile::open(std::FILE *stream, std::string &fault) {
  const auto refuse = [&](std::string why) {
    fault = std::move(why);
    if (stream != stdin)
      std::fclose(stream);
    return nullptr;
  };
  struct stat about {};
  const int descriptor = fileno(stream);
  const bool known = descriptor >= 0 && fstat(descriptor, &about) == 0;
  if (known && S_ISDIR(about.st_mode))
    return refuse("is a directory: give the capture files in it");
  if (stream == stdin && isatty(descriptor) != 0)
    return refuse("standard input is a terminal: pipe a capture into it");
  (void)std::setvbuf(stream, nullptr, _IOFBF, kFileBuffer);
  if (known && S_ISREG(about.st_mode))
    (void)posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);

  char error[PCAP_ERRBUF_SIZE] = "";
  auto pcap = std::make_unique<Pcap>();
  pcap->handle =
      pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, error);
  if (pcap->handle == nullptr)
    return refuse(explain_refusal(stream, error));
  const int dlt = pcap_datalink(pcap->handle);
  const auto link = link_type_of(dlt);
  if (!link) {
    fault = "packets of link " + link_type_name(dlt) + " are not decoded";
    return nullptr;
  }
  pcap->link = *link;
  pcap->classic = pcap_major_version(pcap->handle) == 2;
  std::unique_ptr<CaptureFile> file(new CaptureFile(std::move(pcap)));
  if (known && S_ISREG(about.st_mode))
    file->size_ = static_cast<std::uint64_t>(about.st_size);
  return file;
}

CaptureFile::CaptureFile(std::unique_ptr<Pcap> pcap)
    : pcap_(std::move(pcap)), arena_(kBurstBytes) {}

CaptureFile::~CaptureFile() = default;

std::uint64_t CaptureFile::position() const {
  const long at = std::ftell(pcap_file(pcap_->handle));
  return at < 0 ? 0 : static_cast<std::uint64_t>(at);
}

// Asks libpcap for a packet; false at the end or at a fault.
bool CaptureFile::fetch() {
  if (!fault_.empty())
    return false;
  pcap_pkthdr *header = nullptr;
  const int got = pcap_next_ex(pcap_->handle, &header, &pcap_->data);
  if (got == 1) {
    pcap_->header = header;
    return true;
  }
  if (got == PCAP_ERROR) {
    const std::string error = pcap_geterr(pcap_->handle);
    const bool cut = error.find("truncated") != std::string::npos;
    const std::uint64_t before = packets();
    fault_ = std::string(cut ? "cut short" : "damaged") + " in packet " +
             std::to_string(before + 1) + " (" + error + "); the " + std::to_string(before) +
             " before it were read";
  }
  return false;
}

// Moves the fetched packet into the burst: libpcap keeps only one. False if it does not fit.
bool CaptureFile::store() {
  const pcap_pkthdr &header = *pcap_->header;
  const std::size_t bytes = std::min<std::size_t>(header.caplen, arena_.size());
  if (bytes > arena_.size() - used_)
    return false;
  std::uint8_t *at = arena_.data() + used_;
  std::memcpy(at, pcap_->data, bytes);
  used_ += bytes;
  wire::Frame &frame = frames_[count_++];
  frame.data = at;
  frame.captured = static_cast<std::uint32_t>(bytes);
  frame.length = std::max<std::uint32_t>(header.len, frame.captured);
  frame.time = time_of(header, pcap_->classic);
  frame.number = packets_ + count_;
  frame.link = pcap_->link;
  pcap_->header = nullptr;
  return true;
}

std::span<const wire::Frame> CaptureFile::next() {
  packets_ += count_;
  count_ = used_ = 0;
  while (count_ < kMaxBurst) {
    if (pcap_->header == nullptr && !fetch())
      break;
    if (!store())
      break;
  }
  return {frames_.data(), count_};
}

} // namespace handspan::offline
