#include "delivery.h"

#include "log.h"
#include "record/packed.h"
#include "shm/process.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace handspan::exporter {
namespace {

constexpr base::Nanos kFirstPause = base::kSecond / 4;
constexpr base::Nanos kStep = 50 * base::kMillisecond; // of a pause, between two looks at stop()
constexpr std::chrono::milliseconds kPatience(200);

formats::Origin origin_of(const spool::Source &source) {
  return {source.probe, source.instance, source.id, source.start_time};
}

} // namespace

Delivery::Delivery(SinkConfig config, const std::string &folder, spool::Spool &spool,
                   SinkTally &tally)
    : config_(std::move(config)), selection_(config_.selection),
      state_path_(folder + "/" + config_.name + ".state"), spool_(spool), tally_(tally) {
  tally_.name = config_.name;
  tally_.type = config_.type;
  if (spool::load(state_path_, state_))
    again_ = state_.until > 0;
  tally_.next = state_.next;
  spool_.expect(config_.name, state_.next);
}

Delivery::~Delivery() {
  stop();
}

void Delivery::start() {
  thread_ = std::thread([this] { run(); });
}

void Delivery::stop() {
  stopping_ = true;
  if (thread_.joinable())
    thread_.join();
}

void Delivery::run() {
  while (!stopping_)
    if (!turn() && spool_.next(state_.next, kPatience))
      std::this_thread::sleep_for(std::chrono::nanoseconds(kStep)); // not due so far
  while (pause_ == 0 && turn()) { // what is left, as long as it goes well
  }
  config_.sink->idle(base::kNever);
}

bool Delivery::turn() {
  const base::Nanos now = shm::wall_now();
  make_room();
  if (!choose(now)) {
    if (open_)
      config_.sink->idle(now);
    return false;
  }
  std::string why;
  if (try_once(why)) {
    pause_ = 0;
    again_ = false;
    tally_.set_trouble("");
    return true;
  }
  tally_.set_trouble(why);
  if (pause_ == 0)
    log_line(config_.name + ": " + why);
  ++tally_.retries;
  again_ = true;
  pause_ = std::clamp(pause_ * 2, kFirstPause, std::max(config_.retry_most, kFirstPause));
  pause(pause_);
  return !stopping_;
}

// Which files the next batch is made of; noted before any of it leaves.
bool Delivery::choose(base::Nanos now) {
  if (state_.until > 0)
    return true;
  const std::vector<spool::Batch> files = spool_.from(state_.next);
  if (files.empty())
    return false;
  std::uint64_t entries = 0, until = 0;
  for (const spool::Batch &file : files) {
    if (entries > 0 && entries + file.entries > config_.batch_records)
      break;
    entries += file.entries;
    until = file.number + 1;
  }
  const bool full = entries >= config_.batch_records || until <= files.back().number;
  if (!full && now - files.front().sealed < config_.batch_time && !stopping_)
    return false;
  state_.next = files.front().number;
  state_.until = until;
  return true;
}

bool Delivery::prepare(std::string &why) {
  if (!open_ && !config_.sink->open(state_.memo, why))
    return false;
  open_ = true;
  return arrived_ || spool::store(state_path_, state_, why);
}

bool Delivery::try_once(std::string &why) {
  if (!prepare(why))
    return false;
  if (!arrived_) {
    Handed handed;
    config_.sink->begin({state_.next, state_.until, again_});
    for (const spool::Batch &file : spool_.from(state_.next))
      if (file.number < state_.until && !hand_over(file, handed, why))
        return false;
    spool::SinkState after{state_.until, 0, state_.memo};
    if (!config_.sink->commit(after.memo, why))
      return false;
    arrived_ = after;
    tally_.sent += handed.rows;
    tally_.passed += handed.passed;
    tally_.dropped += handed.unreadable;
    for (const std::string &loss : handed.losses)
      log_line(loss);
    ++tally_.batches;
  }
  if (!spool::store(state_path_, *arrived_, why))
    return false;
  state_ = *arrived_;
  arrived_.reset();
  needs_from(state_.next);
  return true;
}

// False where it can't be read now. What never will be, of a program that packs in another way too,
// is passed over, counted and told.
bool Delivery::hand_over(const spool::Batch &file, Handed &handed, std::string &why) {
  std::string fault;
  if (!reader_.open(file.path, fault) && !reader_.is_damaged()) {
    why = file.path + ": " + fault;
    return false;
  }
  if (!reader_.is_damaged() &&
      reader_.beginning().source.layout != record::layout_hash() + sizeof(summary::Cell))
    fault = "written by another version of this program";
  const std::uint64_t got = fault.empty() ? hand_over_entries(handed) : 0;
  if (got >= file.entries)
    return true;
  handed.unreadable += file.entries - got;
  handed.losses.push_back(
      config_.name + ": " + file.path + ": " + std::to_string(file.entries - got) + " of " +
      std::to_string(file.entries) +
      " entries are lost: " + (fault.empty() ? "the rest of the file is damaged" : fault));
  return true;
}

// How many it found.
std::uint64_t Delivery::hand_over_entries(Handed &handed) {
  std::uint64_t found = 0;
  const formats::Origin origin = origin_of(reader_.beginning().source);
  for (spool::Entry entry; reader_.next(entry); ++found) {
    if (entry.kind == spool::Kind::minute) {
      if (!selection_.wants_minutes() || entry.payload.size() != sizeof *minute_)
        continue;
      std::memcpy(static_cast<void *>(minute_.get()), entry.payload.data(), sizeof *minute_);
      config_.sink->add(*minute_, origin);
      ++handed.rows;
    } else if (unpack(entry, origin) && selection_.wants(*record_)) {
      config_.sink->add(Row{*record_, origin, entry.after.number - 1, selection_.rate()});
      ++handed.rows;
    } else {
      ++handed.passed;
    }
  }
  return found;
}

// As readers of a segment have it: with whose it is.
bool Delivery::unpack(const spool::Entry &entry, const formats::Origin &origin) {
  if (!record::unpack(entry.payload, *record_))
    return false;
  record_->worker = entry.worker;
  record_->probe.run = origin.start;
  record_->probe.name.assign(origin.probe);
  record_->probe.instance.assign(origin.instance);
  return true;
}

// The sink's share of the spool is bounded: the oldest goes first, counted. A batch that was tried
// goes as a whole, for it must stay what it was.
void Delivery::make_room() {
  if (arrived_)
    return;
  std::uint64_t bytes = 0, dropped = 0;
  const std::vector<spool::Batch> files = spool_.from(state_.next);
  for (const spool::Batch &file : files)
    bytes += file.bytes;
  spool::SinkState after = state_;
  for (const spool::Batch &file : files) {
    if (bytes <= config_.spool_bytes && (dropped == 0 || file.number >= state_.until))
      break;
    bytes -= file.bytes;
    dropped += file.entries;
    after.next = file.number + 1;
  }
  if (dropped == 0)
    return;
  after.until = 0;
  std::string why;
  if (!spool::store(state_path_, after, why))
    return tally_.set_trouble(why);
  state_ = after;
  again_ = false;
  tally_.dropped += dropped;
  needs_from(state_.next);
}

void Delivery::needs_from(std::uint64_t number) {
  tally_.next = number;
  spool_.needs(config_.name, number);
}

void Delivery::pause(base::Nanos length) {
  for (base::Nanos slept = 0; slept < length && !stopping_; slept += kStep) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(kStep));
  }
}

} // namespace handspan::exporter
