// Who a connection's ends are, from its key in the flow table.
#pragma once

#include "base/address.h"
#include "flow/key.h"
#include "inspect/flow_state.h"

#include <cstdint>
#include <cstring>

namespace handspan::inspect {

struct Endpoints {
  base::Address client, server;
  std::uint16_t client_port, server_port;
};

inline base::Address address_of(const std::uint64_t (&words)[2]) {
  base::Address a;
  std::memcpy(a.bytes.data(), words, sizeof words);
  return a;
}

inline Endpoints endpoints_of(const flow::Key &key, const Flow &flow) {
  const Endpoints ends{address_of(key.low), address_of(key.high), key.low_port(), key.high_port()};
  if ((flow.flags & flow_flag::low_is_client) != 0)
    return ends;
  return {ends.server, ends.client, ends.server_port, ends.client_port};
}

} // namespace handspan::inspect
