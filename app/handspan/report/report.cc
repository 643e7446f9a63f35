// handspan report: one page to hand on, of capture files or of what a daemon's rings hold.
#include "base/error_text.h"
#include "handspan/common/capture_run.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/kept.h"
#include "handspan/common/live_records.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/selection.h"
#include "handspan/report/gathered.h"
#include "handspan/report/page.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace handspan::app {
namespace {

struct ReportOptions {
  SegmentOptions segment;
  CaptureOptions capture;
  SelectionOptions selection;
  LookOptions look;
  std::string to;
  std::string folder; // what an exporter has kept
  bool json = false, anonymise = false;
};

class Report final : public CaptureTaker {
public:
  Report(const ReportOptions &options, Output &output)
      : options_(options), style_(style_for(options.look)), output_(output) {
    if (options.anonymise)
      gathered_.anonymise();
  }

  int run() {
    int code = selection_.prepare(options_.selection, style_);
    if (code == kOk)
      code = !options_.folder.empty() ? kept() : options_.capture.files.empty() ? live() : files();
    if (code != kOk && gathered_.connections == 0)
      return code;
    gathered_.finish();
    if (options_.json) {
      output_.line(gathered_.json());
      return code;
    }
    const int written = write(report_page(gathered_, style_.language));
    return written == kOk ? code : written;
  }

  void begin(const Capture &capture) override {
    ++captures_;
    path_ = options_.anonymise ? std::to_string(captures_) : capture.path;
  }
  void take(const record::Record &record, std::uint64_t number) override {
    if (selection_.wants(record))
      gathered_.add(record, {record.id(), number, path_});
  }
  void watched(const Capture &capture) override {
    if (!options_.anonymise)
      path_ = capture.path; // by now all of its files are known
    if (capture.from == base::kNever)
      return;
    watch_.add(capture.from, capture.until);
    gathered_.failures.set_watch(watch_);
  }

private:
  int files() {
    CaptureRun captures(options_.capture, output_);
    if (!captures.prepare())
      return kFault;
    gathered_.failures.set_window(captures.retry_window());
    return captures.run(*this);
  }
  int kept() {
    Kept kept(options_.folder);
    const base::Nanos window = options_.capture.window.or_else(record::kRetryWindow);
    gathered_.failures.set_window(window);
    bool told = false;
    if (!kept.read(selection_.from(), selection_.until(), window,
                   [&](const record::Record &record) {
                     if (!std::exchange(told, true))
                       gathered_.failures.set_watch(kept.watched());
                     take(record, 0);
                   }))
      return kFault;
    gathered_.set_rate(kept.rate());
    // What was summed up can't be taken apart.
    if (!kept.minutes_count() || selection_.has_filter())
      return kOk;
    kept.each_minute(
        [&](const summary::Cell &minute, base::Nanos begin) { gathered_.add(minute, begin); });
    std::vector<KeptCertificate> certificates;
    if (kept.has_certificates() &&
        !kept.certificates(selection_.from(), selection_.until(), certificates))
      return kFault;
    for (const KeptCertificate &one : certificates)
      gathered_.add(one);
    return kOk;
  }
  int live() {
    return take_live_records(
        options_.segment, options_.capture.window,
        [this](const LiveRecords &known) {
          gathered_.failures.set_window(known.window);
          gathered_.failures.set_watch(known.watch);
          gathered_.failures.of_daemon(known.complete_since);
          gathered_.failures.set_span(known.from, known.until);
        },
        [this](const record::Record &record) { take(record, 0); });
  }

  int write(const std::string &page) {
    if (options_.to.empty() || options_.to == "-") {
      output_.write(page);
      return kOk;
    }
    std::FILE *const file = std::fopen(options_.to.c_str(), "wbe");
    const bool written =
        file != nullptr && std::fwrite(page.data(), 1, page.size(), file) == page.size();
    const bool closed = file != nullptr && std::fclose(file) == 0;
    if (written && closed)
      return kOk;
    complain(options_.to, base::error_text(errno));
    return kFault;
  }

  const ReportOptions &options_;
  render::Style style_;
  Output &output_;
  Selection selection_;
  Gathered gathered_;
  record::Watch watch_;
  std::string path_;
  std::uint64_t captures_ = 0;
};

} // namespace

void add_report(Command app, Action &chosen) {
  auto options = std::make_shared<ReportOptions>();
  Command report = app.verb("report", "one page of HTML to hand on: what failed, how fast, with "
                                      "which certificates, and what the mirror missed");
  const Option files =
      report.option("FILE", options->capture.files,
                    "capture files; without any, the records of a running or stopped daemon");
  report
      .option("--from", options->folder,
              "instead: what handspand-export has kept in this folder, also of other machines")
      .type_name("DIR")
      .excludes(files);
  add_segment_options(report, options->segment);
  add_selection_options(report, options->selection);
  Command form = report.group("Which form");
  form.option("-o,--output", options->to, "the file to write; default: standard output")
      .type_name("FILE");
  form.flag("--json", options->json, "the figures of the page, one JSON object");
  form.flag("--anonymise", options->anonymise,
            "replace addresses and names, each always by the same");
  add_capture_options(report, options->capture);
  add_look_options(report, options->look);
  report.examples(
      {"report -o report.html capture.pcap", "report --since 1h -o last-hour.html",
       "report --from /var/lib/handspand-export/history -o yesterday.html --since yesterday",
       "report --anonymise --lang zh -o report.html capture.pcap"});
  report.when_chosen([options, &chosen] {
    chosen = [options] {
      Output output;
      const int code = Report(*options, output).run();
      return output.finish(code);
    };
  });
}

} // namespace handspan::app
