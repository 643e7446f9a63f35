// A side's connections, from where they are.
#pragma once

#include "handspan/common/capture_run.h"
#include "handspan/common/segment.h"
#include "side.h"
#include "source.h"

namespace handspan::app {

struct GatherOptions {
  SegmentOptions segment;
  CaptureOptions capture; // how files are read
};

// An exit status other than kOk: it was said why.
int gather(const Source &source, const GatherOptions &options, Output &output, Side &side);

} // namespace handspan::app
