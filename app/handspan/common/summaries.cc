#include "summaries.h"

#include "common/settings.h"
#include "exit_codes.h"
#include "offline/capture_file.h"
#include "reading.h"
#include "render/utf8.h"

#include <memory>
#include <utility>

namespace handspan::app {
namespace {

struct SummarySink final : inspect::Sink {
  explicit SummarySink(summary::Writer &to) : summary(to) {}
  void emit(const record::Record &record) override { summary.add(record); }
  summary::Writer &summary;
};

int sum_up_file(const std::string &path, summary::Merged &into, const Output &output) {
  const std::string shown = path == "-" ? "standard input" : render::printable(path);
  std::string fault;
  const auto file = offline::CaptureFile::open(path, fault);
  if (file == nullptr) {
    complain(shown, fault);
    return kFault;
  }
  Reading reading;
  read_to_the_end(reading.settings);
  reading.settings.handshake_events = false;
  if (!randomize(reading.settings)) {
    complain("no random numbers from the kernel");
    return kFault;
  }
  auto block = std::make_unique<summary::Block>();
  summary::Writer writer(*block, reading.settings.seed[0]);
  SummarySink sink(writer);
  reading.summary = &writer;
  Progress progress(shown);
  const record::WorkerStats counted = read_through(*file, reading, sink, progress, output);
  into.add(std::move(block));
  return is_whole(*file, shown, counted) ? kOk : kFault;
}

int take_from_daemon(const SegmentOptions &options, summary::Merged &into) {
  const Segment segment = open_segment(options);
  if (segment.reader == nullptr)
    return segment.code;
  for (std::uint32_t worker = 0; worker < segment.reader->workers(); ++worker) {
    auto block = std::make_unique<summary::Block>();
    if (!segment.reader->summary(worker, *block)) {
      complain("the daemon (version " + segment.reader->info().version +
               ") does not sum up what it sees: restart it in this program's version");
      return kFault;
    }
    into.add(std::move(block));
  }
  return kOk;
}

} // namespace

void add_summary_options(Command command, SummaryOptions &options) {
  command.option("FILE", options.files,
                 "capture files; without any, what a running or stopped daemon has summed up");
  add_segment_options(command, options.segment);
}

int gather_summaries(const SummaryOptions &options, summary::Merged &into, const Output &output) {
  if (options.files.empty())
    return take_from_daemon(options.segment, into);
  int code = kOk;
  for (const std::string &path : options.files)
    if (const int one = sum_up_file(path, into, output); one != kOk)
      code = one;
  return code;
}

} // namespace handspan::app
