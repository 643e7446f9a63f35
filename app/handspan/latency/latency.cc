// handspan latency: how long the steps of connections took, of a daemon's records or of capture
// files.
#include "render/latency.h"
#include "handspan/common/capture_run.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/listing.h"
#include "handspan/common/live_records.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/selection.h"
#include "handspan/common/summaries.h"
#include "render/answers.h"
#include "render/capture.h"
#include "render/latency_sums.h"

#include <memory>
#include <optional>
#include <string>

namespace handspan::app {
namespace {

constexpr std::size_t kRows = 20;

struct LatencyOptions : TotalsOptions {
  std::string by;
  std::string timing = "tls_total";
  bool records = false; // of a daemon: of the records alone
};

std::optional<record::FailureBy> by_of(const std::string &word) {
  using record::FailureBy;
  if (word.empty())
    return std::nullopt;
  return word == "server"   ? FailureBy::server
         : word == "client" ? FailureBy::client
                            : FailureBy::name;
}

// Nothing: only records know it.
std::optional<summary::Timing> timing_of(const std::string &word) {
  for (std::size_t i = 0; i < summary::kTimings; ++i)
    if (const auto timing = static_cast<summary::Timing>(i); name(timing) == word)
      return timing;
  return std::nullopt;
}

class LatencyRun final : public CaptureTaker {
public:
  LatencyRun(const LatencyOptions &options, Output &output)
      : options_(options), style_(style_for(options.look)), output_(output), by_(by_of(options.by)),
        latency_(by_ ? &*by_ : nullptr) {}

  int run() {
    int code = selection_.prepare(options_.selection, style_);
    if (code == kOk)
      code = options_.capture.files.empty() ? live() : files();
    if ((code != kOk && !told_) || told_already_)
      return code;
    if (options_.json)
      output_.line(latency_.json(options_.most));
    else if (options_.csv)
      output_.write(latency_.csv(options_.most));
    else
      tell();
    return code;
  }

  void take(const record::Record &record, std::uint64_t) override {
    if (selection_.wants(record))
      latency_.add(record);
  }
  void end(const Capture &, const record::WorkerStats &counted) override {
    if (!options_.json && !options_.csv)
      output_.write(render::no_tcp(counted.counters, style_));
  }

private:
  void tell() {
    const std::size_t most = options_.most > 0 ? options_.most : kRows;
    if (latency_.connections() == 0 && selection_.seen() > 0)
      return output_.write(render::none_of(render::Phrase::none_connections, selection_.seen(),
                                           selection_.since(), style_));
    output_.write(latency_.text(options_.timing, most, style_));
    if (!latency_.any())
      return;
    output_.write(next());
  }

  // The command for the next step.
  [[nodiscard]] std::string next() const {
    const bool live = options_.capture.files.empty();
    if (!by_)
      return "\n" +
             render::next_step("handspan latency --by server" + std::string(live ? "" : " FILE"),
                               render::Phrase::next_latency_by, style_);
    return "\n" + render::next_step("handspan " + std::string(live ? "log" : "read FILE") +
                                        " --oneline --sort -timings." + options_.timing + " -n 10",
                                    render::Phrase::next_slowest, style_);
  }

  int files() {
    CaptureRun captures(options_.capture, output_);
    if (!captures.prepare())
      return kFault;
    told_ = true;
    return captures.run(*this);
  }

  // All that ended is summed up, by what is asked for most; for the rest there are the records.
  [[nodiscard]] bool sums_tell() const {
    return selection_.is_everything() && !options_.records &&
           (!by_ || (*by_ != record::FailureBy::client && timing_of(options_.timing)));
  }

  int sums() {
    const Segment segment = open_segment(options_.segment);
    if (segment.reader == nullptr)
      return segment.code;
    summary::Merged merged;
    if (!take_summaries(*segment.reader, merged))
      return records();
    std::optional<summary::Subject> subject;
    if (by_)
      subject =
          *by_ == record::FailureBy::server ? summary::Subject::server : summary::Subject::name;
    const auto timing = timing_of(options_.timing).value_or(summary::Timing::tls_total);
    const std::size_t most =
        options_.most > 0 || options_.json || options_.csv ? options_.most : kRows;
    const render::LatencySums sums(merged, subject, timing, most);
    if (options_.json)
      output_.line(sums.json());
    else if (options_.csv)
      output_.write(sums.csv());
    else
      output_.write(sums.text(style_) + next());
    told_already_ = true;
    return kOk;
  }

  int live() { return sums_tell() ? sums() : records(); }

  int records() {
    return take_live_records(
        options_.segment, options_.capture.window, [](const LiveRecords &) {},
        [this](const record::Record &record) { take(record, 0); });
  }

  const LatencyOptions &options_;
  render::Style style_;
  Output &output_;
  Selection selection_;
  std::optional<record::FailureBy> by_;
  render::Latency latency_;
  bool told_ = false;
  bool told_already_ = false;
};

} // namespace

void add_latency(Command app, Action &chosen) {
  auto options = std::make_shared<LatencyOptions>();
  Command latency =
      app.verb("latency", "how long each step took: p50, p90, p99, the longest, and a histogram");
  latency.option("FILE", options->capture.files,
                 "capture files; without any, the records of a running or stopped daemon");
  latency.option("--by", options->by, "a row for each server, name or client")
      .one_of({"server", "name", "client"})
      .type_name("WHAT");
  latency.option("--timing", options->timing, "which step the rows of --by tell of")
      .one_of(render::Latency::names())
      .type_name("TIMING")
      .show_default();
  latency.flag(
      "--records", options->records,
      "of a daemon: exactly, and every step, of the records that are held; without, of all "
      "connections that ended, as they were summed up");
  add_totals_options(latency, *options);
  latency.examples({"latency", "latency --by server --timing syn_to_syn_ack",
                    "latency --filter 'tls.resumed == false' --json capture.pcap"});
  latency.when_chosen([options, &chosen] {
    chosen = [options] {
      Output output;
      const int code = LatencyRun(*options, output).run();
      return output.finish(code);
    };
  });
}

} // namespace handspan::app
