// The records that a daemon's rings hold, in order and linked, for the verbs that sum them up.
#pragma once

#include "record/retry.h"
#include "record_buffer.h"
#include "retry_window.h"
#include "segment.h"

#include <functional>

namespace handspan::app {

struct LiveRecords {
  record::Watch watch;
  base::Nanos complete_since = base::kNever;             // Rings::complete_since()
  base::Nanos from = base::kNever, until = base::kNever; // watched, as far as the records tell
  base::Nanos window = 0;
};

// How far failures reach back: no further than successes, or as far as their own rings hold them.
enum class Reach : unsigned char { alike, failures };

// `ready` is called before the first record. An exit status other than kOk: it was said why.
int take_live_records(const SegmentOptions &segment, const RetryWindow &window,
                      const std::function<void(const LiveRecords &)> &ready,
                      const std::function<void(const record::Record &)> &take,
                      Reach reach = Reach::alike,
                      RecordBuffer::Order order = RecordBuffer::Order::first);

} // namespace handspan::app
