#include "shm/writer.h"

#include "shm/place.h"
#include "shm/process.h"
#include "shm/runtime_dir.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace handspan::shm {

namespace {

constexpr const char *kSegment = "stats.shm";
constexpr const char *kTemporary = "stats.shm.new";
static_assert(kSegmentName == "stats.shm");

std::string megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB";
}

// Takes all the space now: a full file system would otherwise show itself later, as SIGBUS in a
// worker. Asks first, since a try that fails has filled the disk (or, on tmpfs, the memory) for a
// while. Returns an errno, 0 if it went well.
int reserve(const Fd &file, std::uint64_t bytes) {
  struct statvfs space {};
  if (fstatvfs(file.get(), &space) == 0 && bytes / space.f_frsize >= space.f_bavail)
    return ENOSPC;
  return posix_fallocate(file.get(), 0, static_cast<off_t>(bytes));
}

// The segment's file under its temporary name, all of its space reserved. What a crashed start left
// under that name is ours to remove: we hold the lock.
Fd make_file(const Fd &place, const std::string &path, std::uint64_t bytes, gid_t group,
             std::string &error) {
  unlinkat(place.get(), kTemporary, 0);
  Fd file(
      openat(place.get(), kTemporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!file.ok()) {
    error = refused("cannot create", path);
    return {};
  }
  if (fchmod(file.get(), 0640) != 0 ||
      (group != kNoGroup && fchown(file.get(), static_cast<uid_t>(-1), group) != 0)) {
    error = refused("cannot give the group access to", path);
    return {};
  }
  if (const int refusal = reserve(file, bytes); refusal != 0) {
    error = refused("cannot reserve " + megabytes(bytes) + " for", path, refusal) +
            ": free space there, or configure smaller rings";
    return {};
  }
  return file;
}

// Maps and fills the file, and puts it into its place.
Mapping build(const Fd &place, const Writer::Config &config, const std::string &path,
              std::string &error) {
  const std::uint64_t bytes = plan(config.shape).segment_bytes;
  const Fd file = make_file(place, path, bytes, config.group, error);
  if (!file.ok())
    return {};
  Mapping mapping = Mapping::writable(file.get(), bytes);
  if (!mapping.ok()) {
    error = refused("cannot map " + megabytes(bytes) + " of", path);
    return {};
  }
  Identity identity;
  identity.version = config.version;
  identity.probe = config.probe;
  identity.instance = config.instance;
  identity.boot_id = boot_id();
  identity.pid = static_cast<std::uint64_t>(getpid());
  identity.start_ticks = start_ticks(identity.pid);
  identity.start_time = config.start_time;
  identity.now = config.now;
  identity.retry_window = config.retry_window;
  format(mapping.data(), config.shape, identity);
  if (renameat(place.get(), kTemporary, place.get(), kSegment) != 0) {
    error = refused("cannot put into its place", path);
    return {};
  }
  return mapping;
}

} // namespace

std::unique_ptr<Writer> Writer::create(const Config &config, std::string &error) {
  if (!valid_instance(config.instance)) {
    error = "\"" + config.instance +
            "\" is no instance name: 1 to 32 letters, digits, - and _ are allowed";
    return nullptr;
  }
  error = fault_of(config.shape);
  if (!error.empty())
    return nullptr;
  std::unique_ptr<Place> place =
      Place::take(config.runtime_dir, config.instance, config.group, error);
  if (place == nullptr)
    return nullptr;
  const std::string path = segment_path(config.runtime_dir, config.instance);
  Mapping mapping = build(place->folder(), config, path, error);
  if (!mapping.ok()) {
    unlinkat(place->folder().get(), kTemporary, 0);
    return nullptr;
  }
  return std::unique_ptr<Writer>(new Writer(path, std::move(place), std::move(mapping)));
}

