// A connection as a block of lines for people (`handspan read`).
#pragma once

#include "record/record.h"
#include "render/style.h"

#include <array>
#include <cstdint>
#include <string>

namespace handspan::render {

// #1  client → server  name  version and cipher; when and how much; the phases, also as a bar; the
// verdict; what a certificate says if the handshake failed; rules that matched. `number` 0 =
// without one.
std::string connection_block(const record::Record &record, std::uint64_t number,
                             const Style &style);

// Parts of the block: its first line; its first two lines; the phases, as a table and as a bar; the
// verdict.
std::string connection_title(const record::Record &record, std::uint64_t number,
                             const Style &style);
std::string connection_head(const record::Record &record, std::uint64_t number, const Style &style);
std::string connection_phases(const record::Record &record, const Style &style);
std::string connection_verdict(const record::Record &record, const Style &style);

// "4 connections: 2 completed, 2 failed", by record::Outcome; outcomes without any are left out.
std::string total_line(const std::array<std::uint64_t, record::kOutcomes> &by_outcome,
                       const Style &style);

} // namespace handspan::render
