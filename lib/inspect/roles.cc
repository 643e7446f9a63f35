// Who is the client. What tells it, the strongest first: a SYN or SYN-ACK; a TLS message that only
// one role sends; the port; else whoever came first. The last two are guesses.
#include "inspect/state.h"

#include "tcp/roles.h"

#include <utility>

namespace handspan::inspect {

namespace {

// Ports of services that the system assigns (RFC 6335, section 6).
bool is_system_port(std::uint16_t port) {
  return port != 0 && port < 1024;
}

} // namespace

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

// All has been seen, and nothing told the roles. Where both sides spoke, whoever was seen first
// asked. Where one of them only listened, the other has been answering him if it has a service's
// port.
void Inspector::State::guess_roles(Subject &s) {
  const flow::Key &key = table.key(s.place.slot);
  const bool low_is_client = s.has(flow_flag::low_is_client);
  const std::uint16_t client = low_is_client ? key.low_port() : key.high_port();
  const std::uint16_t server = low_is_client ? key.high_port() : key.low_port();
  const auto &side = s.flow.tcp.side;
  const bool listened = side.server.packets > 0 && side.server.payload_bytes == 0;
  if (!is_system_port(client) || is_system_port(server) || !listened ||
      side.client.payload_bytes == 0)
    return;
  Side from = Side::client;
  swap_roles(s, from);
}

void Inspector::State::swap_roles(Subject &s, Side &from) {
  forget_hearing(s); // it was heard as the other one
  const auto swap = [](auto &both) { std::swap(both.client, both.server); };
  s.flow.flags ^= flow_flag::low_is_client;
  tcp::swap_sides(s.flow.tcp, s.track.tcp);
  s.track.evidence.swap_sides();
  s.track.icmp.of = base::other(s.track.icmp.of);
  swap(s.flow.position);
  swap(s.track.queue);
  swap(s.track.head);
  swap(s.track.acked);
  swap(s.track.missed);
  swap(s.track.before_fin);
  swap(s.track.urgent);
  swap(s.track.decoys.packets);
  std::visit([](auto &framing) { framing.swap_roles(); }, s.track.framing);
  s.track.talk.swap_roles();
  if (s.tls())
    s.flow.flags ^= flow_flag::tls_reversed; // the session keeps its own sides
  from = base::other(from);
  if (scribe)
    scribe->turned(s.track.facts, s.track.flow_id);
}

} // namespace handspan::inspect
