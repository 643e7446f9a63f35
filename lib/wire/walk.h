// The walk over headers, for those who meet headers inside of a message. Internal to lib/wire.
#pragma once

#include "wire/layers.h"

namespace handspan::wire {

// From any header to the beginning of a TCP header (Next::tcp), or to the answer.
Step walk_to_tcp(Step step, Rest &rest, PacketView &view);

} // namespace handspan::wire
