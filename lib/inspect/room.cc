// Who is proven, and who gives way when the flow table or the pool of TLS sessions is full. Bounded
// work for each newcomer: the oldest of a rank is at the head of a list.
//
// The flow table. Each rank but the proven has a share, kept for it while it wants it; who needs
// more lives in what the others leave. In a full table the oldest of the rank that is furthest
// above its share gives way; if none is, who is over, then one of the newcomer's rank, then any
// that is not proven. A newcomer is turned away only by proven connections.
//
// A flood's connections have one packet each. One that has more, and is not overdue, is moved to
// the end of its list instead, so that a client that repeats its SYN outlives them.
//
// The pool of TLS sessions. Whose handshake is over goes on in compact form; where there is no room
// for that either, somebody loses his session.
#include "inspect/state.h"

#include <algorithm>
#include <new>

namespace handspan::inspect {

namespace {

using record::Limit;

constexpr unsigned kSecondChances = 8; // looked at for one newcomer

constexpr std::size_t number(Rank rank) {
  return static_cast<std::size_t>(rank);
}

std::uint64_t packets_of(const Flow &flow) {
  return std::uint64_t{flow.tcp.side.client.packets} + flow.tcp.side.server.packets;
}

Rank rank_of(const Flow &flow) {
  if (flow.tcp.state == tcp::State::closed)
    return Rank::closed;
  if (flow.flags & flow_flag::proven)
    return Rank::proven;
  return flow.tcp.state < tcp::State::established ? Rank::half_open : Rank::one_sided;
}

// A SYN without payload, and nothing else.
bool is_lone_syn(const Flow &flow) {
  return packets_of(flow) == 1 && flow.tcp.state == tcp::State::syn_sent &&
         flow.tcp.side.client.payload_bytes == 0;
}

Rank rank_of(const tcp::Segment &first) {
  if (first.has(tcp::flag::rst))
    return Rank::closed;
  return first.has(tcp::flag::syn) ? Rank::half_open : Rank::one_sided;
}

} // namespace

// Does the packet acknowledge something of the other side's, and nothing that it did not send? That
// takes having received it. Who only answers a SYN, or resets, shows no more than that he was sent
// something.
void Inspector::State::prove(Subject &s, const Packet &packet) {
  const tcp::Segment &segment = packet.segment;
  const tcp::DetailSide &other = s.track.tcp.side[base::other(packet.from)];
  if (s.has(flow_flag::proven) || !segment.has(tcp::flag::ack) || segment.doubted ||
      segment.has(tcp::flag::syn | tcp::flag::rst) || !other.seq_known)
    return;
  const std::uint32_t first = other.first_seq + (other.syn_seen ? 1 : 0);
  const std::uint32_t next = s.flow.tcp.side[base::other(packet.from)].next;
  if (tcp::distance(first, segment.ack) < 0 || tcp::distance(segment.ack, next) < 0)
    return;
  s.set(flow_flag::proven);
  if (scribe)
    scribe->proven(s.track.facts, s.track.flow_id);
  if (s.tls())
    tracker.prove(s.track.session);
}

// What the packet has changed: the timeout's class, and the list.
void Inspector::State::rerank(Subject &s) {
  const Rank now = rank_of(s.flow);
  const bool one_sided = now == Rank::one_sided && s.flow.tcp.state == tcp::State::established;
  set_class(s.flow, one_sided ? unsigned{kOneSidedClass} : static_cast<unsigned>(s.flow.tcp.state));
  if (now == s.track.rank)
    return;
  s.track.rank = now;
  if (now == Rank::proven) {
    ranks.remove(s.place.slot);
    return;
  }
  ranks.put(number(now), s.place.slot);
}

// The table is full. In a file nothing expires by itself, and what is overdue goes first: a walk
// over the whole table, so at most once in a second of the capture, and worth it only if it makes
// room for a while.
bool Inspector::State::make_room(const Packet &newcomer) {
  const Nanos now = newcomer.frame.time;
  if (settings.expiry == Expiry::when_full &&
      (last_sweep == kNever || now - last_sweep >= base::kSecond || now < last_sweep)) {
    last_sweep = now;
    expire(table.buckets(), now);
    if (table.size() <= table.capacity() - table.capacity() / 4)
      return true;
  }
  if (table.size() < table.capacity() || (settings.grows && grow()))
    return true;
  const std::uint32_t slot = who_gives_way(rank_of(newcomer.segment), now);
  if (slot == Ranks::kNone) {
    last_blind = now;
    return false;
  }
  const std::uint32_t next = ranks.younger(slot);
  give_way(slot, now);
  fetch_next(next);
  return true;
}

// Who gives way after this one was last looked at long ago: what that takes is asked for in two
// steps, the slot's lines first, and then what its key leads to.
void Inspector::State::fetch_next(std::uint32_t slot) {
  if (slot == Ranks::kNone)
    return;
  table.prefetch(table.hash(table.key(slot)));
  tracks.fetch_sealed(table[slot]);
  if (const std::uint32_t next = ranks.younger(slot); next != Ranks::kNone) {
    table.fetch(next);
    ranks.fetch(next);
  }
}

bool Inspector::State::grow() {
  constexpr std::uint32_t kMost = 1u << 26;
  const std::uint32_t capacity = table.capacity();
  if (capacity > kMost / 2)
    return false;
  try {
    ranks.grow(2 * capacity);
    table.grow(2 * capacity);
  } catch (const std::bad_alloc &) {
    settings.grows = false;
    return false;
  }
  settings.limits.flows = 2 * capacity;
  stats.gauges.flows_limit = settings.limits.flows;
  set_shares();
  return true;
}

std::uint32_t Inspector::State::who_gives_way(Rank newcomer, Nanos now) {
  std::size_t most = kYieldingRanks;
  std::uint32_t excess = 0;
  for (std::size_t rank = 0; rank < kYieldingRanks; ++rank)
    if (const std::uint32_t size = ranks.size(rank); size > shares[rank] + excess) {
      excess = size - shares[rank];
      most = rank;
    }
  if (most < kYieldingRanks)
    return oldest_of(most, now);
  for (const Rank rank : {Rank::closed, newcomer, Rank::one_sided, Rank::half_open})
    if (ranks.size(number(rank)) > 0)
      return oldest_of(number(rank), now);
  return Ranks::kNone;
}

std::uint32_t Inspector::State::oldest_of(std::size_t rank, Nanos now) {
  for (unsigned chance = 0; chance < kSecondChances; ++chance) {
    const std::uint32_t slot = ranks.oldest(rank);
    const Flow &flow = table[slot];
    if (packets_of(flow) == 1 || now - flow.tcp.last > timeout_of(flow))
      return slot;
    ranks.put(rank, slot);
  }
  return ranks.oldest(rank);
}

// What is over has its record as ever. Of what is not, an opening or a single packet is counted and
// told no further: in a flood such records would only push others out of the ring.
void Inspector::State::give_way(std::uint32_t slot, Nanos now) {
  const flow::Key key = table.key(slot);
  const flow::Place place = table.find(key, table.hash(key));
  ++stats.counters.flows_gave_way;
  const Flow &flow = table[slot];
  if (Tracks::is_sealed(flow) && is_lone_syn(flow)) {
    give_way_sealed(place, now);
    return;
  }
  Subject s = subject(place);
  if (s.track.rank == Rank::closed) {
    close(place, Ending::closed, now);
    return;
  }
  last_blind = now;
  hit(s, Limit::flows);
  if (s.track.rank == Rank::one_sided && s.packets() > 1) {
    close(place, Ending::gave_way, now);
    return;
  }
  ++stats.counters.flows_gave_way_untold;
  for (const Side side : {Side::client, Side::server})
    assembler.discard(s.track.queue[side]);
  if (scribe) {
    record::Record record; // none that is told: the facts go with the connection
    record.flow_id = s.track.flow_id;
    scribe->closed(s.track.facts, record);
  }
  forget(s);
  erase(s);
}

// A flood's: it has nothing that others want back. Its story gives way when its buffers are needed.
void Inspector::State::give_way_sealed(const flow::Place &place, Nanos now) {
  const Flow &flow = table[place.slot];
  last_blind = now;
  ++stats.counters.flows_gave_way_untold;
  --in_phase[static_cast<std::size_t>(flow.phase)];
  ranks.remove(place.slot);
  tracks.end(flow);
  table.erase(place);
}

// Its Track found no room, be it sealed.
void Inspector::State::end(std::uint32_t slot) {
  const flow::Key key = table.key(slot);
  const flow::Place place = table.find(key, table.hash(key));
  Subject s = subject(place);
  ++stats.counters.tracks_gave_way;
  hit(s, Limit::track_facts);
  close(place, Ending::gave_way, std::max(last_seen, s.flow.tcp.last));
}

// A session whose handshake is over goes with it, and so do facts that others took the room of.
void Inspector::State::about_to_seal(Flow &flow, Track &track) {
  if (flow.tls && tracker.is_over(track.session))
    track.session = tracker.keep(track.session);
  if (scribe)
    scribe->rest(track.facts, track.flow_id);
}

// Who comes from the middle soon after a connection had to give way may be its rest.
bool Inspector::State::may_be_a_rest(const Packet &first) const {
  return last_blind != kNever && !first.segment.is_syn() &&
         first.frame.time - last_blind <= settings.timeouts.syn;
}

void Inspector::State::open_session(Subject &s) {
  const bool proven = s.has(flow_flag::proven);
  if (tracker.is_full() && !keep_session())
    if (const std::uint32_t owner = tracker.who_gives_way(proven); owner != tls::kNoIndex)
      end_session(owner);
  s.track.session = tracker.open(s.place.slot, proven);
  s.flow.tls = s.track.session != tls::kNoIndex;
  if (!s.tls())
    lose_session(s);
}

void Inspector::State::lose_session(Subject &s) {
  hit(s, Limit::tls_sessions);
  s.set(flow_flag::unfollowed);
}

// Who is past its handshake makes room, and loses nothing by it.
bool Inspector::State::keep_session() {
  const std::uint32_t slot = tracker.who_is_over();
  if (slot == tls::kNoIndex)
    return false;
  std::uint32_t &session = tracks.of(slot, *this).session;
  session = tracker.keep(session);
  return !tracker.is_full();
}

// The connection in that slot goes on as TCP; what it carries is not followed any more.
void Inspector::State::end_session(std::uint32_t slot) {
  Subject s = subject({slot, 0, 0});
  ++stats.counters.tls_sessions_gave_way;
  lose_session(s);
  tracker.close(s.track.session);
  s.flow.tls = false;
  s.track.session = tls::kNoIndex;
  for (const Side side : {Side::client, Side::server})
    assembler.discard(s.track.queue[side]);
  s.track.syn_data_waits = false;
  s.clear(flow_flag::in_order | flow_flag::sniffing | flow_flag::framed);
  s.set(flow_flag::plain);
}

} // namespace handspan::inspect
