// SYNs that are looked at when something follows them. One under another ISN inside a connection
// that is open or opens: its receiver answers with a challenge ACK and goes on (RFC 5961, section
// 4), unless it has forgotten the connection: what follows tells. And in a flood the first of a
// connection.
#include "inspect/state.h"

#include <algorithm>

namespace handspan::inspect {

namespace {

// Somebody goes by the SYN: its receiver answers it, or its sender acknowledges the answer or asks
// again.
bool is_believed(const HeldSyn &held, Side from, const tcp::Segment &segment) {
  const std::uint32_t next = held.segment.seq + 1;
  if (from != held.from)
    return segment.has(tcp::flag::syn | tcp::flag::rst) && segment.has(tcp::flag::ack) &&
           segment.ack == next;
  return segment.seq == next || (segment.is_syn() && segment.seq == held.segment.seq);
}

// Somebody goes by the SYN that opened the connection: the same of its first side.
bool is_first_believed(const tcp::DetailSide &opener, bool from_opener,
                       const tcp::Segment &segment) {
  const std::uint32_t next = opener.first_seq + 1;
  if (!from_opener)
    return segment.has(tcp::flag::ack) && segment.ack == next;
  return segment.seq == next || (segment.is_syn() && segment.seq == opener.first_seq);
}

} // namespace

// False if the connection is not open, or about to be, so that the SYN begins a new one at once.
bool Inspector::State::hold_syn(Subject &s, const Packet &packet) {
  const tcp::Detail &t = s.track.tcp;
  const tcp::State state = s.flow.tcp.state;
  const bool open =
      state == tcp::State::established && t.side.client.seq_known && t.side.server.seq_known;
  const bool opening = (state == tcp::State::syn_sent || state == tcp::State::syn_received) &&
                       t.side[packet.from].syn_seen;
  const bool alive = open || opening;
  if (!alive || packet.segment.length > 0)
    return false;
  s.track.held_syn = held(packet);
  s.set(flow_flag::syn_held);
  forget_what_passed(s);
  s.clear(flow_flag::settled); // the next packet has to be looked at
  return true;
}

HeldSyn Inspector::State::held(const Packet &packet) {
  tcp::SackBlocks none;
  return {packet.segment, packet.frame.number, packet.frame.length, packet.from,
          carried_by(packet.view, none)};
}

// While the connection opens, its first SYN counts only if somebody goes by it: else the other one
// is the client's next try.
bool Inspector::State::is_held_believed(const Subject &s, const Packet &packet) const {
  const HeldSyn &held = s.track.held_syn;
  if (is_believed(held, packet.from, packet.segment))
    return true;
  return s.flow.tcp.state < tcp::State::established &&
         !is_first_believed(s.track.tcp.side[held.from], packet.from == held.from, packet.segment);
}

// The packet as it came, but for bytes that a SYN without payload does not have.
struct Inspector::State::Replay {
  wire::Frame frame;
  wire::PacketView view{};
  LoneSyn lone;
  bool src_is_low;

