// handspan failures: what failed, how often, where, and what of it was not recovered; of a daemon's
// records or of capture files.
#include "render/failures.h"
#include "common/settings.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/output.h"
#include "handspan/common/reading.h"
#include "handspan/common/retry_window.h"
#include "handspan/common/rings.h"
#include "offline/capture_file.h"
#include "render/capture.h"
#include "render/utf8.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace handspan::app {
namespace {

struct FailuresOptions {
  SegmentOptions segment;
  std::vector<std::string> files;
  bool json = false;
  std::string language;
  RetryWindow window;
};

// Passes an inspector's records on and notes from when to when they are.
struct WatchSink final : inspect::Sink {
  explicit WatchSink(RecordBuffer &to) : buffer(to) {}
  void emit(const record::Record &record) override {
    from = from == base::kNever ? record.first : std::min(from, record.first);
    until = std::max(until, record.last);
    buffer.add(record);
  }
  RecordBuffer &buffer;
  base::Nanos from = base::kNever, until = base::kNever;
};

// False, and said why, if something is wrong with the file; what was read before counts.
bool read_file(const std::string &path, RecordBuffer &buffer, record::Watch &watch, bool json,
               const render::Style &style, Output &output) {
  const std::string shown = path == "-" ? "standard input" : render::printable(path);
  std::string fault;
  const auto file = offline::CaptureFile::open(path, fault);
  if (file == nullptr) {
    complain(shown, fault);
    return false;
  }
  inspect::Settings settings;
  read_to_the_end(settings);
  settings.handshake_events = false;
  if (!randomize(settings)) {
    complain("no random numbers from the kernel");
    return false;
  }
  Progress progress(shown);
  WatchSink sink(buffer);
  Reading reading;
  reading.settings = settings;
  const record::WorkerStats counted = read_through(*file, reading, sink, progress, output);
  if (!json)
    output.write(render::no_tcp(counted.counters, style));
  if (sink.from != base::kNever)
    watch.add(sink.from, sink.until);
  return is_whole(*file, shown, counted);
}

int run(const FailuresOptions &options) {
  Output output;
  render::Failures failures;
  RecordBuffer buffer([&](const record::Record &r) { failures.add(r); });
  record::Watch watch;
  Rings rings;
  const bool live = options.files.empty();
  int code = live ? rings.attach(options.segment) : kOk;
  if (code != kOk)
    return code;
  const base::Nanos window = options.window.or_else(live ? rings.retry_window() : 0);
  failures.set_window(window);
  buffer.set_retry_window(window);
  for (const std::string &path : options.files)
    if (!read_file(path, buffer, watch, options.json, style_for(options.language), output))
      code = kFault;
  if (live) {
    rings.drain_history([&](const record::Record &r) { buffer.add(r); }, [] { return true; });
    watch = rings.watched();
    failures.of_daemon(rings.complete_since());
  }
  failures.set_watch(std::move(watch));
  buffer.flush();
  if (options.json)
    output.line(failures.json());
  else
    output.write(failures.text(style_for(options.language)));
  return output.finish(code);
}

} // namespace

void add_failures(Command app, Action &chosen) {
  auto options = std::make_shared<FailuresOptions>();
  Command failures =
      app.verb("failures", "what failed, how often and where, and what was not recovered");
  failures.option("FILE", options->files,
                  "capture files; without any, the records of a running or stopped daemon");
  add_segment_options(failures, options->segment);
  failures.flag("--json", options->json, "one JSON object");
  add_retry_window_option(failures, options->window);
  failures.option("--lang", options->language, "language of headings: en or zh")
      .one_of({"en", "zh"});
  failures.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
