// How the daemon lives that writes the segment.
#include "shm/process.h"
#include "shm/reader.h"

#include <sys/stat.h>

namespace handspan::shm {

namespace {

constexpr std::uint32_t kFencesSince = 3; // minor number of the format

base::Nanos age(base::Nanos then, base::Nanos now) {
  return then < 0 || then > now ? 0 : now - then;
}

} // namespace

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

Status Reader::status(base::Nanos now, base::Nanos stall_after) const {
  Status status = look(now, stall_after);
  // Behind all that tells how it lives: what ends between two looks may have a successor by then.
  status.replaced = replaced();
  if (!status.replaced && is_resized()) // what was cut off reads as zeros
    status.life = Life::dead;
  return status;
}

// The process first, and what it says of itself behind that: who ends in between has said so.
Life Reader::life() const {
  const bool gone = is_another_boot(boot_id(), info_.boot_id) ||
                    look_at(info_.pid, info_.start_ticks) == Process::gone;
  const auto *live = reinterpret_cast<const Header *>(base_);
  const auto state = static_cast<State>(load_acquire(&live->state));
  if (state == State::stopped)
    return Life::stopped;
  if (gone)
    return Life::dead;
  if (state == State::starting)
    return Life::starting;
  return state == State::stopping ? Life::stopping : Life::running;
}

Status Reader::look(base::Nanos now, base::Nanos stall_after) const {
  Status status;
  status.heartbeat_age =
      age(load_relaxed(&reinterpret_cast<const Header *>(base_)->heartbeat), now);
  status.life = life();
  if (status.life != Life::running)
    return status;
  for (std::uint32_t worker = 0; worker < workers(); ++worker)
    if (heartbeat_age(worker, now) > stall_after)
      status.stalled_workers.push_back(worker);
  for (std::uint32_t receiver = 0; receiver < receivers(); ++receiver)
    if (receiver_age(receiver, now) > stall_after)
      status.stalled_receivers.push_back(receiver);
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

} // namespace handspan::shm
