// How large a server has to be, for people and for programs.
#pragma once

#include "render/style.h"
#include "sizing/sizing.h"

#include <string>

namespace handspan::render {

// What is needed, the keys for the configuration, what was assumed, what was measured. `rate`: as
// it was asked for. With figures of this machine alone it says how to put one's own in.
std::string sizing_text(const sizing::Load &load, const sizing::Costs &costs, std::string_view rate,
                        const Style &style);

// One line: {"event_type":"sizing","rate":…,"cores":…,"memory":{…},"configuration":{…},
// "assumptions":{…},"costs":{name: {value, source}}}.
std::string sizing_json(const sizing::Load &load, const sizing::Costs &costs);

} // namespace handspan::render
