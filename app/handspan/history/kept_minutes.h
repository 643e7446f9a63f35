// Minutes that an exporter has kept on disk.
#pragma once

#include "summary/merged.h"

#include <cstdint>
#include <string>

namespace handspan::app {

// All probes and starts of daemons together; the latest `count` (0: all) minutes or hours. False:
// it was said why.
bool take_kept_minutes(const std::string &folder, summary::Unit unit, std::uint64_t count,
                       summary::Course &course);

} // namespace handspan::app
