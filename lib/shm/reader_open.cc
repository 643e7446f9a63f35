// How a reader comes to a segment: finds it, maps it, judges it.
#include "shm/reader.h"

#include "shm/check.h"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include <fcntl.h>
#include <sys/stat.h>

namespace handspan::shm {

namespace {

std::string number(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

// Empties what the daemon is too old to tell.
void forget_newer(Header &h) {
  if (h.header_bytes < sizeof h)
    h.receivers = {};
  if (h.header_bytes < offsetof(Header, receivers))
    std::fill(std::begin(h.probe), std::end(h.probe), '\0');
  if (h.header_bytes < offsetof(Header, probe)) {
    h.failures = {};
    h.summaries = {};
    h.summary_parts = {};
    h.rules = {};
    h.rule_hits = {};
  }
}

} // namespace

std::unique_ptr<Reader> Reader::open(const std::string &path, OpenError &error) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file.ok()) {
    error = refusal(path, errno);
    return nullptr;
  }
  struct stat about {}; // of no kind where it can't be told
  (void)fstat(file.get(), &about);
  if (!S_ISREG(about.st_mode) || about.st_size < static_cast<off_t>(sizeof(Header))) {
    error = {OpenError::Kind::foreign, path + " is not a segment of handspand"};
    return nullptr;
  }
  const auto size = static_cast<std::size_t>(about.st_size);
  std::unique_ptr<Reader> reader(new Reader);
  reader->mapping_ = Mapping::read_only(file.get(), size);
  if (!reader->mapping_.ok()) {
    error = refusal(path, errno);
    return nullptr;
  }
  const auto *at = reinterpret_cast<const std::uint8_t *>(reader->mapping_.data());
  if (!reader->check({at, size}, error)) {
    error.message = path + ": " + error.message;
    return nullptr;
  }
  reader->path_ = path;
  reader->device_ = about.st_dev;
  reader->inode_ = about.st_ino;
  return reader;
}

std::unique_ptr<Reader> Reader::attach(base::Bytes bytes, OpenError &error) {
  std::unique_ptr<Reader> reader(new Reader);
  if (!reader->check(bytes, error))
    return nullptr;
  return reader;
}

bool Reader::check(base::Bytes bytes, OpenError &error) {
  if (bytes.size() < sizeof(Header) ||
      reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(std::uint64_t) != 0) {
    error = {OpenError::Kind::foreign, "not a segment of handspand"};
    return false;
  }
  base_ = reinterpret_cast<const std::byte *>(bytes.data());
  if (load_acquire(reinterpret_cast<const std::uint64_t *>(base_)) != kMagic) {
    error = {OpenError::Kind::foreign, "not a segment of handspand"};
    return false;
  }
  load_words(&header_, base_, sizeof header_);
  forget_newer(header_);
  if (header_.abi_major != kAbiMajor) {
    error = {OpenError::Kind::version,
             "written by handspand " + printable(header_.version) + " in segment format " +
                 number(header_.abi_major, header_.abi_minor) + ", but this program reads format " +
                 number(kAbiMajor, kAbiMinor) + ": use the handspan that came with the daemon"};
    return false;
  }
  const std::string fault = fault_of(header_, bytes.size());
  if (!fault.empty() || !read_directory()) {
    error = {OpenError::Kind::foreign,
             "a damaged segment: " + (fault.empty() ? "its directory is wrong" : fault) +
                 "; restart handspand"};
    return false;
  }
  info_ = {printable(header_.version),
           printable(header_.probe),
           printable(header_.instance),
           printable(header_.boot_id),
           header_.abi_major,
           header_.abi_minor,
           header_.pid,
           header_.start_ticks,
           header_.start_time,
           header_.retry_window,
           header_.records.ring_bytes,
           header_.segment_bytes};
  return true;
}

record::ProbeRun Reader::probe() const {
  record::ProbeRun probe;
  probe.run = record::run_of(info_.probe, info_.instance, info_.start_time);
  probe.name.assign(info_.probe);
  probe.instance.assign(info_.instance);
  return probe;
}

// False if an entry points outside its block. Kinds and scopes of a newer daemon are passed over,
// and what is said of ports or queues that the segment has not.
bool Reader::read_directory() {
  for (std::uint64_t i = 0; i < header_.directory.count; ++i) {
    DirectoryEntry raw;
    load_words(&raw, base_ + header_.directory.offset + i * header_.directory.stride, sizeof raw);
    if (raw.scope == kSummaryScope && header_.summaries.count > 0) {
      if (raw.offset % 8 != 0 || raw.bytes > header_.summary_parts.stats_bytes ||
          raw.offset > header_.summary_parts.stats_bytes - raw.bytes)
        return false;
      summary_parts_.push_back({printable(raw.name), raw.offset, raw.bytes});
      continue;
    }
    if (raw.kind >= record::kStatKinds || raw.scope >= kScopes)
      continue;
    if (count(static_cast<Scope>(raw.scope)) == 0)
      continue;
    Entry entry{printable(raw.name),           printable(raw.unit),
                printable(raw.help),           static_cast<record::StatKind>(raw.kind),
                static_cast<Scope>(raw.scope), raw.offset};
    const bool histogram = entry.kind == record::StatKind::histogram;
    const std::uint64_t size = histogram ? sizeof(record::Histogram) : sizeof(std::uint64_t);
    const BlockParts &parts = entry.scope == Scope::worker ? header_.worker_parts
                              : entry.scope == Scope::port ? header_.port_parts
                                                           : header_.queue_parts;
    if (raw.bytes != size || raw.offset % 8 != 0 || size > parts.stats_bytes ||
        raw.offset > parts.stats_bytes - size)
      return false;
    directory_.push_back(std::move(entry));
  }
  return true;
}

} // namespace handspan::shm