Writer::Writer(std::string path, std::unique_ptr<Place> place, Mapping mapping)
    : path_(std::move(path)), place_(std::move(place)), mapping_(std::move(mapping)),
      header_(reinterpret_cast<Header *>(mapping_.data())) {
  std::byte *base = mapping_.data();
  const Header &h = *header_;
  workers_.reserve(h.workers.count);
  for (std::uint64_t i = 0; i < h.workers.count; ++i) {
    std::byte *at = base + h.workers.offset + i * h.workers.stride;
    auto *block = reinterpret_cast<WorkerBlock *>(at);
    const auto ring_of = [&](const RingSection &rings) {
      return i < rings.blocks.count
                 ? ring_at(base + rings.blocks.offset + i * rings.blocks.stride, rings)
                 : RingToWrite{};
    };
    workers_.emplace_back(
        block, at + h.worker_parts.stats_offset,
        WorkerWriter::Rings{ring_of(h.records), ring_of(h.failures), ring_of(h.stories)},
        reinterpret_cast<VantageBlock *>(base + h.vantages.offset + i * h.vantages.stride),
        reinterpret_cast<summary::Block *>(base + h.summaries.offset + i * h.summaries.stride));
  }
  for (std::uint64_t i = 0; i < h.rule_hits.count; ++i)
    workers_[i].set_rules(
        {reinterpret_cast<RuleHits *>(base + h.rule_hits.offset + i * h.rule_hits.stride),
         h.rules.count});
  for (std::uint64_t i = 0; i < h.ports.count; ++i)
    ports_.emplace_back(base + h.ports.offset + i * h.ports.stride + h.port_parts.stats_offset);
  for (std::uint64_t i = 0; i < h.receivers.count; ++i)
    receivers_.emplace_back(
        reinterpret_cast<ReceiverBlock *>(base + h.receivers.offset + i * h.receivers.stride));
  queues_.resize(h.ports.count);
  for (std::uint64_t i = 0; i < h.queues.count; ++i) {
    std::byte *at = base + h.queues.offset + i * h.queues.stride;
    queues_[reinterpret_cast<const QueueBlock *>(at)->port].emplace_back(
        reinterpret_cast<record::QueueStats *>(at + h.queue_parts.stats_offset));
  }
}

std::uint64_t Writer::bytes_for(const Shape &shape) {
  return plan(shape).segment_bytes;
}

Writer::~Writer() {
  withdraw();
}

void Writer::withdraw() {
  if (place_ == nullptr)
    return;
  if (static_cast<State>(load_relaxed(&header_->state)) == State::starting)
    unlinkat(place_->folder().get(), kSegment, 0);
  else
    place_->keep();
  set_state(State::stopped);
  place_.reset();
}

void Writer::set_state(State state) {
  store_release(&header_->state, static_cast<std::uint64_t>(state));
}

void Writer::show_fences(std::uint64_t fences) {
  store_relaxed(&header_->fences, fences);
}

// Readers that meet a change look again.
void Writer::show_rules(const std::vector<RuleName> &rules) {
  header_->rules_version.begin();
  for (std::size_t i = 0; i < std::min<std::size_t>(rules.size(), header_->rules.count); ++i) {
    RuleBlock block;
    block.id = rules[i].id;
    block.severity = rules[i].severity;
    block.in_force = rules[i].in_force;
    const std::string &name = rules[i].name;
    std::memcpy(block.name, name.data(), std::min(name.size(), sizeof block.name - 1));
    store_words(mapping_.data() + header_->rules.offset + i * header_->rules.stride, &block,
                sizeof block);
  }
  header_->rules_version.end();
}

void Writer::count_reload(bool good) {
  std::uint64_t &count = good ? header_->reloads : header_->reloads_failed;
  store_release(&count, load_relaxed(&count) + 1);
}

void Writer::heartbeat(base::Nanos now) {
  store_relaxed(&header_->heartbeat, now);
}

} // namespace handspan::shm
