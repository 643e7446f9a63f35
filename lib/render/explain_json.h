// A connection packet by packet, for programs (`handspan explain --json`).
#pragma once

#include "record/packet_fact.h"
#include "record/record.h"
#include "render/language.h"

#include <cstdint>
#include <span>
#include <string>

namespace handspan::render {

// One line: the record as json() gives it, and packet_facts[], each with the sentences that
// explain() tells of it. `parts` holds those of all the facts, one after the other. `missing`
// packets were seen but not kept; if any were, packet_facts_missing says so.
std::string explain_json(const record::Record &record, std::span<const record::PacketFact> facts,
                         std::span<const record::PayloadPart> parts, std::uint64_t missing,
                         Language language);

} // namespace handspan::render
