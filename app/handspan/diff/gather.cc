#include "handspan/diff/gather.h"

#include "handspan/common/exit_codes.h"
#include "handspan/common/kept.h"
#include "handspan/common/live_records.h"
#include "handspan/common/summaries.h"
#include "summary/merged.h"

#include <algorithm>

namespace handspan::app {
namespace {

class OfFiles final : public CaptureTaker {
public:
  OfFiles(const Source &source, Side &side) : source_(source), side_(side) {}
  void take(const record::Record &record, std::uint64_t) override {
    if (source_.wants(record.last))
      side_.add(record);
  }

private:
  const Source &source_;
  Side &side_;
};

int of_files(const Source &source, const GatherOptions &options, Output &output, Side &side) {
  CaptureOptions capture = options.capture;
  capture.files = source.files;
  CaptureRun run(capture, output);
  if (!run.prepare())
    return kFault;
  OfFiles taker(source, side);
  return run.run(taker);
}

// Where the records are some of those that there were, the minutes tell of all.
int of_folder(const Source &source, Side &side) {
  Kept kept(source.folder);
  Side records;
  if (!kept.read(source.from, source.until, record::kRetryWindow,
                 [&](const record::Record &record) { records.add(record); }))
    return kFault;
  if (!kept.minutes_count()) {
    records.name = side.name;
    side = std::move(records);
    return kOk;
  }
  kept.each_minute([&](const summary::Cell &cell, base::Nanos begin) {
    side.add(cell, begin, 60 * base::kSecond);
  });
  side.knows_servers = false;
  if (!kept.has_certificates()) {
    side.servers = std::move(records.servers);
    return kOk;
  }
  std::vector<KeptCertificate> certificates;
  if (!kept.certificates(source.from, source.until, certificates))
    return kFault;
  for (const KeptCertificate &one : certificates)
    side.add(one.name.empty() ? one.server : one.name, one.sha256,
             {one.connections, one.subject, one.issuer, one.not_after.substr(0, 10)});
  return kOk;
}

// The finest cells that reach back so far.
summary::Course course_over(const summary::Merged &merged, base::Nanos from) {
  using summary::Unit;
  for (const Unit unit : {Unit::second, Unit::minute}) {
    const std::int64_t reach =
        static_cast<std::int64_t>(summary::most_of(unit)) * summary::seconds_of(unit);
    if (from / base::kSecond >= merged.now() - reach)
      return merged.course(unit, summary::most_of(unit));
  }
  return merged.course(Unit::hour, summary::most_of(Unit::hour));
}

int of_sums(const Source &source, const GatherOptions &options, Side &side) {
  const Segment segment = open_segment(options.segment);
  summary::Merged merged;
  if (segment.reader == nullptr || !take_summaries(*segment.reader, merged))
    return segment.reader == nullptr ? segment.code : kFault;
  const summary::Course course = course_over(merged, source.from);
  const base::Nanos length = summary::seconds_of(course.unit) * base::kSecond;
  for (std::size_t i = 0; i < course.cells.size(); ++i)
    if (const base::Nanos begin = course.begin_of(i) * base::kSecond; source.wants(begin))
      side.add(course.cells[i], begin, length);
  return kOk;
}

// Of records, where the rings hold all of that time; else of what workers have summed up.
int of_daemon(const Source &source, const GatherOptions &options, Side &side) {
  bool whole = false;
  const int code = take_live_records(
      options.segment, options.capture.window,
      [&](const LiveRecords &known) {
        whole = known.complete_since == base::kNever || known.complete_since <= source.from;
      },
      [&](const record::Record &record) {
        if (!source.wants(record.last))
          return;
        if (whole)
          side.add(record);
        else
          side.add_server(record);
      });
  if (code != kOk || whole)
    return code;
  side.knows_servers = false;
  return of_sums(source, options, side);
}

} // namespace

int gather(const Source &source, const GatherOptions &options, Output &output, Side &side) {
  side.name = source.name;
  switch (source.kind) {
  case Source::Kind::daemon:
    return of_daemon(source, options, side);
  case Source::Kind::folder:
    return of_folder(source, side);
  case Source::Kind::files:
    break;
  }
  return of_files(source, options, output, side);
}

} // namespace handspan::app
