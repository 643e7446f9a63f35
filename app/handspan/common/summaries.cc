#include "summaries.h"

#include "exit_codes.h"
#include "live_records.h"
#include "record/flow_id.h"
#include "render/phrases.h"
#include "render/units.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace handspan::app {
namespace {

// How often each rule hit.
class RuleHits {
public:
  void add(const rules::Note &note, std::uint64_t flow_id) {
    summary::RuleSum &sum = sums_[note.rule()];
    ++sum.hits;
    sum.example = record::text({0, flow_id});
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

// All captures into one block; with a filter, what it wants of them.
class SumUp final : public CaptureTaker {
public:
  SumUp(Selection &selection, RuleHits &hits) : selection_(selection), hits_(hits) {}
  void rule_hit(const rules::Note &note, std::uint64_t flow_id) override {
    hits_.add(note, flow_id);
  }
  void take(const record::Record &, std::uint64_t) override {}
  void emitted(const record::Record &record) override {
    if (selection_.is_everything())
      writer_.add(record);
    else if (selection_.wants(record))
      wanted_.add(record);
  }
  void second(base::Nanos now, const record::WorkerStats &stats) override {
    if (!selection_.is_everything())
      return;
    const summary::Flowing all(stats, 0);
    if (now == base::kNever)
      writer_.finish(all);
    else
      writer_.turn(now, [&] { return all; });
  }
  std::unique_ptr<summary::Block> block() {
    return selection_.is_everything() ? std::move(block_) : wanted_.block();
  }

private:
  Selection &selection_;
  RuleHits &hits_;
  std::unique_ptr<summary::Block> block_ = std::make_unique<summary::Block>();
  summary::Writer writer_{*block_, RecordSums::kSeed};
  RecordSums wanted_;
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

// What is summed up already can't be taken apart; the records that are held can.
int take_records(const SummaryOptions &options, Selection &selection, const render::Style &style,
                 summary::Merged &into) {
  RecordSums sums;
  const int code = take_live_records(
      options.segment, options.capture.window, [](const LiveRecords &) {},
      [&](const record::Record &record) {
        if (selection.wants(record))
          sums.add(record);
      },
      Reach::alike, RecordBuffer::Order::told);
  if (code != kOk)
    return code;
  complain(render::fill(render::Phrase::sums_of_records, style.language,
                        {{"n", render::grouped(selection.seen())},
                         {"when", render::date_time(selection.since(), style.local).substr(0, 19)},
                         {"zone", render::zone_name(selection.since(), style.local)}}));
  into.add(sums.block());
  return kOk;
}

} // namespace

bool take_summaries(const shm::Reader &reader, summary::Merged &into) {
  if (!reader.summaries(into))
    return false;
  into.add_rules(rules_of(reader));
  return true;
}

void add_summary_sources(Command command, SummaryOptions &options) {
  command.option("FILE", options.capture.files,
                 "capture files; without any, what a running or stopped daemon has summed up");
  add_selection_options(command, options.selection);
  add_segment_options(command, options.segment);
  add_capture_options(command, options.capture);
}

int gather_summaries(const SummaryOptions &options, Selection &selection,
                     const render::Style &style, summary::Merged &into, Output &output) {
  if (options.capture.files.empty())
    return selection.is_everything() ? take_from_daemon(options.segment, into)
                                     : take_records(options, selection, style, into);
  CaptureRun captures(options.capture, output);
  if (!captures.prepare())
    return kFault;
  captures.go_by_second();
  RuleHits hits;
  SumUp sums(selection, hits);
  const int code = captures.run(sums);
  into.add(sums.block());
  if (captures.rules() != nullptr)
    into.add_rules(hits.of(*captures.rules()));
  return code;
}

} // namespace handspan::app
