// What the doctor found, for people and for programs.
#pragma once

#include "host/finding.h"
#include "render/style.h"

#include <string>

namespace handspan::render {

// The finding in one sentence; its values are made fit for a terminal.
std::string text_of(const host::Finding &finding, Language language);
// What mends it; empty if nothing has to be.
std::string remedy_of(const host::Finding &finding, Language language);

// A heading for each area, in their order; within an area the order of the findings is kept.
// Remedies stand on lines of their own, below warnings and problems. At the end, how many there are
// of each level.
std::string findings_text(const host::Findings &findings, const Style &style);

// One line: {"event_type":"doctor","level":…,"findings":[{area, level, id, text, remedy, values}]}.
std::string findings_json(const host::Findings &findings, Language language);

} // namespace handspan::render
