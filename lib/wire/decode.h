// Frame → PacketView, for the whole burst.
#pragma once

#include "wire/decode_common.h"
#include "wire/frame.h"
#include "wire/packet_view.h"

namespace handspan::wire {

// Header by header, whatever it is.
Kind decode_any(const Frame &frame, PacketView &view);

// Fills `view` from one frame and returns view.kind. Reads nothing outside frame.bytes(). When the
// kind is not tcp, only kind (and the VLANs and tunnels that were passed) mean anything; of an ICMP
// message the addresses and the payload, which is the message, too.
inline Kind decode(const Frame &frame, PacketView &view) {
  return decode_common(frame, view) ? Kind::tcp : decode_any(frame, view);
}

} // namespace handspan::wire
