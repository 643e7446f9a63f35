// The link layers below IP other than plain Ethernet. Internal to lib/wire.
#pragma once

#include "wire/frame.h"
#include "wire/layers.h"

namespace handspan::wire {

// The capture file's own link header, if it has one, up to the first protocol of the frame.
Step parse_link(LinkType link, Rest &rest);

Step parse_llc(Rest &rest);
Step parse_wlan(Rest &rest);     // IEEE 802.11
Step parse_radiotap(Rest &rest); // LINKTYPE_IEEE802_11_RADIOTAP
Step parse_mpls(Rest &rest, PacketView &view);
Step parse_pppoe(Rest &rest, PacketView &view);
Step parse_ppp(Rest &rest);

} // namespace handspan::wire
