// One connection of a running or stopped daemon: its record and what is kept of its packets.
#pragma once

#include "record/record.h"
#include "record/story.h"
#include "render/style.h"
#include "retry_window.h"
#include "segment.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace handspan::app {

struct LiveStory {
  int code = 0;                           // other than kOk: the daemon's segment could not be read
  std::unique_ptr<record::Record> record; // linked with its retries; null: there is none
  std::unique_ptr<record::Story> story;   // null: `why` not
  std::string why;
};

// Searches the rings of all workers.
LiveStory find_live_story(const SegmentOptions &options, const RetryWindow &window,
                          const record::FlowId &id);

// The connection as `handspan explain` tells it; without its packets what the record tells, and
// why. `full`: every packet of long transfers, too.
std::string tell(const LiveStory &found, const render::Style &style, bool full);

} // namespace handspan::app
