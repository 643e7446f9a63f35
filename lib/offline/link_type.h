// libpcap's own numbers of link types (DLT_…) as those of the file formats' registry.
#pragma once

#include "wire/frame.h"

#include <optional>
#include <string>

namespace handspan::offline {

// Nothing for a link type that lib/wire does not decode.
std::optional<wire::LinkType> link_type_of(int dlt);

// "type 105 (IEEE802_11, 802.11)"
std::string link_type_name(int dlt);

} // namespace handspan::offline
