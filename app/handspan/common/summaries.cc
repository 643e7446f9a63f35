#include "summaries.h"

#include "exit_codes.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace handspan::app {
namespace {

constexpr std::uint64_t kSeed = 0x6a09e667f3bcc908; // a file's names can't slow a daemon down

// How often each rule hit.
class RuleHits {
public:
  void add(const rules::Note &note, std::uint64_t flow_id) {
    summary::RuleSum &sum = sums_[note.rule()];
    ++sum.hits;
    sum.example = flow_id;
  }
  std::vector<summary::RuleSum> of(const rules::RuleSet &set) {
    std::vector<summary::RuleSum> all;
    for (auto &[place, sum] : sums_) {
      const rules::Rule &rule = set.rules()[place];
      sum.id = rule.id;
      sum.name = rule.name;
      sum.severity = static_cast<std::uint8_t>(rule.severity);
      all.push_back(std::move(sum));
    }
    return all;
  }

private:
  std::map<std::size_t, summary::RuleSum> sums_;
};

// All captures into one block.
class SumUp final : public CaptureTaker {
public:
  explicit SumUp(RuleHits &hits) : hits_(hits) {}
  void rule_hit(const rules::Note &note, std::uint64_t flow_id) override {
    hits_.add(note, flow_id);
  }
  void take(const record::Record &, std::uint64_t) override {}
  void emitted(const record::Record &record) override { writer_.add(record); }
  void second(base::Nanos now, const record::WorkerStats &stats) override {
    const summary::Flowing all(stats, 0);
    if (now == base::kNever)
      writer_.finish(all);
    else
      writer_.turn(now, [&] { return all; });
  }
  std::unique_ptr<summary::Block> block() { return std::move(block_); }

private:
  RuleHits &hits_;
  std::unique_ptr<summary::Block> block_ = std::make_unique<summary::Block>();
  summary::Writer writer_{*block_, kSeed};
};

int take_from_daemon(const SegmentOptions &options, summary::Merged &into) {
  const Segment segment = open_segment(options);
  if (segment.reader == nullptr)
    return segment.code;
  if (take_summaries(*segment.reader, into))
    return kOk;
  complain("the daemon (version " + segment.reader->info().version +
           ") does not sum up what it sees: restart it in this program's version");
  return kFault;
}

} // namespace

bool take_summaries(const shm::Reader &reader, summary::Merged &into) {
  for (std::uint32_t worker = 0; worker < reader.workers(); ++worker) {
    auto block = std::make_unique<summary::Block>();
    if (!reader.summary(worker, *block))
      return false;
    into.add(std::move(block));
  }
  into.add_rules(rules_of(reader));
  return true;
}

void add_summary_sources(Command command, SummaryOptions &options) {
  command.option("FILE", options.capture.files,
                 "capture files; without any, what a running or stopped daemon has summed up");
  add_segment_options(command, options.segment);
  add_capture_options(command, options.capture);
}

int gather_summaries(const SummaryOptions &options, summary::Merged &into, Output &output) {
  if (options.capture.files.empty())
    return take_from_daemon(options.segment, into);
  CaptureRun captures(options.capture, output);
  if (!captures.prepare())
    return kFault;
  captures.go_by_second();
  RuleHits hits;
  SumUp sums(hits);
  const int code = captures.run(sums);
  into.add(sums.block());
  if (captures.rules() != nullptr)
    into.add_rules(hits.of(*captures.rules()));
  return code;
}

} // namespace handspan::app
