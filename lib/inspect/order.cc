// Payload in the order of TCP, while a handshake is wanted: what comes early waits, what is lost is
// given up.
#include "inspect/state.h"

namespace handspan::inspect {

// Takes what the assembler lets go.
struct Inspector::State::Ordered {
  State &state;
  Subject &s;
  Delivery &delivery;
  void bytes(base::Bytes bytes) { state.feed(s, delivery, bytes); }
  void missing(std::uint32_t n) { state.missing(s, delivery, n); }
};

void Inspector::State::assemble(Subject &s, const Packet &packet, Delivery &delivery) {
  if (s.track.queue[base::other(delivery.from)].waiting > 0 && packet.segment.has(tcp::flag::ack))
    give_up_holes(s, packet);
  // A copy: what the bytes tell may exchange the roles, and with them the queues.
  stream::Queue queue = s.track.queue[delivery.from];
  const tcp::DetailSide &side = s.track.tcp.side[delivery.from];
  if (!queue.started && side.syn_seen)
    queue.start(side.first_seq + 1);
  const std::uint32_t begin = packet.segment.seq + packet.segment.has(tcp::flag::syn);
  if (packet.segment.length == 1 && queue.started && begin + 1 == queue.next)
    return; // a keep-alive's byte
  assembler.push(queue, begin, packet.view.data(), packet.segment.length,
                 Ordered{*this, s, delivery});
  s.track.queue[delivery.from] = queue;
  if (delivery.order_over)
    leave_order(s, delivery);
}

// An answer acknowledges bytes of the other side that never came here: the capture lost them.
void Inspector::State::give_up_holes(Subject &s, const Packet &packet) {
  Delivery late{base::other(packet.from), packet.before, packet.now(), packet.before};
  stream::Queue queue = s.track.queue[late.from];
  assembler.acknowledged(queue, packet.segment.ack, Ordered{*this, s, late});
  s.track.queue[late.from] = queue;
}

// The handshake is over, or there is none: what still waits is handed on, holes and all.
void Inspector::State::leave_order(Subject &s, const Delivery &last) {
  for (const Side side : {last.from, base::other(last.from)}) {
    stream::Queue queue = s.track.queue[side];
    if (queue.first == base::IndexPool::kNone)
      continue;
    Delivery rest = last;
    rest.from = side;
    if (side != last.from)
      rest.pieces = nullptr;
    if (s.tls())
      assembler.flush(queue, Ordered{*this, s, rest});
    else
      assembler.discard(queue);
    s.track.queue[side] = queue;
  }
  s.clear(flow_flag::in_order);
  if (s.tls())
    tracker.release_buffers(tracker.at(s.flow.session));
}

} // namespace handspan::inspect
