#include "capture_run.h"

#include "common/settings.h"
#include "exit_codes.h"
#include "render/units.h"
#include "render/utf8.h"
#include "shm/process.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>

namespace handspan::app {
namespace {

// A file can't have more connections than packets: memory for more is never needed. It takes 16
// bytes of packet header and 40 of IP and TCP to make a packet in a capture.
inspect::Settings fitted(inspect::Settings settings, std::uint64_t file_bytes) {
  if (file_bytes == 0)
    return settings;
  static constexpr std::uint64_t kSmallestPacket = 56;
  static constexpr std::uint32_t kLeast = 1024;
  const auto fit = [](std::uint32_t &limit, std::uint64_t enough) {
    if (enough < limit)
      limit = std::min(limit, std::max(kLeast, static_cast<std::uint32_t>(enough)));
  };
  const std::uint64_t packets = file_bytes / kSmallestPacket + 1;
  fit(settings.limits.flows, packets);
  fit(settings.limits.tls_sessions, packets);
  fit(settings.limits.tracks, packets);
  fit(settings.limits.track_facts, 8 * packets);
  fit(settings.limits.tls_facts, 16 * packets);
  fit(settings.limits.hello_buffers, packets);
  fit(settings.limits.segment_buffers, packets);
  return settings;
}

// What found no room in the records; empty if nothing did.
std::string left_out(const record::WorkerStats &counted) {
  const record::Counters &c = counted.counters;
  if (c.flows_gave_way_untold == 0 && c.untracked_table_full == 0)
    return {};
  return render::grouped(c.flows_gave_way_untold) + " connections and " +
         render::grouped(c.untracked_table_full) +
         " packets of others were left out: more connections were open at once than the table " +
         "holds (limits.flows, " + render::grouped(counted.gauges.flows_limit) + ")";
}

// Passes an inspector's records on, at once or to a buffer that puts them in order, and notes from
// when to when they are.
class SpanSink final : public inspect::Sink {
public:
  SpanSink(RecordBuffer &buffer, bool at_once, const RecordBuffer::Take &take, CaptureTaker &taker)
      : buffer_(buffer), at_once_(at_once), take_(take), taker_(taker) {}
  void emit(std::span<const record::Record> records) override {
    for (const record::Record &record : records)
      add(record);
  }
  void add(const record::Record &record) {
    from = from == base::kNever ? record.first : std::min(from, record.first);
    until = std::max(until, record.last);
    taker_.emitted(record);
    if (at_once_)
      take_(record);
    else
      buffer_.add(record);
  }
  void rule_hit(const rules::Note &note, std::uint64_t flow_id, base::Nanos) override {
    taker_.rule_hit(note, flow_id);
  }
  void ignored(const record::Record &record) override { taker_.ignored(record); }
  base::Nanos from = base::kNever, until = base::kNever;

private:
  RecordBuffer &buffer_;
  bool at_once_;
  const RecordBuffer::Take &take_;
  CaptureTaker &taker_;
};

// The frames from the first on that belong to one second, or to seconds that are over.
std::size_t of_one_second(std::span<const wire::Frame> frames) {
  const base::Nanos second = frames.front().time / base::kSecond;
  std::size_t count = 1;
  while (count < frames.size() && frames[count].time / base::kSecond <= second)
    ++count;
  return count;
}

void inspect_by_second(inspect::Inspector &inspector, std::span<const wire::Frame> frames,
                       CaptureTaker &taker) {
  while (!frames.empty()) {
    taker.second(frames.front().time, inspector.stats());
    const std::size_t count = of_one_second(frames);
    inspector.inspect(frames.first(count));
    frames = frames.subspan(count);
  }
}

std::string name_of(const std::string &path) {
  return path == "-" ? "standard input" : render::printable(path);
}

// As a word for a shell.
std::string word_of(const std::string &path) {
  std::string shown = render::printable(path);
  if (shown.find_first_of(" \t'\"\\$&;()<>|*?#~`!") == std::string::npos)
    return shown;
  std::string word = "'";
  for (const char c : shown)
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

} // namespace

void add_capture_options(const Command &command, CaptureOptions &options) {
  Command how = command.group("How captures are read");
  how.flag("--separate", options.separate,
           "each file is a capture of its own; else files that follow each other in time (tcpdump "
           "-G, dumpcap -b) are one");
  add_file_options(how, options.how);
  add_retry_window_option(how, options.window);
}

bool CaptureRun::prepare() {
  if (!how_.prepare(options_.how, !options_.interface.empty()))
    return false;
  how_.settings.handshake_events = false;
  return true;
}

// One capture on its way: an inspector and where its records go.
class CaptureRun::Reading {
public:
  Reading(CaptureRun &run, CaptureTaker &taker, Capture &capture, std::uint64_t bytes, bool at_once)
      : run_(run), taker_(taker), capture_(capture), progress_(capture.shown),
        take_([this](const record::Record &record) { take(record); }), buffer_(take_),
        sink_(buffer_, at_once, take_, taker),
        inspector_(settings_for(run, bytes, at_once), run.how_.rules.get(), sink_) {
    buffer_.set_retry_window(run.retry_window());
    if (run.facts_ != nullptr)
      inspector_.tell_facts(*run.facts_, run.scope_);
  }

