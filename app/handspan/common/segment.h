// Finding the shared segment of a daemon.
#pragma once

#include "commands.h"
#include "render/rules.h"
#include "shm/reader.h"

#include <memory>
#include <string>
#include <vector>

namespace handspan::app {

struct SegmentOptions {
  std::string instance = "default";
  std::string runtime_dir;
};

void add_segment_options(Command command, SegmentOptions &options);

struct Segment {
  std::unique_ptr<shm::Reader> reader; // null: `code` says how to exit, and why was said
  int code = 0;
};

Segment open_segment(const SegmentOptions &options);

// The rules of its daemon and how often they hit.
std::vector<render::RuleRow> rules_of(const shm::Reader &reader);

// A silent worker of a live daemon is stalled after this.
inline constexpr base::Nanos kStallAfter = 2 * base::kSecond;

} // namespace handspan::app
