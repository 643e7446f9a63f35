// Segments that their receiver does not take, or may not: what speaks against them, and what
// becomes of them.
#include "inspect/state.h"
#include "tcp/doubt.h"
#include "wire/checksum.h"
#include "wire/tcp_options.h"

namespace handspan::inspect {

namespace {

using record::Decoy;

#define HANDSPAN_DECOY(name, help)                                                                 \
  static_assert(static_cast<unsigned>(tcp::Decoy::name) == static_cast<unsigned>(Decoy::name));
#include "record/decoys.def"
#undef HANDSPAN_DECOY

tcp::SackBlocks blocks_of(const wire::TcpOptions &options) {
  tcp::SackBlocks blocks;
  for (const wire::SackBlock &block : options.sack)
    (void)blocks.push({block.begin, block.end});
  return blocks;
}

} // namespace

tcp::Carried Inspector::State::carried_by(const wire::PacketView &view, tcp::SackBlocks &sack) {
  tcp::Carried carried;
  carried.hop_limit = view.hop_limit;
  if (view.options_length == 0)
    return carried;
  if (wire::has_only_timestamps(view)) [[likely]] {
    carried.timestamps = true;
    carried.stamp = wire::stamp_of(view);
    return carried;
  }
  const wire::TcpOptions options = wire::read_tcp_options(view);
  carried.timestamps = options.timestamps;
  carried.is_signed = options.is_signed;
  carried.stamp = options.stamp;
  sack = blocks_of(options);
  return carried;
}

// What a checksum says, before anybody looks at the segment.
void Inspector::State::judge_checksums(const wire::Frame &frame, wire::PacketView &view) {
  const wire::Judgement judged = wire::judge_checksums(frame, view);
  const bool left_out = judged.checksum == wire::Checksum::left_out;
  record::Counters &c = stats.counters;
  c.checksums_computed += judged.computed;
  c.checksums_left_out += left_out;
  if (judged.checksum != wire::Checksum::bad && !left_out)
    return;
  ++c.checksums_bad;
  if (settings.checksums == Checksums::drop)
    ++c.skipped_bad_checksum;
  if (settings.checksums == Checksums::drop || !left_out)
    view.kind = wire::Kind::bad_checksum;
}

// Its connection is told of it, if there is one, and goes on without it.
void Inspector::State::on_bad_checksum(const wire::Frame &frame, std::size_t k) {
  const std::uint64_t mark = RecentPackets::mark_of(burst.hash[k], burst.view[k]);
  const flow::Place place = table.find(burst.key[k], burst.hash[k], burst.hint[k]);
  Packet packet = packet_of(frame, k, mark);
  packet.bad_checksum = true;
  if (settings.checksums != Checksums::drop) {
    long_way(place, packet, k);
    recent.put(mark, frame.time);
  } else if (place.found()) {
    Subject s = subject(place);
    packet.from =
        burst.src_is_low[k] == s.has(flow_flag::low_is_client) ? Side::client : Side::server;
    note_decoy(s, packet, Decoy::checksum);
    tell_ignored(s, packet);
  }
}

// Is it one that its receiver drops for certain? If it may be one, it is doubted from here on.
bool Inspector::State::is_refused(Subject &s, Packet &packet) {
  if (!packet.carried)
    packet.carried = carried_by(packet.view, packet.sack);
  const bool closely = s.has(flow_flag::in_order);
  tcp::DetailSide &mine = s.track.tcp.side[packet.from];
  const tcp::Doubt doubt = tcp::doubt(s.flow.tcp, s.track.tcp, s.track.evidence, packet.from,
                                      packet.segment, *packet.carried, closely);
  if (doubt.what != tcp::Decoy::none) [[unlikely]] {
    packet.segment.doubted = true;
    if (!doubt.by_loss)
      note_decoy(s, packet, static_cast<Decoy>(doubt.what));
  } else if (closely) {
    tcp::note_stamp(s.flow.tcp, mine, packet.from, packet.segment, *packet.carried);
  }
  return doubt.refused;
}

// It was there, but changes nothing.
void Inspector::State::pass_over(Subject &s, Packet &packet) {
  account(s, packet);
  tell_ignored(s, packet);
}

void Inspector::State::tell_ignored(Subject &s, const Packet &packet) {
  if (!scribe || s.track.facts.enough)
    return;
  scribe->begin(s.track.tcp.side[packet.from]);
  write_down(s, packet, tcp::event::ignored);
}

// A segment counts once, whatever speaks against it; of several the first is told with it.
void Inspector::State::note_decoy(Subject &s, Packet &packet, Decoy what) {
  Decoys &decoys = s.track.decoys;
  if (packet.decoy == Decoy::none) {
    packet.decoy = what;
    ++decoys.packets[packet.from];
    ++stats.counters.tcp_decoys;
  }
  if (what == Decoy::hop_limit && (decoys.seen & record::bit_of(what)) == 0) {
    const tcp::Habit &habit = s.track.evidence.resets.habit[packet.from];
    decoys.hop = packet.view.hop_limit;
    decoys.usual_hop = habit.hop_max;
  }
  decoys.seen |= record::bit_of(what);
}

// A segment that had passed turns out to be one: what it was taken for was contradicted.
void Inspector::State::note_past_decoy(Subject &s, Side from, Decoy what) {
  ++stats.counters.tcp_decoys;
  ++s.track.decoys.packets[from];
  s.track.decoys.seen |= record::bit_of(what);
}

// A receiver takes an urgent byte out of the stream, unless it asked for it in line, as hardly any
// does (RFC 6093, 5). A later pointer stands for the earlier one, and none points back.
void Inspector::State::note_urgent(Subject &s, Packet &packet) {
  const std::uint32_t begin = packet.segment.seq + packet.segment.has(tcp::flag::syn);
  const std::uint32_t place = begin + wire::urgent_place(packet.view);
  std::optional<std::uint32_t> &urgent = s.track.urgent[packet.from];
  if (!urgent || tcp::distance(*urgent, place) > 0)
    urgent = place;
  note_decoy(s, packet, Decoy::urgent);
}

} // namespace handspan::inspect
