// Frame → PacketView, for the whole burst.
#pragma once

#include "wire/frame.h"
#include "wire/packet_view.h"

namespace handspan::wire {

// Fills `view` from one frame and returns view.kind. Reads nothing outside frame.bytes(). When the
// kind is not tcp, only kind (and the VLANs and tunnels that were passed) mean anything; of an ICMP
// message the addresses and the payload, which is the message, too.
Kind decode(const Frame &frame, PacketView &view);

} // namespace handspan::wire
