// What stands where an answer has nothing to show, and what to ask next.
#pragma once

#include "base/time.h"
#include "render/phrases.h"
#include "render/style.h"

#include <cstdint>
#include <string>

namespace handspan::render {

// "no failures among 12,345 connections since 2026-11-27 10:02:00 UTC" and a line feed; `what` is
// "no failures", `since` is left out if it is not known.
std::string none_of(Phrase what, std::uint64_t connections, base::Nanos since, const Style &style);

// "→ handspan explain 0x2a   the last failure, packet by packet": the command for the next step.
std::string next_step(const std::string &command, Phrase what_for, const Style &style);

// "1 connection", "12,345 connections"
std::string connections_text(std::uint64_t count, Language language);

} // namespace handspan::render
