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

constexpr std::uint8_t kApplicationData = 23; // RFC 8446, section 5.1

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
  Delivery delivery{packet.from, packet.now(), packet.now(), packet.before, packet.pieces};
  if (s.has(flow_flag::sniffing))
    look_for_hello(s, packet, delivery);
  if (s.has(flow_flag::in_order))
    assemble(s, packet, delivery);
  else if (s.tls())
    behind_handshake(s, packet, delivery, next_before);
  packet.from = delivery.from;
}

// After the handshake nothing waits: what came before is left out, what lacks is said.
void Inspector::State::behind_handshake(Subject &s, const Packet &packet, Delivery &delivery,
                                        std::uint32_t next_before) {
  if (s.has(flow_flag::framed)) {
    if (s.flow.phase == Phase::tls_handshake && tracker.at(s.flow.session).established)
      enter(s, Phase::data, delivery);
    return;
  }
  const std::uint32_t begin = packet.segment.seq + packet.segment.has(tcp::flag::syn);
  const std::int32_t ahead = tcp::distance(next_before, begin);
  if (ahead > 0)
    missing(s, delivery, static_cast<std::uint32_t>(ahead));
  std::uint32_t repeated = ahead < 0 ? next_before - begin : 0;
  if (std::optional<std::uint32_t> &at = s.track.before_fin[packet.from]; at && begin == *at) {
    *at += packet.segment.length;
    repeated = 0;
  }
  if (repeated >= packet.segment.length)
    return;
  base::Bytes bytes = packet.view.data();
  const std::size_t have = bytes.size();
  feed(s, delivery, bytes.subspan(std::min<std::size_t>(repeated, have)));
  const std::uint32_t cut =
      packet.segment.length - std::max(repeated, static_cast<std::uint32_t>(have));
  if (cut > 0)
    missing(s, delivery, cut);
}

// The bytes of one direction, in order, while a handshake is wanted; after it, as they come.
void Inspector::State::feed(Subject &s, Delivery &delivery, base::Bytes bytes) {
  if (bytes.empty())
    return;
  if (!s.has(flow_flag::framed)) {
    feed_unframed(s, delivery, bytes);
    return;
  }
  tls::PieceSink *const pieces =
      std::exchange(delivery.pieces, nullptr); // not bytes of the segment
  s.track.openvpn.take(delivery.from, bytes,
                       [&](base::Bytes tls) { feed_unframed(s, delivery, tls); });
  delivery.pieces = pieces;
}

void Inspector::State::feed_unframed(Subject &s, Delivery &delivery, base::Bytes bytes) {
  if (!s.tls()) {
    if (!s.has(flow_flag::plain))
      first_bytes(s, delivery, bytes);
    return;
  }
  on_tls_events(s, delivery,
                feed_tls(s.flow, delivery.from, s.has(flow_flag::tls_reversed), bytes, 0,
                         delivery.came.stamp(), delivery.pieces));
}

void Inspector::State::missing(Subject &s, Delivery &delivery, std::uint32_t bytes) {
  if (s.has(flow_flag::framed))
    s.track.openvpn.lose(delivery.from);
  if (!s.tls()) {
    s.track.head[delivery.from].length = 0;
    return;
  }
  on_tls_events(s, delivery,
                feed_tls(s.flow, delivery.from, s.has(flow_flag::tls_reversed), {}, bytes,
                         delivery.came.stamp(), delivery.pieces));
}

// Bytes that were there, but not in the capture. What they were the first of, nobody will know.
void Inspector::State::cut_off(Subject &s, Delivery &delivery, std::uint32_t bytes) {
  s.track.cut = true;
  if (s.tls() || s.has(flow_flag::plain | flow_flag::framed))
    missing(s, delivery, bytes);
  else
    decide(s, delivery, Sniff::no, {});
}

