#include "capture_run.h"

#include "exit_codes.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>
#include <cstdint>

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
  fit(settings.limits.tls_facts, 8 * packets);
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

// Whether all of the file was read and told; if not, it is complained of.
bool is_whole(const offline::CaptureFile &file, const std::string &shown,
              const record::WorkerStats &counted) {
  const std::string lacks = left_out(counted);
  for (const std::string &fault : {file.fault(), lacks})
    if (!fault.empty())
      complain(shown, fault);
  return file.fault().empty() && lacks.empty();
}

// Passes an inspector's records on and notes from when to when they are.
struct SpanSink final : inspect::Sink {
  SpanSink(RecordBuffer &to, CaptureTaker &told) : buffer(to), taker(told) {}
  void emit(const record::Record &record) override {
    from = from == base::kNever ? record.first : std::min(from, record.first);
    until = std::max(until, record.last);
    taker.emitted(record);
    buffer.add(record);
  }
  RecordBuffer &buffer;
  CaptureTaker &taker;
  base::Nanos from = base::kNever, until = base::kNever;
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

} // namespace

void add_capture_options(Command command, CaptureOptions &options) {
  Command how = command.group("How captures are read");
  add_file_options(how, options.how);
  add_retry_window_option(how, options.window);
}

bool CaptureRun::prepare() {
  if (!how_.prepare(options_.how))
    return false;
  how_.settings.handshake_events = false;
  return true;
}

int CaptureRun::run(CaptureTaker &taker) {
  bool good = true;
  for (const std::string &path : options_.files) {
    if (!output_.ok())
      break;
    good = one(path, taker) && good;
  }
  return good ? kOk : kFault;
}

// False if something is wrong with the file; what was read before is told.
bool CaptureRun::one(const std::string &path, CaptureTaker &taker) {
  Capture capture;
  capture.path = path;
  capture.shown = path == "-" ? "standard input" : render::printable(path);
  std::string fault;
  const auto file = offline::CaptureFile::open(path, fault);
  if (file == nullptr) {
    complain(capture.shown, fault);
    return false;
  }
  taker.begin(capture);
  Progress progress(capture.shown);
  RecordBuffer buffer([&, number = std::uint64_t{0}](const record::Record &record) mutable {
    progress.clear();
    taker.take(record, record.kind == record::Kind::connection ? ++number : 0);
  });
  buffer.set_retry_window(retry_window());
  SpanSink sink(buffer, taker);
  const record::WorkerStats counted = read_through(*file, sink, taker, progress);
  buffer.flush();
  capture.packets = file->packets();
  capture.cut = file->cut();
  capture.from = sink.from;
  capture.until = sink.until;
  taker.end(capture, counted);
  output_.flush(); // so that a fault stands behind what was read
  return is_whole(*file, capture.shown, counted);
}

// To the file's end, or until nobody reads the output any more.
record::WorkerStats CaptureRun::read_through(offline::CaptureFile &file, inspect::Sink &sink,
                                             CaptureTaker &taker, Progress &progress) {
  inspect::Inspector inspector(fitted(how_.settings, file.size()), how_.rules.get(), sink);
  if (facts_ != nullptr)
    inspector.tell_facts(*facts_, scope_);
  for (auto burst = file.next(); !burst.empty() && output_.ok(); burst = file.next()) {
    if (by_second_)
      inspect_by_second(inspector, burst, taker);
    else
      inspector.inspect(burst);
    inspector.sweep(burst.back().time);
    progress.at(file);
  }
  inspector.finish(inspect::Inspector::End::capture_ended);
  progress.clear();
  taker.second(base::kNever, inspector.stats());
  return inspector.stats();
}

} // namespace handspan::app
