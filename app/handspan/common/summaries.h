// Where summaries come from: the workers of a running or stopped daemon, or capture files that are
// summed up as a worker does it.
#pragma once

#include "commands.h"
#include "output.h"
#include "segment.h"
#include "summary/merged.h"

#include <string>
#include <vector>

namespace handspan::app {

struct SummaryOptions {
  SegmentOptions segment;
  std::vector<std::string> files;
};

void add_summary_options(Command command, SummaryOptions &options);

// What all workers, or files, have summed up; an exit status other than kOk says that something was
// wrong, and it was said what. What could be had is there all the same.
int gather_summaries(const SummaryOptions &options, summary::Merged &into, const Output &output);

} // namespace handspan::app
