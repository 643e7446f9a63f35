// A connection told packet by packet (`handspan explain`).
#pragma once

#include "record/packet_fact.h"
#include "record/record.h"
#include "render/style.h"

#include <cstdint>
#include <span>
#include <string>

namespace handspan::render {

struct ExplainOptions {
  bool every_packet = false; // long runs of ordinary data and ACKs, too
};

// Who and when; each phase with its packets; at the end the verdict, the ladder of messages and
// where the time went. `parts` holds those of all the facts, one after the other. `number` 0 =
// without one.
std::string explain(const record::Record &record, std::uint64_t number,
                    std::span<const record::PacketFact> facts,
                    std::span<const record::PayloadPart> parts, const Style &style,
                    const ExplainOptions &options = {});

} // namespace handspan::render
