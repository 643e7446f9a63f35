// What the full screen shows of a daemon: what it has summed up, or, with a filter, its records
// summed up; and the connections that failed, one by one.
#pragma once

#include "handspan/common/live_story.h"
#include "handspan/common/record_sums.h"
#include "handspan/common/rings.h"
#include "handspan/common/selection.h"
#include "handspan/common/summaries.h"
#include "record/packed.h"
#include "render/style.h"
#include "summary/merged.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace handspan::app {

class TopModel {
public:
  static constexpr std::size_t kMostFailures = 1'000; // that are kept, the latest

  TopModel(const SummaryOptions &from, const render::Style &style) : from_(from), style_(style) {}

  // An exit status other than kOk: it was said why.
  int open();
  // To be called about once a second. How many failed connections have come.
  std::size_t refresh();
  // Empty: none. False, and why: it is no filter, and the one before stays.
  bool set_filter(const std::string &text, std::string &fault);
  [[nodiscard]] const std::string &filter() const { return selection_options_.filter; }

  // Of all connections, for what is counted of them; and of those that are wanted.
  [[nodiscard]] const summary::Merged &all() const { return *all_; }
  [[nodiscard]] const summary::Merged &wanted() const { return wanted_ ? *wanted_ : *all_; }
  [[nodiscard]] const Selection &selection() const { return *selection_; }
  [[nodiscard]] bool is_filtered() const { return !selection_->is_everything(); }

  [[nodiscard]] const shm::Reader &reader() const { return rings_.reader(); }
  [[nodiscard]] const record::ProbeRun &probe() const { return probe_; }

  // The latest first. Good until the next call.
  [[nodiscard]] std::size_t failures() const { return failures_.size(); }
  const record::Record &failure(std::size_t place);

  // With its packets, if they are kept.
  [[nodiscard]] LiveStory find(const record::FlowId &id) const {
    return find_live_story(from_.segment, from_.capture.window, id);
  }

private:
  bool begin();
  void take_records();
  std::size_t take_failures();

  const SummaryOptions &from_;
  render::Style style_;
  SelectionOptions selection_options_;
  std::unique_ptr<Selection> selection_;
  Rings rings_;
  record::ProbeRun probe_;
  std::vector<shm::RingCursor> failed_; // by worker
  std::unique_ptr<summary::Merged> all_, wanted_;
  std::unique_ptr<RecordSums> sums_;
  std::deque<std::vector<std::uint8_t>> failures_; // packed
  std::unique_ptr<record::PackRoom> room_ = std::make_unique_for_overwrite<record::PackRoom>();
  std::unique_ptr<record::Record> record_ = std::make_unique<record::Record>();
};

} // namespace handspan::app
