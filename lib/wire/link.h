// The link layers below IP other than plain Ethernet. Internal to lib/wire.
#pragma once

#include "wire/frame.h"
#include "wire/layers.h"

namespace handspan::wire {

// The capture file's own link header, if it has one, up to the first protocol of the frame.
Step parse_link(LinkType link, Rest &rest);

Step parse_llc(Rest &rest);
Step parse_snap(Rest &rest);
Step parse_nlpid(Rest &rest);
Step parse_wlan(Rest &rest);         // IEEE 802.11
Step parse_wlan_swapped(Rest &rest); // the two bytes of its frame control exchanged
Step parse_mpls(Rest &rest, PacketView &view);
Step parse_pppoe(Rest &rest, PacketView &view);
Step parse_ppp(Rest &rest);

// wlan.cc
Step parse_radiotap(Rest &rest);

// link_meta.cc
Step parse_nflog(Rest &rest);
Step parse_ppi(Rest &rest);
Step parse_pktap(Rest &rest);
Step parse_erf(Rest &rest);
Step parse_pflog(Rest &rest);
Step parse_avs(Rest &rest);
Step parse_prism(Rest &rest);
// Steps over Juniper's header; false if `step` is how it goes on, else the link's own header does.
bool skip_juniper(Rest &rest, Step &step);

// link_rare.cc
Step parse_cisco_hdlc(Rest &rest);
Step parse_ppp_hdlc(Rest &rest);
Step parse_frame_relay(Rest &rest);
Step parse_sunatm(Rest &rest);
Step parse_token_ring(Rest &rest);
Step parse_fddi(Rest &rest);
Step parse_arcnet_payload(Rest &rest);
Step parse_ieee1394(Rest &rest);
Step parse_docsis(Rest &rest);

} // namespace handspan::wire
