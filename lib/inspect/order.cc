// Payload in the order of TCP, while a handshake is wanted: what comes early waits, what is lost is
// given up, and no answer goes before what it answers. Two taps, or two queues of a card, may show
// the directions some ten milliseconds apart.
#include "inspect/state.h"
#include "inspect/urgent.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace handspan::inspect {

namespace {

// So long bytes are waited for that were acknowledged but not seen. The most is longer than taps
// are apart, and shorter than people notice. Where the three segments of the opening came in order,
// the directions can't be farther apart than these were.
constexpr std::uint64_t kLongestWait = 100 * base::kMillisecond;
constexpr std::uint64_t kShortestWait = base::kMillisecond;

std::uint64_t patience(const tcp::Detail &t) {
  if (t.syn == kNever || t.syn_ack == kNever || t.ack == kNever || t.syn_ack < t.syn ||
      t.ack < t.syn_ack)
    return kLongestWait;
  const std::uint64_t gap = std::max(apart(t.syn, t.syn_ack), apart(t.syn_ack, t.ack));
  return std::clamp(gap, kShortestWait / 2, kLongestWait / 2) * 2;
}

bool has_waited(const tcp::Detail &t, Nanos since, Nanos now) {
  return apart(since, now) >= patience(t);
}

// Up to where a direction's bytes have been handed on; none if nobody knows where they begin.
std::optional<std::uint32_t> reached(const stream::Queue &queue, const tcp::DetailSide &side) {
  if (queue.started)
    return queue.next + (side.fin > 0 && queue.next == side.fin_seq);
  if (side.syn_seen)
    return side.first_seq + 1;
  return side.isn_named ? std::optional(side.named_isn + 1) : std::nullopt;
}

} // namespace

// Takes what the assembler lets go.
struct Inspector::State::Ordered {
  State &state;
  Subject &s;
  Delivery &delivery;
  bool own; // bytes of the packet's sender
  bool first = true;

  void full(stream::Bound bound) {
    hit(s, bound == stream::Bound::buffers ? record::Limit::segment_buffers
                                           : record::Limit::segments_per_side);
  }
  [[nodiscard]] bool ready(const stream::Origin &origin) const {
    if (s.track.syn_data_waits && delivery.from == Side::client)
      return false;
    if (origin.doubted) [[unlikely]]
      return state.is_approved(s, delivery.from, origin, delivery.now.time);
    return !origin.is_answer ||
           state.is_turn(s, base::other(delivery.from), origin, delivery.now.time);
  }
  void bytes(base::Bytes bytes, const stream::Origin &origin) {
    if (origin.left_out) [[unlikely]]
      return;
    // What was begun before a hole is complete when the hole is filled.
    const Moment last = delivery.came;
    const bool filled = last.time > origin.time && !first && state.is_begun(s, delivery.from);
    came_in(origin);
    if (filled)
      delivery.came = last;
    const bool late = delivery.came.time != delivery.now.time; // not bytes of the packet at hand
    tls::PieceSink *const pieces = std::exchange(delivery.pieces, late ? nullptr : delivery.pieces);
    state.feed(s, delivery, bytes);
    delivery.pieces = pieces;
  }
  void cut(std::uint32_t n, const stream::Origin &origin) {
    if (origin.left_out)
      return;
    came_in(origin);
    state.cut_off(s, delivery, n);
  }
  void missing(std::uint32_t n, const stream::Origin &origin) {
    came_in(origin);
    state.missing(s, delivery, n);
  }

private:
  void came_in(const stream::Origin &origin) {
    delivery.came = {origin.time, origin.packet};
    if (origin.place > 1 && (first || origin.place > delivery.latest.packets))
      delivery.latest = {delivery.came, {origin.before, origin.packet_before}, origin.place - 1};
    first = false;
  }
};

// Have the bytes of the other side that these acknowledge been handed on? What was waited for in
// vain once is not waited for again; nor is anything of a direction that nobody shows.
bool Inspector::State::is_turn(Subject &s, Side other, const stream::Origin &origin, Nanos now) {
  const auto at = reached(s.track.queue[other], s.track.tcp.side[other]);
  if (!at || tcp::distance(*at, origin.answers) <= 0)
    return true;
  std::optional<std::uint32_t> &missed = s.track.missed[other];
  const bool shown = s.flow.tcp.side[other].packets > 0;
  if (missed && (!shown || tcp::distance(*missed, origin.answers) <= 0))
    return true;
  if (!has_waited(s.track.tcp, origin.time, now))
    return false;
  missed = origin.answers;
  return true;
}