  // To the file's end, or until nobody reads the output any more.
  void read(offline::CaptureFile &file) {
    file.number_after(capture_.packets);
    const bool live = file.is_live();
    while (run_.output_.ok() && !run_.output_.stopped()) {
      const auto burst = file.next();
      if (burst.empty() && !file.is_idle())
        break;
      if (burst.empty()) { // time goes on all the same
        if (last_ != base::kNever)
          inspector_.sweep(last_ + base::elapsed(read_at_, shm::monotonic_now()));
      } else {
        last_ = burst.back().time;
        read_at_ = live ? shm::monotonic_now() : 0;
        if (run_.by_second_)
          inspect_by_second(inspector_, burst, taker_);
        else
          inspector_.inspect(burst);
        inspector_.sweep(last_);
      }
      if (live)
        run_.output_.flush();
      progress_.at(file);
    }
    progress_.clear();
    capture_.packets += file.packets();
    capture_.cut.frames += file.cut().frames;
    capture_.cut.bytes = std::max(capture_.cut.bytes, file.cut().bytes);
  }

  // Whether it was all told; if not, it is complained of.
  bool finish() {
    inspector_.finish(inspect::Inspector::End::capture_ended);
    const record::WorkerStats counted = inspector_.stats();
    taker_.second(base::kNever, counted);
    capture_.from = sink_.from;
    capture_.until = sink_.until;
    taker_.watched(capture_);
    buffer_.flush();
    taker_.end(capture_, counted);
    run_.output_.flush(); // so that a fault stands behind what was read
    const std::string lacks = left_out(counted);
    if (!lacks.empty())
      complain(capture_.shown, lacks);
    return lacks.empty();
  }

  [[nodiscard]] base::Nanos last() const { return last_; }

private:
  static inspect::Settings settings_for(const CaptureRun &run, std::uint64_t bytes, bool at_once) {
    inspect::Settings settings = fitted(run.how_.settings, bytes);
    if (at_once && run.options_.interface.empty() && run.options_.how.config.empty())
      read_as_it_comes(settings);
    return settings;
  }

  void take(const record::Record &record) {
    progress_.clear();
    taker_.take(record, record.kind == record::Kind::connection ? ++number_ : 0);
  }

