// A row of numbers as a line of blocks, one sign for each: ▁▂▃▄▅▆▇█.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace handspan::render {

// The greatest is a whole block, what is more than nothing at least the lowest one, nothing a
// blank.
std::string spark(std::span<const std::uint64_t> values);

} // namespace handspan::render
