// Payload on the long way: put in order, told TLS from other things by content, handed to the TLS
// tracker, the server name to the rules. And the short way's look at record headers, follow().
#include "inspect/state.h"

#include <algorithm>
#include <utility>

namespace handspan::inspect {

using record::Phase;
using tls::Sniff;

namespace {

// A plain connection is searched for a Client Hello (STARTTLS, CONNECT) up to here.
constexpr std::uint64_t kSniffBytes = 65'536;

// The whole payload is one fatal alert in clear (RFC 8446, section 5.1).
bool is_fatal_alert(base::Bytes bytes) {
  return bytes.size() == 7 && bytes[0] == 21 && bytes[1] == 3 && bytes[3] == 0 && bytes[4] == 2 &&
         bytes[5] == 2;
}

Side tls_side(Side from, bool reversed) {
  return reversed ? base::other(from) : from;
}

} // namespace

void Inspector::State::payload(Subject &s, Packet &packet, std::uint32_t next_before) {
  if (packet.view.payload_captured < packet.segment.length)
    ++stats.counters.payload_truncated;
  if (s.flow.phase == Phase::data)
    s.flow.last_data = packet.frame.time;
  if (s.has(flow_flag::sniffing))
    look_for_hello(s, packet);
  if (s.has(flow_flag::in_order)) {
    assemble(s, packet);
    return;
  }
  if (!s.tls())
    return;
  if (s.has(flow_flag::framed)) {
    if (s.flow.phase == Phase::tls_handshake && tracker.at(s.flow.session).established)
      enter(s, Phase::data, packet);
    return;
  }
  // After the handshake nothing waits: what came before is left out, what lacks is said.
  const std::uint32_t begin = packet.segment.seq + packet.segment.has(tcp::flag::syn);
  const std::int32_t ahead = tcp::distance(next_before, begin);
  if (ahead > 0)
    missing(s, packet, static_cast<std::uint32_t>(ahead));
  const std::uint32_t repeated = ahead < 0 ? next_before - begin : 0;
  if (repeated >= packet.segment.length)
    return;
  base::Bytes bytes = packet.view.data();
  const std::size_t have = bytes.size();
  feed(s, packet, bytes.subspan(std::min<std::size_t>(repeated, have)));
  const std::uint32_t cut =
      packet.segment.length - std::max(repeated, static_cast<std::uint32_t>(have));
  if (cut > 0)
    missing(s, packet, cut);
}

// Takes what the assembler lets go.
struct Inspector::State::Ordered {
  State &state;
  Subject &s;
  Packet &packet;
  void bytes(base::Bytes bytes) { state.feed(s, packet, bytes); }
  void missing(std::uint32_t n) { state.missing(s, packet, n); }
};

void Inspector::State::assemble(Subject &s, Packet &packet) {
  if (s.track.queue[base::other(packet.from)].waiting > 0 && packet.segment.has(tcp::flag::ack))
    give_up_holes(s, packet);
  // A copy: what the bytes tell may exchange the roles, and with them the queues.
  stream::Queue queue = s.track.queue[packet.from];
  const tcp::DetailSide &side = s.track.tcp.side[packet.from];
  if (!queue.started && side.syn_seen)
    queue.start(side.first_seq + 1);
  const std::uint32_t begin = packet.segment.seq + packet.segment.has(tcp::flag::syn);
  if (packet.segment.length == 1 && queue.started && begin + 1 == queue.next)
    return; // a keep-alive's byte
  assembler.push(queue, begin, packet.view.data(), packet.segment.length,
                 Ordered{*this, s, packet});
  s.track.queue[packet.from] = queue;
  if (packet.order_over)
    leave_order(s, packet);
}

// An answer acknowledges bytes of the other side that never came here: the capture lost them.
void Inspector::State::give_up_holes(Subject &s, Packet &packet) {
  tls::PieceSink *const pieces = std::exchange(packet.pieces, nullptr);
  packet.from = base::other(packet.from);
  packet.waited = true;
  stream::Queue queue = s.track.queue[packet.from];
  assembler.acknowledged(queue, packet.segment.ack, Ordered{*this, s, packet});
  s.track.queue[packet.from] = queue;
  packet.waited = false;
  packet.from = base::other(packet.from);
  packet.pieces = pieces;
}

// The handshake is over, or there is none: what still waits is handed on, holes and all.
void Inspector::State::leave_order(Subject &s, Packet &packet) {
  const Side from = packet.from;
  tls::PieceSink *const pieces = packet.pieces;
  for (const Side side : {from, base::other(from)}) {
    stream::Queue queue = s.track.queue[side];
    if (queue.first == base::IndexPool::kNone)
      continue;
    packet.from = side;
    packet.pieces = side == from ? pieces : nullptr;
    if (s.tls())
      assembler.flush(queue, Ordered{*this, s, packet});
    else
      assembler.discard(queue);
    s.track.queue[side] = queue;
  }
  packet.from = from;
  packet.pieces = pieces;
  s.clear(flow_flag::in_order);
  if (s.tls())
    tracker.release_buffers(tracker.at(s.flow.session));
}

// The same when no packet is at hand: the connection is being closed.
void Inspector::State::leave_order(Subject &s) {
  wire::Frame frame;
  frame.time = s.flow.tcp.last;
  frame.number = s.track.last_number;
  const wire::PacketView view{};
  Packet packet{frame, view, {}};
  packet.previous = frame.time;
  packet.previous_number = frame.number;
  leave_order(s, packet);
}

// The bytes of one direction, in order, while a handshake is wanted; after it, as they come.
void Inspector::State::feed(Subject &s, Packet &packet, base::Bytes bytes) {
  if (bytes.empty())
    return;
  if (!s.has(flow_flag::framed)) {
    feed_unframed(s, packet, bytes);
    return;
  }
  tls::PieceSink *const pieces = std::exchange(packet.pieces, nullptr); // not bytes of the segment
  s.track.openvpn.take(packet.from, bytes, [&](base::Bytes tls) { feed_unframed(s, packet, tls); });
  packet.pieces = pieces;
}

void Inspector::State::feed_unframed(Subject &s, Packet &packet, base::Bytes bytes) {
  if (!s.tls()) {
    if (!s.has(flow_flag::plain))
      first_bytes(s, packet, bytes);
    return;
  }
  on_tls_events(s, packet,
                feed_tls(s.flow, packet.from, s.has(flow_flag::tls_reversed), bytes, 0,
                         packet.stamp(), packet.pieces));
}

void Inspector::State::missing(Subject &s, Packet &packet, std::uint32_t bytes) {
  if (s.has(flow_flag::framed))
    s.track.openvpn.lose(packet.from);
  if (!s.tls()) {
    s.track.head[packet.from].length = 0;
    return;
  }
  on_tls_events(s, packet,
                feed_tls(s.flow, packet.from, s.has(flow_flag::tls_reversed), {}, bytes,
                         packet.stamp(), packet.pieces));
}

// Is it TLS? Asked of the first bytes of each direction until one of them tells.
void Inspector::State::first_bytes(Subject &s, Packet &packet, base::Bytes bytes) {
  Head &head = s.track.head[packet.from];
  if (head.length == 0) {
    const Sniff sniffed = tls::sniff(bytes);
    if (sniffed != Sniff::more) {
      decide(s, packet, sniffed, bytes);
      return;
    }
  }
  const std::size_t n = std::min<std::size_t>(bytes.size(), head.bytes.size() - head.length);
  std::copy_n(bytes.begin(), n, head.bytes.begin() + head.length);
  head.length = static_cast<std::uint8_t>(head.length + n);
  const Sniff sniffed = tls::sniff({head.bytes.data(), head.length});
  if (sniffed == Sniff::more && head.length < head.bytes.size())
    return;
  const std::array<std::uint8_t, 16> kept = head.bytes;
  const base::Bytes begun{kept.data(), head.length};
  head.length = 0;
  decide(s, packet, sniffed, begun);
  if (s.tls())
    feed_unframed(s, packet, bytes.subspan(n));
}

void Inspector::State::decide(Subject &s, Packet &packet, Sniff sniffed, base::Bytes bytes) {
  if (sniffed == Sniff::no || sniffed == Sniff::more) {
    const bool framed = !s.has(flow_flag::framed) && s.track.openvpn.begin(bytes);
    s.set(framed ? flow_flag::framed : flow_flag::plain | flow_flag::sniffing);
    enter(s, Phase::data, packet);
    s.flow.last_data = packet.frame.time;
    if (s.track.first_data == kNever)
      s.track.first_data = packet.frame.time;
    if (framed)
      feed(s, packet, bytes);
    else
      packet.order_over = true;
    return;
  }
  // The sender of a Client Hello is the client where no SYN told. A Server Hello alone tells only
  // who is the TLS server: the connection's client stays the sender of its first packet.
  const bool client_hello = sniffed == Sniff::client_hello || sniffed == Sniff::sslv2_hello;
  if (client_hello && s.has(flow_flag::roles_guessed)) {
    if (packet.from == Side::server)
      swap_roles(s, packet);
    s.clear(flow_flag::roles_guessed);
  }
  begin_tls(s, packet,
            client_hello ? packet.from == Side::server
                         : sniffed == Sniff::server_hello && packet.from == Side::client);
  if (s.tls())
    feed_unframed(s, packet, bytes);
}

void Inspector::State::begin_tls(Subject &s, Packet &packet, bool reversed) {
  s.flow.session = tracker.open();
  if (!s.tls()) {
    s.set(flow_flag::plain);
    enter(s, Phase::data, packet);
    s.track.first_data = s.flow.last_data = packet.frame.time;
    packet.order_over = true;
    return;
  }
  if (reversed)
    s.set(flow_flag::tls_reversed);
  ++stats.counters.tls_handshakes;
  enter(s, Phase::tls_handshake, packet);
}

// In a plain connection: a Client Hello at the start of a segment begins the TLS handshake. Two
// first words tell that the other side spoke in plain where TLS was wanted: a fatal alert in clear,
// and a Client Hello to one who already began otherwise.
void Inspector::State::look_for_hello(Subject &s, Packet &packet) {
  const Side answerer = base::other(packet.from);
  const bool first_word = s.flow.tcp.side[packet.from].payload_bytes == packet.segment.length &&
                          s.flow.tcp.side[answerer].payload_bytes > 0 &&
                          !s.has(flow_flag::roles_guessed);
  const bool hello = tls::sniff(packet.view.data()) == Sniff::client_hello;
  const bool alert = first_word && is_fatal_alert(packet.view.data());
  if (hello || alert) {
    s.clear(flow_flag::sniffing);
    begin_tls(s, packet, packet.from == (hello ? Side::server : Side::client));
    if (!s.tls())
      return;
    s.set(flow_flag::in_order);
    if (first_word)
      tracker.at(s.flow.session).stream[hello ? Side::server : Side::client].not_tls = true;
    s.track.queue[packet.from] = {};
    s.track.queue[packet.from].start(packet.segment.seq);
    s.track.queue[answerer] = {};
    if (s.track.tcp.side[answerer].seq_known)
      s.track.queue[answerer].start(s.flow.tcp.side[answerer].next);
    return;
  }
  const auto &side = s.flow.tcp.side;
  if (side.client.payload_bytes + side.server.payload_bytes > kSniffBytes)
    s.clear(flow_flag::sniffing);
}

void Inspector::State::follow(Flow &flow, const wire::PacketView &view, Side from, bool reversed,
                              tls::Stamp stamp) {
  if (flow.flags & flow_flag::framed)
    return;
  const std::uint32_t cut = view.payload_length - view.payload_captured;
  (void)feed_tls(flow, from, reversed, view.data(), 0, stamp);
  if (cut > 0) {
    ++stats.counters.payload_truncated;
    (void)feed_tls(flow, from, reversed, {}, cut, stamp);
  }
}

// Keeps Flow::position, which the short way moves, and the session in step.
tls::Events Inspector::State::feed_tls(Flow &flow, Side from, bool reversed, base::Bytes bytes,
                                       std::uint32_t lost, tls::Stamp stamp,
                                       tls::PieceSink *pieces) {
  tls::Session &session = tracker.at(flow.session);
  const Side side = tls_side(from, reversed);
  tls::Tracker::resume(session, side, flow.position[from]);
  tls::Events events = 0;
  if (!bytes.empty())
    events = pieces ? tracker.examine(session, side, bytes, stamp, *pieces)
                    : tracker.feed(session, side, bytes, stamp);
  if (lost > 0)
    events |= tracker.gap(session, side, lost, stamp, pieces);
  flow.position[from] = tls::Tracker::position(session, side);
  return events;
}

void Inspector::State::on_tls_events(Subject &s, Packet &packet, tls::Events events) {
  if (events == 0)
    return;
  const tls::Session &session = tracker.at(s.flow.session);
  if (events & tls::event::client_hello)
    scan_rules(s);
  if (events & tls::event::server_hello && session.client_hello != kNever)
    stats.histograms.client_hello_to_server_hello.add(
        static_cast<std::uint64_t>(session.server_hello - session.client_hello));
  if (events & tls::event::established) {
    ++stats.counters.tls_established;
    stats.histograms.tls_total.add(static_cast<std::uint64_t>(session.finished - session.start));
    // In 1.3 it is a record after the client's Finished that tells; that one is data already. Times
    // do not say so: packets of one burst have the same.
    if (session.established_inferred && session.finished == session.client_finished)
      enter(s, Phase::data, packet);
    if (!s.track.handshake_reported && settings.handshake_events)
      report(s, Ending::handshake, packet.frame.time);
    packet.order_over = true;
  }
  if ((events & tls::event::application_data) && session.established) {
    if (s.track.first_data == kNever)
      s.track.first_data = packet.frame.time;
    s.flow.last_data = packet.frame.time;
    if (s.flow.phase == Phase::tls_handshake)
      enter(s, Phase::data, packet);
  }
  if (session.stream.client.ended && session.stream.server.ended)
    packet.order_over = true;
}

void Inspector::State::scan_rules(Subject &s) {
  const tls::Session &session = tracker.at(s.flow.session);
  if (!rules || session.sni.empty() || s.track.rule_count > 0)
    return;
  ++stats.counters.rules_scanned;
  s.track.rule_count = static_cast<std::uint8_t>(
      rules->scan(rules::Field::sni, session.sni.view(), *scratch, s.track.rules));
  stats.counters.rules_hits += s.track.rule_count;
}

} // namespace handspan::inspect
