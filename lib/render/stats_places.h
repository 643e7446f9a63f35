// Tables of where packets came in. Internal to lib/render.
#pragma once

#include "render/stats.h"

#include <string>

namespace handspan::render {

// The counters of each queue.
std::string queues_text(const Stats &stats, const Style &style);
// Connections of each port and VLAN, and how many of them were seen from one side only.
std::string sides_text(const Stats &stats, const Style &style);

} // namespace handspan::render
