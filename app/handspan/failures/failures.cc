// handspan failures: what failed, how often, where, and what of it was not recovered; of a daemon's
// records or of capture files.
#include "render/failures.h"
#include "handspan/common/capture_run.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/listing.h"
#include "handspan/common/live_records.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/selection.h"
#include "handspan/common/summaries.h"
#include "render/capture.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

namespace handspan::app {
namespace {

constexpr std::array<const char *, 7> kBy = {"step",  "name", "server", "client",
                                             "cause", "ja4",  "version"}; // as record::FailureBy

struct FailuresOptions : TotalsOptions {
  std::string by = kBy[0];
};

record::FailureBy by_of(const std::string &word) {
  return static_cast<record::FailureBy>(std::find(kBy.begin(), kBy.end(), word) - kBy.begin());
}

class FailuresRun final : public CaptureTaker {
public:
  FailuresRun(const FailuresOptions &options, Output &output)
      : options_(options), style_(style_for(options.look)), output_(output),
        failures_(by_of(options.by)) {
    failures_.set_most(options.most);
  }

  int run() {
    int code = selection_.prepare(options_.selection, style_);
    if (code == kOk)
      code = options_.capture.files.empty() ? live() : files();
    if (code != kOk && !told_)
      return code;
    if (options_.json)
      output_.line(failures_.json());
    else if (options_.csv)
      output_.write(failures_.csv());
    else
      output_.write(failures_.text(style_));
    return code;
  }

  // What became of failures can be told once all of a capture has been read.
  void begin(const Capture &capture) override { path_ = capture.path; }
  void take(const record::Record &record, std::uint64_t number) override {
    if (selection_.wants(record))
      failures_.add(record, {record.id(), number, path_});
  }
  void watched(const Capture &capture) override {
    path_ = capture.path; // by now all of its files are known
    if (capture.from == base::kNever)
      return;
    watch_.add(capture.from, capture.until);
    failures_.set_watch(watch_);
  }
  void end(const Capture &, const record::WorkerStats &counted) override {
    if (!options_.json && !options_.csv)
      output_.write(render::no_tcp(counted.counters, style_));
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
    failures_.keep_older_failures();
    const int code = take_live_records(
        options_.segment, options_.capture.window,
        [this](const LiveRecords &known) {
          failures_.set_window(known.window);
          failures_.set_watch(known.watch);
          failures_.of_daemon(known.complete_since);
          failures_.set_span(known.from, known.until);
        },
        [this](const record::Record &record) { take(record, 0); }, Reach::failures);
    if (code == kOk && selection_.is_everything())
      count_all();
    return code;
  }

  // The rings hold what came last; the workers have counted all.
  void count_all() {
    const Segment segment = open_segment(options_.segment);
    summary::Merged merged;
    if (segment.reader == nullptr || !take_summaries(*segment.reader, merged))
      return;
    render::Failures::Whole whole;
    whole.connections = merged.connections();
    whole.start = segment.reader->info().start_time;
    const summary::OutcomeByPhase counts = merged.outcome_by_phase();
    for (std::size_t phase = 0; phase < record::kPhases; ++phase) {
      whole.failed += counts.at(static_cast<std::size_t>(record::Outcome::failed), phase);
      whole.unused += counts.at(static_cast<std::size_t>(record::Outcome::unused), phase);
    }
    const summary::Fates fates = merged.fates();
    whole.recovered = fates.recovered.sum();
    whole.not_recovered = fates.not_recovered.sum();
    whole.retried = fates.retried.sum();
    failures_.set_whole(whole);
  }

  const FailuresOptions &options_;
  render::Style style_;
  Output &output_;
  Selection selection_;
  render::Failures failures_;
  record::Watch watch_;
  std::string path_;
  bool told_ = false;
};

} // namespace

void add_failures(Command app, Action &chosen) {
  auto options = std::make_shared<FailuresOptions>();
  Command failures = app.verb(
      "failures", "what failed, how often, since when and for whom; what a retry made good");
  failures.option("FILE", options->capture.files,
                  "capture files; without any, the records of a running or stopped daemon");
  failures
      .option("--by", options->by,
              "step: cause, by whom, after which step; or by one fact of the connections: name, "
              "server, client, cause, ja4, version")
      .one_of({kBy.begin(), kBy.end()})
      .type_name("WHAT")
      .show_default();
  add_totals_options(failures, *options);
  failures.examples({"failures", "failures --since 10m --by name",
                     "failures --filter 'by == server' capture.pcap"});
  failures.when_chosen([options, &chosen] {
    chosen = [options] {
      Output output;
      const int code = FailuresRun(*options, output).run();
      return output.finish(code);
    };
  });
}

} // namespace handspan::app
