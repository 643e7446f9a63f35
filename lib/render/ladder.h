// A connection as a sequence diagram: an arrow for every message between client and server.
#pragma once

#include "record/record.h"
#include "render/conversation.h"
#include "render/style.h"

#include <string>
#include <vector>

namespace handspan::render {

// Lines with `indent` blanks before: packet number, time since the first packet, arrow. Pure ACKs
// are left out, the data phase is one line.
std::string ladder(const record::Record &record, const std::vector<Packet> &packets,
                   const Style &style, std::size_t indent);

} // namespace handspan::render
