// One connection of a running or stopped daemon: its record and what is kept of its packets.
#pragma once

#include "handspan/common/retry_window.h"
#include "handspan/common/segment.h"
#include "record/record.h"
#include "record/story.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace handspan::app {

// "0x010000000000002a", as a record's JSON shows it; nothing if the text is something else.
std::optional<std::uint64_t> parse_flow_id(std::string_view text);

struct LiveStory {
  int code = 0;                           // other than kOk: the daemon's segment could not be read
  std::unique_ptr<record::Record> record; // linked with its retries; null: there is none
  std::unique_ptr<record::Story> story;   // null: `why` not
  std::string why;
};

// Searches the rings of all workers.
LiveStory find_live_story(const SegmentOptions &options, const RetryWindow &window,
                          std::uint64_t flow_id);

} // namespace handspan::app
