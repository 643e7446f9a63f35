// What a connection's TLS tells the verdict beside its record.
#pragma once

#include "inspect/flow_state.h"
#include "verdict/evidence.h"

namespace handspan::inspect {

struct TlsView {
  const Flow &flow;
  const Track &track;
  const tls::Session &session;
  bool reversed; // the TCP server is the TLS client

  // Between a side of TCP and the same side of TLS; either way.
  [[nodiscard]] Side turn(Side side) const { return reversed ? base::other(side) : side; }
  // The side in TCP that is the client in TLS.
  [[nodiscard]] Side client() const { return turn(session.client_side); }
  [[nodiscard]] const tls::Stream &stream(Side tcp_side) const {
    return session.stream[turn(tcp_side)];
  }
};

// TLS 1.3: the server was the first to leave, and nothing that it sent answers what the client sent
// with its Finished.
bool is_unconfirmed(const TlsView &view);

// Are these last bytes of a side no more than its notice of closing?
bool is_farewell(const TlsView &view, Side side, std::uint64_t bytes);

void note_tls(const TlsView &view, verdict::Evidence &evidence);

} // namespace handspan::inspect