// What may be a decoy is believed when its receiver acknowledges it, or nobody contradicts it for
// long.
bool Inspector::State::is_approved(Subject &s, Side from, const stream::Origin &origin, Nanos now) {
  const std::optional<std::uint32_t> &acked = s.track.acked[from];
  if (acked && tcp::distance(origin.end, *acked) >= 0)
    return true;
  if (origin.awaits_ack)
    return apart(origin.time, now) >= kLongestWait;
  return !origin.is_answer || is_turn(s, base::other(from), origin, now);
}

// Is a record, or a hello that is not yet known to be one, begun and not complete?
bool Inspector::State::is_begun(const Subject &s, Side from) {
  if (!s.tls())
    return s.track.head[from].length > 0;
  const Side side = s.has(flow_flag::tls_reversed) ? base::other(from) : from;
  const tls::Stream &stream = tracker.at(s.track.session).stream[side];
  return stream.record_left > 0 || stream.header_have > 0 || stream.message_open;
}

// What a SYN carries counts once it is acknowledged: its receiver may leave it out (RFC 7413,
// section 3), and then its sender begins again, with something else perhaps.
void Inspector::State::settle_syn_data(Subject &s, const Packet &packet) {
  stream::Queue &queue = s.track.queue.client;
  if (!s.track.syn_data_waits || packet.segment.is_syn() ||
      (packet.from == Side::client && packet.segment.length == 0))
    return;
  const bool taken = packet.from == Side::client
                         ? packet.segment.seq != queue.next
                         : tcp::distance(queue.next, packet.segment.ack) > 0;
  s.track.syn_data_waits = false;
  if (!taken)
    assembler.discard(queue);
}

void Inspector::State::assemble(Subject &s, Packet &packet, Delivery &delivery) {
  const std::uint64_t conflicts = assembler.counters().conflicts;
  const std::uint32_t contradicted = assembler.contradicted();
  settle_syn_data(s, packet);
  give_up_holes(s, packet, delivery);
  s.track.syn_data_waits |= packet.segment.is_syn() && !s.track.queue.client.started;
  const std::uint32_t begin = packet.segment.seq + packet.segment.has(tcp::flag::syn);
  hand_on(s, delivery, true, [&](stream::Queue &queue, Ordered &&out) {
    const tcp::DetailSide &side = s.track.tcp.side[delivery.from];
    queue.proven = s.has(flow_flag::proven);
    if (!queue.started && side.syn_seen)
      queue.start(side.first_seq + 1);
    if (packet.segment.length == 1 && queue.started && begin + 1 == queue.next)
      return; // a keep-alive's byte
    stream::Origin origin{packet.frame.time,
                          packet.before.time,
                          static_cast<std::uint32_t>(packet.frame.number),
                          static_cast<std::uint32_t>(packet.before.packet),
                          static_cast<std::uint32_t>(s.packets()),
                          packet.segment.ack,
                          packet.segment.has(tcp::flag::ack)};
    origin.doubted = packet.segment.doubted;
    // Of which no more is known than that what it answers was not seen: it waits for that.
    origin.awaits_ack = origin.doubted && packet.decoy != record::Decoy::none;
    origin.end = begin + packet.segment.length;
    around_urgent(s.track.urgent[delivery.from], begin, packet.view.data(), packet.segment.length,
                  [&](std::uint32_t at, base::Bytes bytes, std::uint32_t length, bool left_out) {
                    origin.left_out = left_out;
                    assembler.push(queue, at, bytes, length, origin, out);
                  });
  });
  if (assembler.counters().conflicts != conflicts)
    note_decoy(s, packet, record::Decoy::other_bytes);
  if (assembler.contradicted() != contradicted)
    note_past_decoy(s, packet.from, record::Decoy::ack_unsent);
  catch_up(s, delivery);
  if (delivery.order_over)
    end_order(s, delivery);
}

