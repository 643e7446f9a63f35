// What an ICMP error says of a connection that is followed. It opens none, and keeps none alive.
#include "wire/icmp.h"
#include "inspect/state.h"

#include <optional>

namespace handspan::inspect {
namespace {

// The number of the quoted byte counted from the side's first; nothing if the side never sent it:
// then the error is a forgery (RFC 5927, 4.1) or of a connection before.
std::optional<std::uint32_t> place_of(std::uint32_t seq, const tcp::HotSide &sent,
                                      const tcp::DetailSide &side) {
  if (!side.seq_known)
    return 0;
  if (tcp::distance(seq, sent.next) < 0 || tcp::distance(side.first_seq, seq) < 0)
    return std::nullopt;
  return seq - side.first_seq + (side.syn_seen ? 0 : 1);
}

record::Icmp note_of(const wire::IcmpError &error, const wire::Frame &frame) {
  record::Icmp note;
  note.mtu = error.mtu;
  note.from = error.from;
  note.time = frame.time;
  note.packet = static_cast<std::uint32_t>(frame.number);
  note.type = error.type;
  note.code = error.code;
  note.v6 = !error.from.is_v4();
  return note;
}

// Who is told to send smaller packets may yet succeed; who is refused can't.
bool weighs_more(const record::Icmp &a, const record::Icmp &b) {
  return b.count == 0 || (b.too_big() && !a.too_big());
}

// Live, its number is that of the packet before it.
record::PacketFact fact_of(const record::Icmp &note, const Flow &flow) {
  record::PacketFact fact;
  fact.time = note.time;
  fact.number =
      note.packet != 0 ? note.packet : flow.tcp.side.client.packets + flow.tcp.side.server.packets;
  fact.seq = note.seq;
  fact.ack = note.mtu;
  fact.window = static_cast<std::uint16_t>(note.type << 8 | note.code);
  fact.marks = record::mark::icmp;
  fact.from = note.of;
  fact.phase = flow.phase;
  return fact;
}

} // namespace

void Inspector::State::on_icmp_error(const wire::Frame &frame, std::size_t i) {
  const flow::Place place = table.find(burst.key[i], burst.hash[i], burst.hint[i]);
  wire::IcmpError error;
  if (!place.found() || is_due(table[place.slot], frame.time) ||
      !wire::read_icmp_error(burst.view[i], error)) {
    ++stats.counters.icmp_unmatched;
    return;
  }
  Subject s = subject(place);
  const Side of =
      burst.src_is_low[i] == s.has(flow_flag::low_is_client) ? Side::client : Side::server;
  const auto seq = place_of(error.seq, s.flow.tcp.side[of], s.track.tcp.side[of]);
  if (!seq) {
    ++stats.counters.icmp_unmatched;
    return;
  }
  ++stats.counters.icmp_errors;
  record::Icmp note = note_of(error, frame);
  note.of = of;
  note.seq = *seq;
  note.count = s.track.icmp.count;
  if (weighs_more(note, s.track.icmp))
    s.track.icmp = note;
  ++s.track.icmp.count;
  if (scribe && !s.track.facts.enough)
    scribe->icmp_error(s.track.facts, s.track.flow_id, fact_of(note, s.flow));
}

} // namespace handspan::inspect
