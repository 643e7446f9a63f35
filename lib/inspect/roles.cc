// Who is the client. What tells it, the strongest first: a SYN or SYN-ACK; a TLS message that only
// one role sends; else, for now, whoever came first.
#include "inspect/state.h"

#include "tcp/roles.h"

#include <utility>

namespace handspan::inspect {

void Inspector::State::assign_roles(Subject &s, Packet &packet, bool src_is_low) {
  const std::optional<Side> role = tcp::role_of_sender(packet.segment);
  packet.from = role.value_or(Side::client);
  if (src_is_low == (packet.from == Side::client))
    s.set(flow_flag::low_is_client);
  if (!role)
    s.set(flow_flag::roles_guessed);
  stats.counters.connections_midstream += !packet.segment.is_syn();
}

// A later packet tells what the first one did not.
void Inspector::State::learn_roles(Subject &s, Side &from, Side role) {
  if (!s.has(flow_flag::roles_guessed))
    return;
  s.clear(flow_flag::roles_guessed);
  if (from != role)
    swap_roles(s, from);
}

void Inspector::State::swap_roles(Subject &s, Side &from) {
  const auto swap = [](auto &both) { std::swap(both.client, both.server); };
  s.flow.flags ^= flow_flag::low_is_client;
  tcp::swap_sides(s.flow.tcp, s.track.tcp);
  s.track.evidence.swap_sides();
  s.track.icmp.of = base::other(s.track.icmp.of);
  swap(s.flow.position);
  swap(s.track.queue);
  swap(s.track.head);
  s.track.openvpn.swap_roles();
  if (s.tls())
    s.flow.flags ^= flow_flag::tls_reversed; // the session keeps its own sides
  from = base::other(from);
  if (scribe)
    scribe->turned(s.track.facts, s.track.flow_id);
}

} // namespace handspan::inspect
