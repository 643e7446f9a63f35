// How a connection opens, in whatever order its segments are seen: two taps, or two queues of a
// card, may show an answer before what it answers. Internal to lib/tcp.
#pragma once

#include "tcp/connection.h"

namespace handspan::tcp {

// A segment with SYN.
Events on_syn(Hot &hot, Detail &detail, Side from, const Segment &segment);

// A segment with ACK, looked at for what it says of the opening.
Events on_opening_ack(Hot &hot, Detail &detail, Side from, const Segment &segment);

} // namespace handspan::tcp
