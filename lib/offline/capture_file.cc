#include "offline/capture_file.h"

#include "base/error_text.h"
#include "offline/decoders.h"
#include "offline/link_type.h"
#include "offline/pcapng.h"
#include "offline/unpack.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <pcap/pcap.h>
#include <poll.h>
#include <sys/stat.h>
#include <utility>

namespace handspan::offline {

// libpcap reads the classic format, PcapngReader the other.
struct CaptureFile::Source {
  std::unique_ptr<Unpacker> unpacker; // of what is compressed, or comes from a pipe
  std::FILE *stream;                  // null: packets of an interface
  bool pipe = false;
  pcap_t *handle = nullptr;
  std::optional<PcapngReader> pcapng;
  wire::LinkType link = wire::LinkType::ethernet; // of a classic file
  FilePacket packet;                              // fetched last
  bool waits = false;                             // it is not stored yet
  bool nanos = true;                              // its times have nanoseconds
  bool quiet = false;                             // an interface had nothing
  std::uint64_t decoded = 0;                      // packets whose link type is

  explicit Source(std::FILE *from) : stream(from) {}
  ~Source() {
    if (handle != nullptr) {
      if (unpacker != nullptr)
        unpacker->give_away(); // libpcap closes what it reads
      pcap_close(handle);
    } else if (unpacker == nullptr && stream != nullptr && stream != stdin) {
      (void)std::fclose(stream);
    }
  }
};

namespace {

// One reading of the disk for some hundreds of packets.
constexpr std::size_t kFileBuffer = 1024 * 1024;

// How long to wait for a packet that somebody is still to send, in milliseconds.
constexpr int kPatience = 100;

bool is_empty(std::FILE *stream) {
  return std::fseek(stream, 0, SEEK_END) == 0 && std::ftell(stream) == 0;
}

// What libpcap's refusal means for whoever gave the file.
std::string explain_refusal(std::FILE *stream, const std::string &error) {
  if (is_empty(stream) || error.find("only got 0") != std::string::npos)
    return "the file is empty: nothing was captured into it";
  if (error.find("unknown file format") != std::string::npos)
    return "not a capture file: neither pcap nor pcapng";
  if (error.find("truncated") != std::string::npos ||
      error.find("ends inside") != std::string::npos)
    return "not a capture file: it ends inside its own header";
  return error;
}

// A file that begins as compressed ones do.
bool is_packed(std::FILE *stream) {
  std::array<std::uint8_t, 4> begin{};
  const std::size_t got = std::fread(begin.data(), 1, begin.size(), stream);
  std::rewind(stream);
  (void)lseek(fileno(stream), 0, SEEK_SET); // the unpacker reads past stdio
  return !packed_as({begin.data(), got}).empty();
}

std::string not_decoded(int link) {
  return "packets of link " + link_type_name(link) + " are not decoded";
}

// Nanoseconds since the epoch. pcap's 32 bits of seconds have no sign (draft-ietf-opsawg-pcap);
// libpcap reads them with one.
base::Nanos time_of(const pcap_pkthdr &header) {
  return static_cast<std::uint32_t>(header.ts.tv_sec) * base::kSecond + header.ts.tv_usec;
}

} // namespace

std::unique_ptr<CaptureFile> CaptureFile::open(const std::string &path, std::string &fault) {
  if (path == "-")
    return open(stdin, fault);
  std::FILE *stream = std::fopen(path.c_str(), "rbe");
  if (stream == nullptr) {
    fault = errno == ENOENT   ? "no such file"
            : errno == EACCES ? "permission denied: the file can't be read by this user"
                              : std::string("can't be opened: ") + base::error_text(errno);
    return nullptr;
  }
  return open(stream, fault);
}

std::unique_ptr<CaptureFile> CaptureFile::open(std::FILE *stream, std::string &fault) {
  const auto refuse = [&](std::string why) {
    fault = std::move(why);
    if (stream != stdin)
      (void)std::fclose(stream);
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

  auto source = std::make_unique<Source>(stream);
  source->pipe = known && !S_ISREG(about.st_mode);
  std::string refusal;
  if (source->pipe || is_packed(stream)) {
    source->stream = nullptr; // the unpacker closes it
    source->unpacker = Unpacker::open(stream, fault);
    if (source->unpacker == nullptr)
      return nullptr;
    source->stream = source->unpacker->stream();
    (void)std::setvbuf(source->stream, nullptr, _IOFBF, kFileBuffer);
  }
  if (!open_source(*source, refusal)) {
    if (source->unpacker != nullptr && !source->unpacker->fault().empty())
      refusal = source->unpacker->fault();
    else if (source->handle == nullptr)
      refusal = explain_refusal(source->stream, refusal);
    fault = std::move(refusal);
    return nullptr;
  }
  std::unique_ptr<CaptureFile> file(new CaptureFile(std::move(source)));
  if (known && S_ISREG(about.st_mode) && file->source_->unpacker == nullptr)
    file->size_ = static_cast<std::uint64_t>(about.st_size);
  return file;
}

// The first byte tells pcapng from the classic format, whose magic begins otherwise.
bool CaptureFile::open_source(Source &source, std::string &refusal) {
  constexpr int kPcapng = 0x0a;
  if (const int first = std::fgetc(source.stream); first != EOF) {
    (void)std::ungetc(first, source.stream);
    if (first == kPcapng) {
      source.pcapng.emplace(source.stream);
      const bool good = source.pcapng->open();
      refusal = source.pcapng->fault();
      return good;
    }
  }
  char error[PCAP_ERRBUF_SIZE] = "";
  source.handle =
      pcap_fopen_offline_with_tstamp_precision(source.stream, PCAP_TSTAMP_PRECISION_NANO, error);
  if (source.handle == nullptr) {
    refusal = error;
    return false;
  }
  const int dlt = pcap_datalink(source.handle);
  const auto link = link_type_of(dlt);
  if (!link) {
    refusal = not_decoded(dlt);
    return false;
  }
  source.link = *link;
  return true;
}

CaptureFile::CaptureFile(std::unique_ptr<Source> source)
    : source_(std::move(source)), arena_(kBurstBytes) {}

CaptureFile::~CaptureFile() = default;

std::unique_ptr<CaptureFile> CaptureFile::listen(const std::string &interface, std::string &fault) {
  static constexpr int kSnapLength = 262'144, kBuffer = 64 << 20;
  char error[PCAP_ERRBUF_SIZE] = "";
  auto source = std::make_unique<Source>(nullptr);
  source->handle = pcap_create(interface.c_str(), error);
  if (source->handle == nullptr) {
    fault = error;
    return nullptr;
  }
  pcap_t *const handle = source->handle;
  (void)pcap_set_snaplen(handle, kSnapLength);
  (void)pcap_set_promisc(handle, 1);
  (void)pcap_set_timeout(handle, kPatience);
  (void)pcap_set_buffer_size(handle, kBuffer);
  (void)pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
  if (const int result = pcap_activate(handle); result < 0) {
    fault = result == PCAP_ERROR_NO_SUCH_DEVICE ? "there is no such interface"
            : result == PCAP_ERROR_PERM_DENIED
                ? "may not be listened on by this user: that takes CAP_NET_RAW, or root"
            : result == PCAP_ERROR_IFACE_NOT_UP ? "is down"
                                                : pcap_geterr(handle);
    return nullptr;
  }
  // libpcap's own waiting ends for packets alone, not for a signal or the clock.
  if (pcap_setnonblock(handle, 1, error) != 0) {
    fault = error;
    return nullptr;
  }
  const int dlt = pcap_datalink(handle);
  const auto link = link_type_of(dlt);
  if (!link) {
    fault = not_decoded(dlt);
    return nullptr;
  }
  source->link = *link;
  source->nanos = pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO;
  return std::unique_ptr<CaptureFile>(new CaptureFile(std::move(source)));
}

bool CaptureFile::is_live() const {
  return source_->stream == nullptr || source_->pipe;
}

std::uint64_t CaptureFile::lost() const {
  pcap_stat counted{};
  if (source_->stream != nullptr || pcap_stats(source_->handle, &counted) != 0)
    return 0;
  return std::uint64_t{counted.ps_drop} + counted.ps_ifdrop;
}

bool CaptureFile::would_wait(int patience) const {
  return source_->pipe && source_->unpacker != nullptr && source_->unpacker->would_wait(patience);
}

std::uint64_t CaptureFile::position() const {
  if (source_->stream == nullptr)
    return 0;
  const long at = std::ftell(source_->stream);
  return at < 0 ? 0 : static_cast<std::uint64_t>(at);
}

// Asks for a packet; false at the end or at a fault.
bool CaptureFile::fetch() {
  if (!fault_.empty())
    return false;
  std::string error;
  bool cut = false;
  if (source_->pcapng) {
    source_->waits = source_->pcapng->next(source_->packet);
    error = source_->pcapng->fault();
    cut = source_->pcapng->cut_short();
  } else {
    source_->waits = fetch_classic(error);
    cut = error.find("truncated") != std::string::npos;
  }
  if (!source_->waits && source_->quiet)
    return false;
  if (!source_->waits && source_->unpacker != nullptr && !source_->unpacker->fault().empty()) {
    error = source_->unpacker->fault();
    cut = error.find("ends early") != std::string::npos;
  }
  if (source_->waits) {
    source_->decoded += wire::is_decoded(source_->packet.link) ? 1 : 0;
  } else if (error.empty() && source_->decoded == 0 && packets() > 0) {
    fault_ = not_decoded(static_cast<int>(source_->packet.link));
  } else if (!error.empty()) {
    const std::uint64_t before = packets();
    fault_ = std::string(cut ? "cut short" : "damaged") + " in packet " +
             std::to_string(before + 1) + " (" + error + "); the " + std::to_string(before) +
             " before it were read";
  }
  return source_->waits;
}

bool CaptureFile::fetch_classic(std::string &error) {
  pcap_pkthdr *header = nullptr;
  const u_char *data = nullptr;
  int got = pcap_next_ex(source_->handle, &header, &data);
  if (got == 0 && count_ == 0 && source_->stream == nullptr) {
    pollfd in{pcap_get_selectable_fd(source_->handle), POLLIN, 0};
    (void)poll(&in, 1, kPatience);
    got = pcap_next_ex(source_->handle, &header, &data);
  }
  source_->quiet = got == 0; // of an interface alone
  if (got == PCAP_ERROR)
    error = pcap_geterr(source_->handle);
  if (got != 1)
    return false;
  if (!source_->nanos)
    header->ts.tv_usec *= 1'000;
  source_->packet = {data, header->caplen, header->len, time_of(*header), source_->link};
  return true;
}

// Moves the fetched packet into the burst: its bytes are gone with the next one. False if it does
// not fit.
bool CaptureFile::store() {
  const FilePacket &packet = source_->packet;
  const std::size_t bytes = std::min<std::size_t>(packet.captured, arena_.size());
  if (bytes > arena_.size() - used_)
    return false;
  std::uint8_t *at = arena_.data() + used_;
  if (bytes > 0)
    std::memcpy(at, packet.data, bytes);
  used_ += bytes;
  wire::Frame &frame = frames_[count_++];
  frame.data = at;
  frame.captured = static_cast<std::uint32_t>(bytes);
  frame.length = std::max<std::uint32_t>(packet.length, frame.captured);
  if (frame.captured < frame.length)
    cut_ = {cut_.frames + 1, std::max(cut_.bytes, frame.captured)};
  frame.time = packet.time;
  frame.number = numbered_ + packets_ + count_;
  frame.link = packet.link;
  source_->waits = false;
  return true;
}

std::span<const wire::Frame> CaptureFile::next() {
  packets_ += count_;
  count_ = used_ = 0;
  source_->quiet = source_->pipe && !source_->waits && would_wait(kPatience);
  while (count_ < kMaxBurst && !(source_->pipe && source_->quiet)) {
    if (count_ > 0 && !source_->waits && would_wait(0))
      break;
    if (!source_->waits && !fetch())
      break;
    if (!store())
      break;
  }
  idle_ = count_ == 0 && source_->quiet;
  return {frames_.data(), count_};
}

} // namespace handspan::offline
