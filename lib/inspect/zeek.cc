#include "inspect/zeek.h"

namespace handspan::inspect {

namespace {

using record::ConnState;
using record::Side;

// How far one endpoint came, in Zeek's order of things: a RST or FIN it sent outweighs the rest.
enum class Endpoint { inactive, partial, syn_sent, syn_ack_sent, established, closed, reset };

Endpoint endpoint(const record::Tcp &t, Side side) {
  if (t.rst[side] > 0)
    return Endpoint::reset;
  if (t.fin[side] > 0)
    return Endpoint::closed;
  if (t.established)
    return Endpoint::established;
  if (side == Side::client && t.syn != record::kNever)
    return Endpoint::syn_sent;
  if (side == Side::server && t.syn_ack != record::kNever)
    return Endpoint::syn_ack_sent;
  return t.packets[side] > 0 ? Endpoint::partial : Endpoint::inactive;
}

// It never showed a handshake of its own before it closed.
bool inactive(const record::Tcp &t, Side side) {
  if (t.established)
    return false;
  return side == Side::client ? t.syn == record::kNever : t.syn_ack == record::kNever;
}

} // namespace

ConnState conn_state(const record::Tcp &t) {
  const Endpoint client = endpoint(t, Side::client), server = endpoint(t, Side::server);
  const bool silent = t.payload_bytes.client == 0 && t.payload_bytes.server == 0;
  if (server == Endpoint::reset) {
    if (!t.established && !inactive(t, Side::client) &&
        (client == Endpoint::syn_sent || (client == Endpoint::reset && silent)))
      return ConnState::rej;
    return inactive(t, Side::client) ? ConnState::rstrh : ConnState::rstr;
  }
  if (client == Endpoint::reset)
    return inactive(t, Side::server) ? ConnState::rstos0 : ConnState::rsto;
  if (server == Endpoint::closed && client == Endpoint::closed)
    return ConnState::sf;
  if (client == Endpoint::closed)
    return inactive(t, Side::server) ? ConnState::sh : ConnState::s2;
  if (server == Endpoint::closed)
    return inactive(t, Side::client) ? ConnState::shr : ConnState::s3;
  if (client == Endpoint::syn_sent && server == Endpoint::inactive)
    return ConnState::s0;
  if (client == Endpoint::established && server == Endpoint::established)
    return ConnState::s1;
  return ConnState::oth;
}

} // namespace handspan::inspect