  Replay(const LoneSyn &syn, bool low) : lone(syn), src_is_low(low) {
    frame.time = syn.syn.segment.time;
    frame.number = syn.syn.number;
    frame.length = syn.syn.wire_length;
    frame.port = syn.port;
    view.hop_limit = syn.syn.carried.hop_limit;
    view.vlan_count = syn.vlan_count;
    view.tunnel_count = syn.tunnel_count;
    view.vlans = syn.vlans;
    for (std::size_t i = 0; i < view.tunnel_count; ++i)
      view.tunnels[i] = static_cast<wire::Tunnel>(syn.tunnels[i]);
  }
  // As part of an open connection.
  Replay(const Subject &s, const HeldSyn &syn)
      : Replay({syn, 0, s.track.vlans, s.track.tunnels, s.track.port, s.track.vlan_count,
                s.track.tunnel_count},
               (syn.from == Side::client) == s.has(flow_flag::low_is_client)) {}
  Packet packet() {
    Packet packet{frame, view, lone.syn.segment, lone.syn.from, lone.flow_id};
    packet.carried = lone.syn.carried;
    return packet;
  }
};

// The first packet of the connection in that place. False if it is no SYN, or there is a Track for
// it, as there mostly is.
bool Inspector::State::hold_first(const flow::Place &place, const Packet &packet, bool src_is_low) {
  const tcp::Segment &segment = packet.segment;
  if (!tracks.is_full() || !segment.is_syn() || segment.length > 0 ||
      segment.has(tcp::flag::fin | tcp::flag::rst))
    return false;
  LoneSyn lone{held(packet),
               flow_id_of(next_flow + 1),
               packet.view.vlans,
               {},
               static_cast<std::uint8_t>(packet.frame.port),
               packet.view.vlan_count,
               packet.view.tunnel_count};
  for (std::size_t i = 0; i < lone.tunnel_count; ++i)
    lone.tunnels[i] = static_cast<std::uint8_t>(packet.view.tunnels[i]);
  if (!tracks.hold(place.slot, lone))
    return false;
  ++next_flow;
  Flow &flow = table[place.slot];
  const std::uint32_t where = flow.track;
  flow = Flow{};
  flow.track = where;
  flow.tcp.state = tcp::State::syn_sent;
  flow.tcp.last = packet.frame.time;
  flow.tcp.side.client.packets = 1;
  flow.phase = record::Phase::tcp_handshake;
  flow.flags = src_is_low ? flow_flag::low_is_client : 0;
  set_class(flow, static_cast<unsigned>(flow.tcp.state));
  ranks.put(static_cast<std::size_t>(Rank::half_open), place.slot);
  ++stats.counters.connections_opened;
  ++in_phase[static_cast<std::size_t>(flow.phase)];
  table.touch(place, ticks.of(packet.frame.time), class_of(flow));
  return true;
}

// Something followed, or it is over: all that was put off.
void Inspector::State::begin_with(std::uint32_t slot, const LoneSyn &syn) {
  const Flow &flow = table[slot];
  Replay replay(syn, (flow.flags & flow_flag::low_is_client) != 0);
  --stats.counters.connections_opened;
  --in_phase[static_cast<std::size_t>(flow.phase)];
  ranks.remove(slot);
  const flow::Key key = table.key(slot);
  const flow::Place place = table.find(key, table.hash(key));
  Packet packet = replay.packet();
  Subject s = subject(place);
  begin(s, packet, replay.src_is_low);
  track(place, packet);
}

// The packet behind it is there.
void Inspector::State::settle_held(const flow::Place &place, Packet &packet, std::size_t i) {
  Subject s = subject(place);
  Replay replay(s, s.track.held_syn);
  const bool believed = is_held_believed(s, packet);
  s.clear(flow_flag::syn_held);
  Packet syn = replay.packet();
  if (!believed) {
    note_decoy(s, syn, record::Decoy::unheeded);
    pass_over(s, syn);
    long_way(place, packet, i);
    return;
  }
  close(place, Ending::replaced, syn.frame.time);
  const flow::Place anew = open(syn, i);
  if (!anew.found())
    return;
  tracks.begin(anew.slot);
  Subject next = subject(anew);
  begin(next, syn, replay.src_is_low);
  track(anew, syn);
  long_way(tracks.put_away(anew.slot, *this) ? anew : flow::Place{}, packet, i);
}

// The connection is over, and nothing followed the SYN: it was one of its own, over as soon as it
// began, in the same place.
void Inspector::State::tell_both(Subject &s, Ending ending, Nanos now) {
  Replay replay(s, s.track.held_syn);
  tell(s, ending, now);
  Packet syn = replay.packet();
  begin(s, syn, replay.src_is_low);
  track(s.place, syn);
  tell(s, ending, now);
}

} // namespace handspan::inspect
