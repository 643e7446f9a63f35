// handspan failures: what failed, how often, where, and what of it was not recovered; of a daemon's
// records or of capture files.
#include "render/failures.h"
#include "handspan/common/capture_run.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/rings.h"
#include "handspan/common/selection.h"
#include "render/capture.h"

#include <memory>
#include <string>
#include <utility>

namespace handspan::app {
namespace {

struct FailuresOptions {
  SegmentOptions segment;
  CaptureOptions capture;
  SelectionOptions selection;
  LookOptions look;
  bool json = false;
};

class FailuresRun final : public CaptureTaker {
public:
  FailuresRun(const FailuresOptions &options, Output &output)
      : options_(options), style_(style_for(options.look)), output_(output) {}

  int run() {
    int code = selection_.prepare(options_.selection, style_);
    if (code == kOk)
      code = options_.capture.files.empty() ? live() : files();
    if (code != kOk && !told_)
      return code;
    failures_.set_watch(std::move(watch_));
    if (options_.json)
      output_.line(failures_.json());
    else
      output_.write(failures_.text(style_));
    return code;
  }

  void take(const record::Record &record, std::uint64_t) override {
    if (selection_.wants(record))
      failures_.add(record);
  }

  void end(const Capture &capture, const record::WorkerStats &counted) override {
    if (!options_.json)
      output_.write(render::no_tcp(counted.counters, style_));
    if (capture.from != base::kNever)
      watch_.add(capture.from, capture.until);
  }

private:
  int files() {
    CaptureRun captures(options_.capture, output_);
    if (!captures.prepare())
      return kFault;
    failures_.set_window(captures.retry_window());
    told_ = true;
    return captures.run(*this);
  }

  int live() {
    Rings rings;
    if (const int code = rings.attach(options_.segment); code != kOk)
      return code;
    const base::Nanos window = options_.capture.window.or_else(rings.retry_window());
    failures_.set_window(window);
    RecordBuffer buffer([this](const record::Record &r) { take(r, 0); });
    buffer.set_retry_window(window);
    rings.drain_history([&](const record::Record &r) { buffer.add(r); }, [] { return true; });
    watch_ = rings.watched();
    failures_.set_watch(watch_);
    failures_.of_daemon(rings.complete_since());
    buffer.flush();
    return kOk;
  }

  const FailuresOptions &options_;
  render::Style style_;
  Output &output_;
  Selection selection_;
  render::Failures failures_;
  record::Watch watch_;
  bool told_ = false;
};

} // namespace

void add_failures(Command app, Action &chosen) {
  auto options = std::make_shared<FailuresOptions>();
  Command failures =
      app.verb("failures", "what failed, how often and where, and what was not recovered");
  failures.option("FILE", options->capture.files,
                  "capture files; without any, the records of a running or stopped daemon");
  add_segment_options(failures, options->segment);
  add_selection_options(failures, options->selection);
  failures.flag("--json", options->json, "one JSON object");
  add_capture_options(failures, options->capture);
  add_look_options(failures, options->look);
  failures.when_chosen([options, &chosen] {
    chosen = [options] {
      Output output;
      const int code = FailuresRun(*options, output).run();
      return output.finish(code);
    };
  });
}

} // namespace handspan::app
