#include "shm/reader.h"

#include "shm/check.h"
#include "shm/process.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>

namespace handspan::shm {

namespace {

constexpr std::uint32_t kFencesSince = 3; // minor number of the format

OpenError refusal(const std::string &path) {
  switch (errno) {
  case ENOENT:
  case ENOTDIR:
    return {OpenError::Kind::not_found,
            "no daemon has run here: " + path + " does not exist; start handspand first"};
  case EACCES:
  case EPERM:
    return {OpenError::Kind::denied,
            refused("cannot read", path) + ": join the group that the daemon's files belong to"};
  case ELOOP:
    return {OpenError::Kind::foreign, path + " is a symbolic link, not a segment"};
  default:
    return {OpenError::Kind::system, refused("cannot read", path)};
  }
}

std::string number(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

base::Nanos age(base::Nanos then, base::Nanos now) {
  return then < 0 || then > now ? 0 : now - then;
}

} // namespace

std::unique_ptr<Reader> Reader::open(const std::string &path, OpenError &error) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file.ok()) {
    error = refusal(path);
    return nullptr;
  }
  struct stat about {};
  if (fstat(file.get(), &about) != 0) {
    error = refusal(path);
    return nullptr;
  }
  if (!S_ISREG(about.st_mode) || about.st_size < static_cast<off_t>(sizeof(Header))) {
    error = {OpenError::Kind::foreign, path + " is not a segment of handspand"};
    return nullptr;
  }
  const auto size = static_cast<std::size_t>(about.st_size);
  std::unique_ptr<Reader> reader(new Reader);
  reader->mapping_ = Mapping::read_only(file.get(), size);
  if (!reader->mapping_.ok()) {
    error = refusal(path);
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
  if (header_.header_bytes < sizeof header_) // of an older daemon
    header_.receivers = {};
  if (header_.header_bytes < offsetof(Header, receivers)) // of a yet older one
    std::fill(std::begin(header_.probe), std::end(header_.probe), '\0');
  if (header_.header_bytes < offsetof(Header, probe)) { // and before
    header_.failures = {};
    header_.summaries = {};
    header_.summary_parts = {};
  }
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

std::uint32_t Reader::workers() const {
  return static_cast<std::uint32_t>(header_.workers.count);
}
std::uint32_t Reader::ports() const {
  return static_cast<std::uint32_t>(header_.ports.count);
}
std::uint32_t Reader::queues() const {
  return static_cast<std::uint32_t>(header_.queues.count);
}

const std::byte *Reader::worker_at(std::uint32_t worker) const {
  return base_ + header_.workers.offset + worker * header_.workers.stride;
}
const std::byte *Reader::port_at(std::uint32_t port) const {
  return base_ + header_.ports.offset + port * header_.ports.stride;
}
const std::byte *Reader::queue_at(std::uint32_t queue) const {
  return base_ + header_.queues.offset + queue * header_.queues.stride;
}
std::uint32_t Reader::count(Scope scope) const {
  return scope == Scope::worker ? workers() : scope == Scope::port ? ports() : queues();
}
// Null if there is no such worker, port or queue.
const std::byte *Reader::stats_at(Scope scope, std::uint32_t index) const {
  if (index >= count(scope))
    return nullptr;
  switch (scope) {
  case Scope::worker:
    return worker_at(index) + header_.worker_parts.stats_offset;
  case Scope::port:
    return port_at(index) + header_.port_parts.stats_offset;
  case Scope::queue:
    break;
  }
  return queue_at(index) + header_.queue_parts.stats_offset;
}

base::Nanos Reader::heartbeat_age(std::uint32_t worker, base::Nanos now) const {
  const auto *block = reinterpret_cast<const WorkerBlock *>(worker_at(worker));
  return age(load_relaxed(&block->heartbeat), now);
}

std::int64_t Reader::receiver_beat(std::uint32_t receiver) const {
  const std::byte *at = base_ + header_.receivers.offset + receiver * header_.receivers.stride;
  return load_relaxed(&reinterpret_cast<const ReceiverBlock *>(at)->heartbeat);
}

// Those that work have the first places.
std::uint32_t Reader::receivers() const {
  std::uint32_t count = 0;
  while (count < header_.receivers.count && receiver_beat(count) > 0)
    ++count;
  return count;
}

base::Nanos Reader::receiver_age(std::uint32_t receiver, base::Nanos now) const {
  return age(receiver_beat(receiver), now);
}

std::optional<std::uint64_t> Reader::fences() const {
  if (header_.abi_minor < kFencesSince)
    return std::nullopt;
  return load_relaxed(&reinterpret_cast<const Header *>(base_)->fences);
}

// Behind all that tells how it lives: what ends between two looks may have a successor by then.
Status Reader::status(base::Nanos now, base::Nanos stall_after) const {
  Status status = look(now, stall_after);
  const auto *live = reinterpret_cast<const Header *>(base_);
  const bool stopped = load_acquire(&live->state) == static_cast<std::uint64_t>(State::stopped);
  if (status.life == Life::dead && stopped)
    status.life = Life::stopped;
  status.replaced = replaced();
  if (!status.replaced && is_resized()) // what was cut off reads as zeros
    status.life = Life::dead;
  return status;
}

Status Reader::look(base::Nanos now, base::Nanos stall_after) const {
  const auto *live = reinterpret_cast<const Header *>(base_);
  Status status;
  status.heartbeat_age = age(load_relaxed(&live->heartbeat), now);
  const std::uint64_t state = load_acquire(&live->state);
  if (state == static_cast<std::uint64_t>(State::stopped)) {
    status.life = Life::stopped;
    return status;
  }
  const std::string boot = boot_id();
  if ((!boot.empty() && boot != info_.boot_id) ||
      look_at(info_.pid, info_.start_ticks) == Process::gone) {
    status.life = Life::dead;
    return status;
  }
  switch (static_cast<State>(state)) {
  case State::starting:
    status.life = Life::starting;
    break;
  case State::stopping:
    status.life = Life::stopping;
    break;
  default:
    status.life = Life::running;
    for (std::uint32_t worker = 0; worker < workers(); ++worker)
      if (heartbeat_age(worker, now) > stall_after)
        status.stalled_workers.push_back(worker);
    for (std::uint32_t receiver = 0; receiver < receivers(); ++receiver)
      if (receiver_age(receiver, now) > stall_after)
        status.stalled_receivers.push_back(receiver);
  }
  return status;
}

// Whether somebody cut or lengthened the file, which no daemon does.
bool Reader::is_resized() const {
  struct stat about {};
  return !path_.empty() && lstat(path_.c_str(), &about) == 0 &&
         about.st_size != static_cast<off_t>(mapping_.size());
}

bool Reader::replaced() const {
  struct stat about {};
  return !path_.empty() && lstat(path_.c_str(), &about) == 0 &&
         (about.st_dev != device_ || about.st_ino != inode_);
}

void Reader::gather(Scope scope, std::uint32_t index, std::span<const record::Descriptor> wanted,
                    void *into) const {
  const std::byte *stats = stats_at(scope, index);
  if (stats == nullptr)
    return;
  for (const record::Descriptor &descriptor : wanted) {
    const auto entry = std::find_if(directory_.begin(), directory_.end(), [&](const Entry &e) {
      return e.scope == scope && e.kind == descriptor.kind && e.name == descriptor.name;
    });
    if (entry != directory_.end())
      load_words(static_cast<char *>(into) + descriptor.offset, stats + entry->offset,
                 descriptor.size);
  }
}

record::WorkerStats Reader::worker_stats(std::uint32_t worker) const {
  record::WorkerStats stats;
  gather(Scope::worker, worker, record::worker_descriptors(), &stats);
  return stats;
}

record::PortStats Reader::port_stats(std::uint32_t port) const {
  record::PortStats stats;
  gather(Scope::port, port, record::port_descriptors(), &stats);
  return stats;
}

record::QueueStats Reader::queue_stats(std::uint32_t queue) const {
  record::QueueStats stats;
  gather(Scope::queue, queue, record::queue_descriptors(), &stats);
  return stats;
}

QueuePlace Reader::queue_place(std::uint32_t queue) const {
  if (queue >= queues())
    return {};
  QueueBlock block;
  load_words(&block, queue_at(queue), sizeof block);
  return {block.port < ports() ? block.port : kNoPort, block.queue};
}

// The writer may add to both meanwhile; the share must not come out above one.
record::Sides Reader::sides_at(std::uint32_t worker, std::size_t offset) const {
  record::Sides sides;
  if (worker >= header_.vantages.count)
    return sides;
  load_words(&sides, base_ + header_.vantages.offset + worker * header_.vantages.stride + offset,
             sizeof sides);
  sides.one_sided = std::min(sides.one_sided, sides.connections);
  return sides;
}

record::Sides Reader::vlan_sides(std::uint32_t worker, std::size_t place) const {
  if (place >= record::kVlanPlaces)
    return {};
  return sides_at(worker, offsetof(VantageBlock, vlans) + place * sizeof(record::Sides));
}

record::Sides Reader::port_sides(std::uint32_t worker, std::uint32_t port) const {
  if (port >= kMaxPorts)
    return {};
  return sides_at(worker, offsetof(VantageBlock, ports) + port * sizeof(record::Sides));
}

record::Sides Reader::vlan_sides(std::size_t place) const {
  record::Sides sum;
  for (std::uint32_t worker = 0; worker < workers(); ++worker)
    sum.merge(vlan_sides(worker, place));
  return sum;
}

record::Sides Reader::port_sides(std::uint32_t port) const {
  record::Sides sum;
  for (std::uint32_t worker = 0; worker < workers(); ++worker)
    sum.merge(port_sides(worker, port));
  return sum;
}

std::string Reader::port_name(std::uint32_t port) const {
  PortBlock block;
  load_words(&block, port_at(port), sizeof block);
  return printable(block.name);
}

std::uint64_t Reader::value(const Entry &entry, std::uint32_t index) const {
  std::uint64_t value = 0;
  if (const std::byte *stats = stats_at(entry.scope, index))
    load_words(&value, stats + entry.offset, sizeof value);
  return value;
}

record::Histogram Reader::histogram(const Entry &entry, std::uint32_t index) const {
  record::Histogram histogram;
  const std::byte *stats = stats_at(entry.scope, index);
  if (stats != nullptr && entry.kind == record::StatKind::histogram)
    load_words(&histogram, stats + entry.offset, sizeof histogram);
  return histogram;
}

std::optional<RingToRead> Reader::ring(const RingSection &rings, std::uint32_t worker) const {
  if (header_.layout_hash != record::layout_hash() || worker >= rings.blocks.count)
    return std::nullopt;
  return ring_at(base_ + rings.blocks.offset + worker * rings.blocks.stride, rings);
}

std::optional<RingCursor> Reader::cursor(std::uint32_t worker, Start start) const {
  const auto found = ring(header_.records, worker);
  return found ? std::optional(RingCursor(*found, start)) : std::nullopt;
}

std::optional<StoryCursor> Reader::stories(std::uint32_t worker, Start start) const {
  const auto found = ring(header_.stories, worker);
  return found ? std::optional(StoryCursor(*found, start)) : std::nullopt;
}

std::optional<RingCursor> Reader::failures(std::uint32_t worker, Start start) const {
  const auto found = ring(header_.failures, worker);
  return found ? std::optional(RingCursor(*found, start)) : std::nullopt;
}

bool Reader::summaries(summary::Merged &into) const {
  for (std::uint32_t worker = 0; worker < workers(); ++worker) {
    auto block = std::make_unique<summary::Block>();
    if (!summary(worker, *block))
      return false;
    into.add(std::move(block));
  }
  return true;
}

bool Reader::summary(std::uint32_t worker, summary::Block &into) const {
  if (worker >= header_.summaries.count)
    return false;
  const std::byte *block = base_ + header_.summaries.offset + worker * header_.summaries.stride +
                           header_.summary_parts.stats_offset;
  summary::load(into, [&](const summary::Part &part) -> const std::byte * {
    const auto found =
        std::find_if(summary_parts_.begin(), summary_parts_.end(), [&](const SummaryPart &p) {
          return p.name == part.name && p.bytes == part.bytes;
        });
    return found == summary_parts_.end() ? nullptr : block + found->offset;
  });
  return true;
}

StoryChoice Reader::story_choice() const {
  const bool known = header_.story_choice <= static_cast<std::uint64_t>(StoryChoice::all);
  return known && header_.stories.blocks.count > 0 ? static_cast<StoryChoice>(header_.story_choice)
                                                   : StoryChoice::none;
}

} // namespace handspan::shm