// Is it TLS? Asked of the first bytes of each direction until one of them tells.
void Inspector::State::first_bytes(Subject &s, Delivery &delivery, base::Bytes bytes) {
  Head &head = s.track.head[delivery.from];
  if (head.length == 0) {
    const Sniff sniffed = tls::sniff(bytes);
    if (sniffed != Sniff::more) {
      decide(s, delivery, sniffed, bytes);
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
  decide(s, delivery, sniffed, begun);
  if (s.tls())
    feed_unframed(s, delivery, bytes.subspan(n));
}

void Inspector::State::decide(Subject &s, Delivery &delivery, Sniff sniffed, base::Bytes bytes) {
  if (sniffed == Sniff::no || sniffed == Sniff::more) {
    const bool framed = !s.has(flow_flag::framed) && s.track.openvpn.begin(bytes);
    s.set(framed ? flow_flag::framed : flow_flag::plain | flow_flag::sniffing);
    enter(s, Phase::data, delivery);
    s.flow.last_data = delivery.now.time;
    if (s.track.first_data == kNever)
      s.track.first_data = delivery.now.time;
    if (framed)
      feed(s, delivery, bytes);
    else
      delivery.order_over = true;
    return;
  }
  const bool client_hello = sniffed == Sniff::client_hello || sniffed == Sniff::sslv2_hello;
  const bool server_hello = sniffed == Sniff::server_hello;
  if (client_hello || server_hello)
    learn_roles(s, delivery.from, client_hello ? Side::client : Side::server);
  const bool data = sniffed == Sniff::record && bytes[0] == kApplicationData;
  begin_tls(s, delivery, data ? Phase::data : Phase::tls_handshake,
            (client_hello && delivery.from == Side::server) ||
                (server_hello && delivery.from == Side::client));
  if (data && s.track.first_data == kNever)
    s.track.first_data = s.flow.last_data = delivery.now.time;
  if (s.tls())
    feed_unframed(s, delivery, bytes);
}

void Inspector::State::begin_tls(Subject &s, Delivery &delivery, Phase phase, bool reversed) {
  s.flow.session = tracker.open();
  if (!s.tls()) {
    s.set(flow_flag::plain);
    enter(s, Phase::data, delivery);
    s.track.first_data = s.flow.last_data = delivery.now.time;
    delivery.order_over = true;
    return;
  }
  if (reversed)
    s.set(flow_flag::tls_reversed);
  ++stats.counters.tls_handshakes;
  enter(s, phase, delivery);
}

// In a plain connection: a Client Hello at the start of a segment begins the TLS handshake. Two
// first words tell that the other side spoke in plain where TLS was wanted: a fatal alert in clear,
// and a Client Hello to one who already began otherwise.
void Inspector::State::look_for_hello(Subject &s, const Packet &packet, Delivery &delivery) {
  const bool first_word = s.flow.tcp.side[delivery.from].payload_bytes == packet.segment.length &&
                          s.flow.tcp.side[base::other(delivery.from)].payload_bytes > 0 &&
                          !s.has(flow_flag::roles_guessed);
  const bool hello = tls::sniff(packet.view.data()) == Sniff::client_hello;
  const bool alert = first_word && is_fatal_alert(packet.view.data());
  if (hello || alert) {
    s.clear(flow_flag::sniffing);
    if (hello)
      learn_roles(s, delivery.from, Side::client);
    begin_tls(s, delivery, Phase::tls_handshake,
              delivery.from == (hello ? Side::server : Side::client));
    if (!s.tls())
      return;
    s.set(flow_flag::in_order);
    if (first_word)
      tracker.at(s.flow.session).stream[hello ? Side::server : Side::client].not_tls = true;
    const Side answerer = base::other(delivery.from);
    s.track.queue[delivery.from] = {};
    s.track.queue[delivery.from].start(packet.segment.seq);
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

void Inspector::State::on_tls_events(Subject &s, Delivery &delivery, tls::Events events) {
  if (events == 0)
    return;
  const tls::Session &session = tracker.at(s.flow.session);
  // What one end alone sends tells the roles in TCP, too, where no SYN did.
  if (events & tls::event::roles) {
    const Side side = tls_side(delivery.from, s.has(flow_flag::tls_reversed));
    learn_roles(s, delivery.from, side == session.client_side ? Side::client : Side::server);
  }
  if (events & tls::event::client_hello)
    scan_rules(s);
  if (events & tls::event::server_hello)
    add_span(stats.histograms.client_hello_to_server_hello, session.client_hello,
             session.server_hello);
  if (events & tls::event::established) {
    ++stats.counters.tls_established;
    for (const Side side : {Side::client, Side::server})
      s.track.handshake_bytes[side] = s.flow.tcp.side[side].payload_bytes;
    if (session.stream[session.client_side].hidden_after_finished > 0)
      s.track.server_bytes_when_asked = s.flow.tcp.side.server.payload_bytes;
    add_span(stats.histograms.tls_total, session.start, session.finished);
    // In 1.3 it is a record after the client's Finished that tells; that one is data already. Times
    // do not say so: packets of one burst have the same.
    if (session.established_inferred && session.finished == session.client_finished)
      enter(s, Phase::data, delivery);
    if (!s.track.handshake_reported && settings.handshake_events)
      report(s, Ending::handshake, delivery.now.time);
    delivery.order_over = true;
  }
  // The client's first data may go out before the server's answer says that it accepts (RFC 8446,
  // section 4.4.4), and the answer's first record may never end.
  const bool data = (events & tls::event::application_data) && session.established;
  if (data || (events & tls::event::request)) {
    if (s.track.first_data == kNever)
      s.track.first_data = delivery.now.time;
    if (delivery.from == Side::client && s.track.server_bytes_when_asked == Track::kNotAsked)
      s.track.server_bytes_when_asked = s.flow.tcp.side.server.payload_bytes;
    s.flow.last_data = delivery.now.time;
    if (s.flow.phase == Phase::tls_handshake)
      enter(s, Phase::data, delivery);
  }
  if (session.stream.client.ended && session.stream.server.ended)
    delivery.order_over = true;
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
