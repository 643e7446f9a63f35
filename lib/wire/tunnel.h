// Tunnels that run over IP. Internal to lib/wire.
#pragma once

#include "wire/layers.h"

namespace handspan::wire {

Step parse_gre(Rest &rest, PacketView &view);
Step parse_erspan_1_or_2(Rest &rest, PacketView &view);
Step parse_erspan_3(Rest &rest, PacketView &view);

Step parse_l2tp_3(Rest &rest, PacketView &view);

// UDP is read for its ports alone: what is no tunnel is Kind::udp, and so is what comes over a
// tunnel's port but does not look like that tunnel, since any client may have that port by chance.
Step parse_udp(Rest &rest, PacketView &view);
Step parse_vxlan(Rest &rest, PacketView &view);
Step parse_vxlan_gpe(Rest &rest, PacketView &view);
Step parse_geneve(Rest &rest, PacketView &view);
Step parse_gtpu(Rest &rest, PacketView &view);
Step parse_teredo(Rest &rest, PacketView &view);
Step parse_l2tp(Rest &rest, PacketView &view);
Step parse_lisp(Rest &rest, PacketView &view);
Step parse_gre_in_udp(Rest &rest);
Step parse_capwap(Rest &rest, PacketView &view);
Step parse_tzsp(Rest &rest, PacketView &view);

} // namespace handspan::wire
