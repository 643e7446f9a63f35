#include "summaries.h"

#include "common/settings.h"
#include "exit_codes.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace handspan::app {
namespace {

// Sums up each capture as a worker does it.
class FileSummaries final : public CaptureTaker, inspect::Sink {
public:
  FileSummaries(summary::Merged &into, std::uint64_t seed) : into_(into), seed_(seed) {}

  void begin(const Capture &) override {
    block_ = std::make_unique<summary::Block>();
    writer_.emplace(*block_, seed_);
  }
  inspect::Sink *listener() override { return this; }
  summary::Writer *summary() override { return &*writer_; }
  void emit(const record::Record &record) override { writer_->add(record); }
  void take(const record::Record &, std::uint64_t) override {}
  void end(const Capture &, const record::WorkerStats &) override { into_.add(std::move(block_)); }

private:
  summary::Merged &into_;
  std::uint64_t seed_;
  std::unique_ptr<summary::Block> block_;
  std::optional<summary::Writer> writer_;
};

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
  command.option("FILE", options.captures.files,
                 "capture files; without any, what a running or stopped daemon has summed up");
  add_segment_options(command, options.segment);
  add_capture_options(command, options.captures);
}

int gather_summaries(const SummaryOptions &options, summary::Merged &into, Output &output) {
  if (options.captures.files.empty())
    return take_from_daemon(options.segment, into);
  std::uint64_t seed = 0;
  if (!randomize({&seed, 1})) {
    complain("no random numbers from the kernel");
    return kFault;
  }
  FileSummaries summaries(into, seed);
  CaptureRun run(options.captures, output);
  return run.prepare() ? run.run(summaries) : kFault;
}

} // namespace handspan::app
