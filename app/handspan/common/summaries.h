// Where summaries come from: the workers of a running or stopped daemon, or capture files that are
// summed up as a worker does it.
#pragma once

#include "capture_run.h"
#include "commands.h"
#include "output.h"
#include "record_sums.h"
#include "segment.h"
#include "selection.h"
#include "summary/merged.h"

namespace handspan::app {

struct SummaryOptions {
  SegmentOptions segment;
  CaptureOptions capture;
  SelectionOptions selection;
};

// What the summary is of: files or a daemon, and how files are read.
void add_summary_sources(Command command, SummaryOptions &options);

// Of all workers of a daemon. False if it is too old to sum up.
bool take_summaries(const shm::Reader &reader, summary::Merged &into);

// What all workers, or files, have summed up; an exit status other than kOk says that something was
// wrong, and it was said what. What could be had is there all the same. Where the selection is not
// everything, it is summed up of the records that are held, and that is said.
int gather_summaries(const SummaryOptions &options, Selection &selection,
                     const render::Style &style, summary::Merged &into, Output &output);

} // namespace handspan::app
