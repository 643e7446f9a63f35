// The phases of a connection on one line, in proportion.
#pragma once

#include "record/record.h"
#include "render/style.h"

#include <string>

namespace handspan::render {

// "▒█████████████████████████████░  ▒ TCP 42 µs  █ TLS 32.2 ms  ░ close 233 µs". A phase has at
// least one cell; dots are time between two phases. Empty if everything came within one instant.
std::string waterfall(const record::Record &record, const Style &style);

} // namespace handspan::render
