// What is to be said of a capture file as a whole: what was in it if no TCP was, what is cut off.
#pragma once

#include "record/counters.h"
#include "render/style.h"

#include <cstdint>
#include <string>

namespace handspan::render {

// "No TCP in it. Packets by kind: UDP 6 (most likely QUIC, port 443), ICMP 3." and a line's end;
// empty if there was TCP.
std::string no_tcp(const record::Counters &counters, const Style &style);

// "28 of 30 packets were cut when they were captured, to at most 96 bytes each." and a line's end;
// empty if none was.
std::string cut_frames(std::uint64_t cut, std::uint64_t all, std::uint32_t bytes,
                       const Style &style);

} // namespace handspan::render