// A packet without payload: it may tell that others need not wait any more.
void Inspector::State::look_again(Subject &s, Packet &packet) {
  if (s.track.queue.client.waiting + s.track.queue.server.waiting == 0)
    return;
  settle_syn_data(s, packet);
  Delivery delivery{packet.from,
                    packet.now(),
                    packet.now(),
                    {packet.now(), packet.before, s.packets() - 1},
                    nullptr};
  give_up_holes(s, packet, delivery);
  release(s, delivery, true);
  catch_up(s, delivery);
  if (delivery.order_over)
    end_order(s, delivery);
  packet.from = delivery.from;
}

// Bytes of the sender of the packet at hand (`own`), or of the other side, are handed on. What they
// tell may exchange the roles, and with them the queues.
template <class Hand>
void Inspector::State::hand_on(Subject &s, Delivery &delivery, bool own, Hand &&hand) {
  Delivery part = delivery;
  if (!own) {
    part.from = base::other(delivery.from);
    part.pieces = nullptr; // not bytes of the packet at hand
  }
  stream::Queue queue = s.track.queue[part.from];
  hand(queue, Ordered{*this, s, part, own});
  s.track.queue[part.from] = queue;
  delivery.from = own ? part.from : base::other(part.from);
  delivery.order_over |= part.order_over;
  delivery.latest = part.latest;
}

// True if bytes of that side could be handed on.
bool Inspector::State::release(Subject &s, Delivery &delivery, bool own) {
  const Side side = own ? delivery.from : base::other(delivery.from);
  if (s.track.queue[side].waiting == 0)
    return false;
  bool moved = false;
  hand_on(s, delivery, own, [&](stream::Queue &queue, Ordered &&out) {
    const std::uint32_t before = queue.next;
    if (const auto missed = s.track.missed[side])
      (void)assembler.give_up_hole(queue, *missed, out);
    assembler.release(queue, out);
    moved = queue.next != before;
  });
  return moved;
}

// Bytes of one side may be what the other's waited for, and so on.
void Inspector::State::catch_up(Subject &s, Delivery &delivery) {
  bool own = false;
  while (release(s, delivery, own))
    own = !own;
}

// What was acknowledged and did not come here for long: the capture lost it.
void Inspector::State::give_up_holes(Subject &s, const Packet &packet, Delivery &delivery) {
  if (packet.segment.has(tcp::flag::ack))
    s.track.acked[base::other(delivery.from)] = packet.segment.ack;
  for (const bool own : {false, true}) {
    const Side side = own ? delivery.from : base::other(delivery.from);
    const std::optional<std::uint32_t> end = s.track.acked[side];
    if (s.track.queue[side].waiting == 0 || !end)
      continue;
    hand_on(s, delivery, own, [&](stream::Queue &queue, Ordered &&out) {
      while (has_waited(s.track.tcp, assembler.waits_since(queue), packet.frame.time) &&
             assembler.give_up_hole(queue, *end, out)) {
      }
    });
  }
}

// The connection goes on without its handshake.
void Inspector::State::end_order(Subject &s, Delivery &last) {
  leave_order(s, last);
  if (s.tls())
    tracker.settle(s.track.session);
}

// The handshake is over, or there is none, or nothing more will come: what still waits is handed
// on, holes and all, the longest waiting first.
void Inspector::State::leave_order(Subject &s, Delivery &last) {
  s.track.syn_data_waits = false;
  while (s.tls() || !s.has(flow_flag::plain) || s.has(flow_flag::sniffing)) {
    const Nanos own = assembler.waits_since(s.track.queue[last.from]);
    const Nanos others = assembler.waits_since(s.track.queue[base::other(last.from)]);
    if (own == kNever && others == kNever)
      break;
    const bool own_first = others == kNever || (own != kNever && own <= others);
    hand_on(s, last, own_first, [&](stream::Queue &queue, Ordered &&out) {
      assembler.release_first(queue, out);
      assembler.release(queue, out);
    });
    catch_up(s, last);
  }
  for (const Side side : {Side::client, Side::server}) {
    assembler.discard(s.track.queue[side]);
    s.track.queue[side] = {};
    s.track.acked[side] = s.track.missed[side] = std::nullopt;
    s.track.tcp.side[side].stamp = 0; // nobody follows it any more
    s.track.tcp.side[side].stamped = false;
  }
  s.clear(flow_flag::in_order);
  if (s.tls())
    tracker.release_buffers(tracker.at(s.track.session));
}

} // namespace handspan::inspect
