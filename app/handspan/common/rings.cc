#include "rings.h"

#include "exit_codes.h"
#include "render/units.h"
#include "shm/process.h"

#include <algorithm>
#include <string>
#include <utility>

namespace handspan::app {
namespace {

constexpr base::Nanos kInterval = base::kSecond; // between two lines about losses

} // namespace

int Rings::attach(const SegmentOptions &options) {
  Segment segment = open_segment(options);
  if (segment.reader == nullptr) {
    cursors_.clear();
    return segment.code;
  }
  if (take(std::move(segment.reader)))
    return kOk;
  complain("the daemon's records have another shape (its version is " + reader_->info().version +
           "): use the handspan that came with it");
  return kFault;
}

bool Rings::take(std::unique_ptr<shm::Reader> reader) {
  if (!losses_.empty())
    tell_losses(When::now);
  reader_ = std::move(reader);
  probe_ = reader_->probe();
  losses_.assign(reader_->workers(), 0);
  cursors_.clear();
  incomplete_.clear();
  complete_since_ = first_ = last_ = base::kNever;
  for (std::uint32_t i = 0; i < reader_->workers(); ++i) {
    const auto cursor = reader_->cursor(i, shm::Start::oldest);
    if (!cursor)
      return false;
    cursors_.push_back(*cursor);
    incomplete_.push_back(cursor->number() > 0);
  }
  return true;
}

bool Rings::go_on_after(const record::FlowId &id, record::Kind kind) {
  using Kind = shm::Poll::Kind;
  const std::size_t owner = id.worker();
  if ((id.run != 0 && id.run != probe_.run) || owner >= cursors_.size())
    return false;
  shm::RingCursor behind = cursors_[owner];
  for (bool found = false; !found;) {
    const Kind got = poll(behind).kind;
    if (got == Kind::nothing)
      return false;
    found = got == Kind::record && record_->flow_id == id.flow && record_->kind == kind;
  }
  cursors_[owner] = behind;
  const base::Nanos told = record_->written;
  for (std::size_t worker = 0; worker < cursors_.size(); ++worker)
    for (shm::RingCursor next = cursors_[worker]; worker != owner; cursors_[worker] = next) {
      const Kind got = poll(next).kind;
      // Of one moment: in the order of the workers, as they are listed.
      const bool later = record_->written > told || (record_->written == told && worker > owner);
      if (got == Kind::nothing || (got == Kind::record && later))
        break;
    }
  incomplete_.assign(cursors_.size(), false);
  return true;
}

bool Rings::drain(std::size_t worker, std::uint64_t limit, const Take &take,
                  const std::function<bool()> &go_on) {
  bool any = false;
  for (std::uint64_t i = 0; i < limit && go_on(); ++i) {
    const shm::Poll got = poll(cursors_[worker]);
    if (got.kind == shm::Poll::Kind::nothing)
      break;
    any = true;
    if (got.kind == shm::Poll::Kind::lost) {
      incomplete_[worker] = true;
      losses_[worker] += got.lost;
    } else {
      note(worker, *record_);
      take(*record_);
    }
  }
  return any;
}

void Rings::tell_losses(When when) {
  std::uint64_t all = 0;
  std::size_t workers = 0;
  std::string names;
  for (std::size_t i = 0; i < losses_.size(); ++i) {
    if (losses_[i] == 0)
      continue;
    all += losses_[i];
    names += (workers++ == 0 ? "" : ", ") + std::to_string(i);
  }
  const base::Nanos now = shm::monotonic_now();
  if (workers == 0 ||
      (when == When::at_intervals && told_ != base::kNever && now - told_ < kInterval))
    return;
  told_ = now;
  losses_.assign(losses_.size(), 0);
  if (!quiet_)
    complain(render::grouped(all) + " records of " + (workers == 1 ? "worker " : "workers ") +
             names + " were lost: they were overwritten before they were read");
}

// A ring holds records in the order of their writing. Those of a handshake, a FIN or a RST are
// written right after it, so they tell when the ring begins; the others waited for a timeout.
void Rings::note(std::size_t worker, const record::Record &record) {
  using record::Teardown;
  if (first_ == base::kNever || record.first < first_)
    first_ = record.first;
  last_ = std::max(last_, record.last);
  const Teardown end = record.tcp.teardown;
  const bool at_once = record.kind == record::Kind::handshake || end == Teardown::fin ||
                       end == Teardown::rst_client || end == Teardown::rst_server;
  if (!incomplete_[worker] || !at_once)
    return;
  incomplete_[worker] = false;
  complete_since_ = std::max(complete_since_, record.last);
}

std::pair<base::Nanos, base::Nanos> Rings::span() const {
  if (first_ == base::kNever)
    return {base::kNever, base::kNever};
  base::Nanos until = last_;
  // Records of a replayed capture are older than the daemon; for them only their own time counts.
  const base::Nanos start = reader_->info().start_time;
  const bool running =
      reader_->status(shm::monotonic_now(), kStallAfter).life == shm::Life::running;
  if (running && start > 0 && last_ >= start)
    until = std::max(until, shm::wall_now());
  return {first_, until};
}

record::Watch Rings::watched() const {
  record::Watch watch;
  // What lies before the oldest that every ring holds was not watched.
  if (const auto [from, until] = span(); from != base::kNever)
    watch.add(std::max(from, std::min(complete_since_, until)), until);
  return watch;
}

base::Nanos Rings::retry_window() const {
  return std::max<base::Nanos>(reader_->info().retry_window, 0);
}

bool Rings::behind() const {
  return std::any_of(cursors_.begin(), cursors_.end(), [this](const shm::RingCursor &cursor) {
    return cursor.end() - cursor.place() > reader_->info().ring_bytes / 4;
  });
}

void Rings::drain_history(const Take &take, const std::function<bool()> &go_on) {
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    const std::uint64_t end = cursors_[i].end();
    drain(i, UINT64_MAX, take, [&] { return cursors_[i].place() < end && go_on(); });
  }
  losses_.assign(losses_.size(), 0);
}

void Rings::drain_failures(const Take &take) {
  for (std::uint32_t worker = 0; worker < reader_->workers(); ++worker) {
    auto cursor = reader_->failures(worker, shm::Start::oldest);
    if (!cursor)
      continue;
    const std::uint64_t end = cursor->end();
    while (cursor->place() < end) {
      const shm::Poll got = poll(*cursor);
      if (got.kind == shm::Poll::Kind::nothing)
        break;
      if (got.kind == shm::Poll::Kind::record)
        take(*record_);
    }
  }
}

} // namespace handspan::app
