// Which segments tell who is the client, and what follows when it turns out to be the other side.
#pragma once

#include "tcp/connection.h"

#include <optional>

namespace handspan::tcp {

// What a segment by itself says of its sender (RFC 9293, section 3.5): a SYN comes from the client,
// a SYN-ACK from the server; others may come from either.
inline std::optional<Side> role_of_sender(const Segment &segment) {
  if (segment.is_syn())
    return Side::client;
  if (segment.is_syn_ack())
    return Side::server;
  return std::nullopt;
}

// Who was taken for the client is the server: all that is kept by side changes sides. The history
// begins with '^' from then on, as Zeek's does.
void swap_sides(Hot &hot, Detail &detail);

} // namespace handspan::tcp