  CaptureRun &run_;
  CaptureTaker &taker_;
  Capture &capture_;
  Progress progress_;
  std::uint64_t number_ = 0;
  RecordBuffer::Take take_;
  RecordBuffer buffer_;
  SpanSink sink_;
  inspect::Inspector inspector_;
  base::Nanos last_ = base::kNever, read_at_ = 0; // of the last packet; by the clock
};

int CaptureRun::run(CaptureTaker &taker) {
  if (!options_.interface.empty())
    return listen(taker);
  const std::vector<Part> parts = in_order();
  for (std::size_t at = 0; at < parts.size() && output_.ok();)
    at += one(std::span(parts).subspan(at), taker);
  return good_ ? kOk : kFault;
}

// By the time of their first packet; what can't be looked at twice, or not at all, stays where it
// is.
std::vector<CaptureRun::Part> CaptureRun::in_order() {
  std::vector<Part> parts;
  const auto &paths = options_.files;
  const bool piped = std::find(paths.begin(), paths.end(), "-") != paths.end();
  const bool ordered = !options_.separate && !piped && paths.size() > 1;
  for (const std::string &path : paths) {
    Part part{path, base::kNever};
    std::string fault;
    if (ordered && std::filesystem::is_regular_file(path))
      if (const auto file = offline::CaptureFile::open(path, fault))
        if (const auto burst = file->next(); !burst.empty())
          part.first = burst.front().time;
    parts.push_back(std::move(part));
  }
  const bool known = std::all_of(parts.begin(), parts.end(),
                                 [](const Part &part) { return part.first != base::kNever; });
  if (ordered && known)
    std::stable_sort(parts.begin(), parts.end(),
                     [](const Part &a, const Part &b) { return a.first < b.first; });
  return parts;
}

std::size_t CaptureRun::one(std::span<const Part> parts, CaptureTaker &taker) {
  static constexpr base::Nanos kLongestPause = 3'600 * base::kSecond;
  Capture capture;
  std::unique_ptr<Reading> reading;
  std::vector<std::pair<std::string, std::string>> faults; // are said behind what was read
  std::size_t taken = 0;
  for (const Part &part : parts) {
    const bool follows = taken > 0 && part.first != base::kNever && reading->last() <= part.first &&
                         part.first - reading->last() <= kLongestPause;
    if (taken > 0 && !follows)
      break;
    ++taken;
    std::string fault;
    const auto file = offline::CaptureFile::open(part.path, fault);
    if (file == nullptr) {
      faults.emplace_back(name_of(part.path), fault);
      if (reading == nullptr)
        break;
      continue;
    }
    capture.path.append(capture.path.empty() ? "" : " ").append(word_of(part.path));
    if (reading == nullptr) {
      capture.shown = name_of(part.path);
      taker.begin(capture);
      const bool alone = parts.size() == 1 || options_.separate;
      reading = std::make_unique<Reading>(*this, taker, capture, alone ? file->size() : 0,
                                          file->is_live() && taker.as_they_end());
    }
    reading->read(*file);
    if (!file->fault().empty())
      faults.emplace_back(name_of(part.path), file->fault());
  }
  if (reading != nullptr)
    good_ = reading->finish() && good_;
  for (const auto &[about, fault] : faults)
    complain(about, fault);
  good_ = good_ && faults.empty();
  return taken;
}

int CaptureRun::listen(CaptureTaker &taker) {
  Capture capture;
  capture.shown = capture.path = render::printable(options_.interface);
  std::string fault;
  const auto interface = offline::CaptureFile::listen(options_.interface, fault);
  if (interface == nullptr) {
    complain(capture.shown, fault);
    return kFault;
  }
  output_.stop_on_signals();
  taker.begin(capture);
  Reading reading(*this, taker, capture, 0, taker.as_they_end());
  reading.read(*interface);
  fault = interface->fault();
  if (fault.empty() && interface->lost() > 0)
    fault = render::grouped(interface->lost()) +
            " packets were lost: they came faster than they were read";
  const bool whole = reading.finish();
  if (!fault.empty())
    complain(capture.shown, fault);
  return whole && fault.empty() ? kOk : kFault;
}

} // namespace handspan::app
