#include "intake.h"

#include "base/bytes.h"
#include "log.h"
#include "record/packed.h"
#include "shm/process.h"
#include "shm/runtime_dir.h"
#include "summary/merged.h"

#include <algorithm>
#include <string_view>

#include <unistd.h>

namespace handspan::exporter {
namespace {

constexpr base::Nanos kLook = 200 * base::kMillisecond; // between two looks at the daemon's life
constexpr base::Nanos kStall = 2 * base::kSecond;
constexpr int kTurn = 4096; // entries of one worker before the next has its turn
constexpr std::int64_t kMinute = 60;
// Seconds after a minute's end: by then all workers have added it up.
constexpr std::int64_t kGrace = summary::History::kLag + 2;

// FNV-1a.
std::uint64_t mix(std::uint64_t sum, std::string_view bytes) {
  for (const char c : bytes)
    sum = (sum ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
  return sum;
}

// Into zeros.
void put(char *to, std::size_t room, const std::string &text) {
  text.copy(to, room - 1);
}

std::string host_name() {
  char name[65] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

// `probe`: what the configuration calls it; else what the daemon does, else the machine's name.
spool::Source source_of(const shm::Reader &reader, const std::string &probe) {
  const shm::SegmentInfo &info = reader.info();
  spool::Source source;
  source.id = reader.probe().run;
  source.layout = record::layout_hash() + sizeof(summary::Cell);
  source.start_time = info.start_time;
  put(source.instance, sizeof source.instance, info.instance);
  put(source.probe, sizeof source.probe,
      !probe.empty()        ? probe
      : !info.probe.empty() ? info.probe
                            : host_name());
  return source;
}

base::Bytes bytes_of(const summary::Cell &cell) {
  return {reinterpret_cast<const std::uint8_t *>(&cell), sizeof cell};
}

} // namespace

void Intake::say(const std::string &what) {
  if (what == said_)
    return;
  said_ = what;
  if (!what.empty())
    log_line(what);
}

bool Intake::attach() {
  std::string why;
  const std::string folder = shm::reading_dir(settings_.runtime_dir, settings_.instance, why);
  shm::OpenError fault{shm::OpenError::Kind::system, why};
  reader_ = folder.empty()
                ? nullptr
                : shm::Reader::open(shm::segment_path(folder, settings_.instance), fault);
  if (reader_ == nullptr) {
    say("waiting for the daemon: " + fault.message);
    return false;
  }
  const spool::Source source = source_of(*reader_, settings_.probe);
  const auto &last = spool_.last();
  const bool same = last && last->source.id == source.id;
  cursors_.clear();
  std::vector<spool::Place> places;
  for (std::uint32_t worker = 0; worker < reader_->workers(); ++worker) {
    auto cursor = reader_->cursor(worker, shm::Start::oldest);
    if (!cursor) {
      say("the daemon's records have another shape (its version is " + reader_->info().version +
          "): use the exporter that came with it");
      reader_ = nullptr;
      return false;
    }
    if (same && worker < last->places.size())
      cursor->seek(last->places[worker].place, last->places[worker].number);
    places.push_back({cursor->place(), cursor->number()});
    cursors_.push_back(*cursor);
  }
  if (!spool_.begin(source, places, why)) {
    say("spool: " + why);
    reader_ = nullptr;
    return false;
  }
  told_minute_ = -1;
  minutes_.clear();
  say("reading " + reader_->info().instance + ", pid " + std::to_string(reader_->info().pid));
  return true;
}

bool Intake::drain(std::uint32_t worker) {
  bool any = false;
  shm::RingCursor &cursor = cursors_[worker];
  base::Bytes packed;
  for (int i = 0; i < kTurn && spool_.has_room(); ++i) {
    const shm::Poll got = cursor.poll_packed(packed);
    if (got.kind == shm::Poll::Kind::nothing)
      break;
    any = true;
    if (got.kind == shm::Poll::Kind::lost) {
      tally_.lost += got.lost;
      continue;
    }
    ++tally_.read;
    spool_.add({spool::Kind::record,
                static_cast<std::uint8_t>(worker),
                {cursor.place(), cursor.number()},
                packed});
  }
  return any;
}

bool Intake::turn(base::Nanos now) {
  if (reader_ == nullptr) {
    if (looked_ != base::kNever && now - looked_ < kLook)
      return false;
    looked_ = now;
    if (!attach())
      return false;
    begun_ = now;
  }
  bool any = false;
  for (std::uint32_t worker = 0; worker < cursors_.size(); ++worker)
    any = drain(worker) || any;
  std::string why;
  if (!spool_.flush(why))
    say("spool: " + why);
  if (spool_.entries() == 0)
    begun_ = now;
  else if (now - begun_ >= settings_.file_time || spool_.entries() >= settings_.file_records ||
           spool_.bytes() >= settings_.file_bytes) {
    if (!spool_.seal(why))
      say("spool: " + why);
    begun_ = now;
  }
  if (now - looked_ >= kLook) {
    looked_ = now;
    tell_minutes(shm::wall_now());
    if (!any)
      look_after(now);
  }
  return any;
}

// A daemon that has a successor writes no more: what it left was read, and it is let go.
void Intake::look_after(base::Nanos now) {
  const shm::Status status = reader_->status(now, kStall);
  if (!status.replaced)
    return;
  for (std::uint32_t worker = 0; worker < cursors_.size(); ++worker)
    if (drain(worker))
      return;
  reader_ = nullptr;
}

// A minute is told when it is over, and again when connections that ended in it are told late.
void Intake::tell_minutes(base::Nanos now) {
  const std::int64_t over = (now / base::kSecond - kGrace) / kMinute - 1;
  const shm::Life life = reader_->status(shm::monotonic_now(), kStall).life;
  const bool ended = life == shm::Life::stopped || life == shm::Life::dead;
  const std::int64_t due = ended ? INT64_MAX : over;
  if (due == told_minute_)
    return;
  told_minute_ = due;
  summary::Merged merged;
  if (!reader_->summaries(merged))
    return;
  const summary::Course course =
      merged.course(summary::Unit::minute, summary::most_of(summary::Unit::minute));
  std::vector<std::pair<std::int64_t, std::uint64_t>> told;
  for (std::size_t i = 0; i < course.cells.size(); ++i) {
    summary::Cell cell = course.cells[i];
    cell.number = course.first + static_cast<std::int64_t>(i);
    cell.version = {};
    if (cell.number > due || (cell.opened == 0 && cell.packets == 0))
      continue;
    const std::uint64_t sum = mix(0, base::text_of(bytes_of(cell)));
    told.emplace_back(cell.number, sum);
    if (std::find(minutes_.begin(), minutes_.end(), told.back()) == minutes_.end())
      spool_.add({spool::Kind::minute, 0, {}, bytes_of(cell)});
  }
  minutes_ = std::move(told);
}

void Intake::finish() {
  std::string why;
  if (!spool_.seal(why))
    say("spool: " + why);
}

} // namespace handspan::exporter
