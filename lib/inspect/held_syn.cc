// A SYN under another ISN inside an open connection: held until what follows tells whether it
// begins a new one.
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

} // namespace

// False if the connection is not open, so that the SYN begins a new one at once.
bool Inspector::State::hold_syn(Subject &s, const Packet &packet) {
  const tcp::Detail &t = s.track.tcp;
  const bool alive = s.flow.tcp.state == tcp::State::established && t.side.client.seq_known &&
                     t.side.server.seq_known;
  if (!alive || packet.segment.length > 0)
    return false;
  s.track.held_syn = {packet.segment, packet.frame.number, packet.frame.length, packet.from};
  s.set(flow_flag::syn_held);
  forget_what_passed(s);
  s.clear(flow_flag::settled); // the next packet has to be looked at
  return true;
}

// The packet as it came, but for bytes that a SYN without payload does not have.
struct Inspector::State::Replay {
  wire::Frame frame;
  wire::PacketView view{};
  HeldSyn held;
  bool src_is_low;

  Replay(const Subject &s, const HeldSyn &syn)
      : held(syn), src_is_low((syn.from == Side::client) == s.has(flow_flag::low_is_client)) {
    frame.time = syn.segment.time;
    frame.number = syn.number;
    frame.length = syn.wire_length;
    frame.port = s.track.port;
    view.vlan_count = s.track.vlan_count;
    view.tunnel_count = s.track.tunnel_count;
    std::copy_n(s.track.vlans.begin(), view.vlan_count, view.vlans.begin());
    for (std::size_t i = 0; i < view.tunnel_count; ++i)
      view.tunnels[i] = static_cast<wire::Tunnel>(s.track.tunnels[i]);
  }
  Packet packet() { return {frame, view, held.segment, held.from}; }
};

// The packet behind it is there.
void Inspector::State::settle_held(const flow::Place &place, Packet &packet, std::size_t i) {
  Subject s = subject(place);
  Replay replay(s, s.track.held_syn);
  s.clear(flow_flag::syn_held);
  Packet syn = replay.packet();
  if (!is_believed(replay.held, packet.from, packet.segment)) {
    pass_over(s, syn);
    long_way(place, packet, i);
    return;
  }
  close(place, Ending::replaced, syn.frame.time);
  const flow::Place anew = open(syn, i);
  if (!anew.found())
    return;
  Subject next = subject(anew);
  begin(next, syn, replay.src_is_low);
  track(anew, syn);
  long_way(tracks.put_away(anew.slot, *this) ? anew : flow::Place{}, packet, i);
}

// It changes nothing, but it was there.
void Inspector::State::pass_over(Subject &s, Packet &packet) {
  account(s, packet);
  if (!scribe || s.track.facts.enough)
    return;
  scribe->begin(s.track.tcp.side[packet.from]);
  write_down(s, packet, tcp::event::ignored);
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
