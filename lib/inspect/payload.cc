// Payload on the long way: handed to the TLS tracker, and its events. And the short
// way's look at record headers, follow().
#include "inspect/state.h"
#include "inspect/urgent.h"

#include <algorithm>
#include <utility>

namespace handspan::inspect {

using record::Phase;

namespace {

Side tls_side(Side from, bool reversed) {
  return reversed ? base::other(from) : from;
}

} // namespace

void Inspector::State::payload(Subject &s, Packet &packet, std::uint32_t next_before) {
  const StageClock::Scope in(stages, StageClock::payload);
  if (packet.view.payload_captured < packet.segment.length)
    ++stats.counters.payload_truncated;
  if (packet.segment.has(tcp::flag::urg)) [[unlikely]]
    note_urgent(s, packet);
  if (s.flow.phase == Phase::data)
    s.flow.last_data = packet.frame.time;
  Delivery delivery{packet.from,
                    packet.now(),
                    packet.now(),
                    {packet.now(), packet.before, s.packets() - 1},
                    packet.pieces};
  if (s.has(flow_flag::in_order))
    assemble(s, packet, delivery);
  else if (s.tls())
    behind_handshake(s, packet, delivery, next_before);
  else if (s.has(flow_flag::unfollowed))
    enter(s, Phase::data, delivery.latest);
  packet.from = delivery.from;
}

// After the handshake nothing waits: what came before is left out, what lacks is said.
void Inspector::State::behind_handshake(Subject &s, const Packet &packet, Delivery &delivery,
                                        std::uint32_t next_before) {
  if (s.has(flow_flag::framed)) {
    if (s.flow.phase == Phase::tls_handshake && tracker.at(s.track.session).established)
      enter(s, Phase::data, delivery.latest);
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
  around_urgent(s.track.urgent[packet.from], begin + repeated,
                bytes.subspan(std::min<std::size_t>(repeated, have)),
                packet.segment.length - repeated,
                [&](std::uint32_t, base::Bytes piece, std::uint32_t, bool left_out) {
                  if (!left_out)
                    feed(s, delivery, piece);
                });
  const std::uint32_t cut =
      packet.segment.length - std::max(repeated, static_cast<std::uint32_t>(have));
  if (cut > 0)
    missing(s, delivery, cut);
}

// The bytes of one direction, in order, while a handshake is wanted; after it, as they come.
void Inspector::State::feed(Subject &s, Delivery &delivery, base::Bytes bytes) {
  if (bytes.empty())
    return;
  if (hears && !s.track.rules.heard[delivery.from])
    hear(s, delivery.from, bytes);
  if (!s.has(flow_flag::framed)) {
    feed_unframed(s, delivery, bytes);
    return;
  }
  tls::PieceSink *const pieces =
      std::exchange(delivery.pieces, nullptr); // not bytes of the segment
  const auto out = [&](base::Bytes tls) { feed_unframed(s, delivery, tls); };
  std::visit([&](auto &framing) { framing.take(delivery.from, bytes, out); }, s.track.framing);
  delivery.pieces = pieces;
}

void Inspector::State::feed_unframed(Subject &s, Delivery &delivery, base::Bytes bytes) {
  if (!s.tls()) {
    if (s.has(flow_flag::plain))
      talk(s, delivery, bytes);
    else
      first_bytes(s, delivery, bytes);
    return;
  }
  const tls::Events events =
      feed_tls(s, delivery.from, bytes, 0, delivery.came.stamp(), delivery.pieces);
  if (events & tls::event::not_tls)
    (void)s.track.talk.hear(words, *words_scratch, delivery.from, bytes);
  on_tls_events(s, delivery, events);
}

void Inspector::State::missing(Subject &s, Delivery &delivery, std::uint32_t bytes) {
  if (hears && !s.track.rules.heard[delivery.from])
    end_hearing(s, delivery.from);
  if (s.has(flow_flag::framed))
    std::visit([&](auto &framing) { framing.lose(delivery.from); }, s.track.framing);
  if (!s.tls()) {
    s.track.head[delivery.from].length = 0;
    return;
  }
  on_tls_events(s, delivery,
                feed_tls(s, delivery.from, {}, bytes, delivery.came.stamp(), delivery.pieces));
}

void Inspector::State::follow(std::uint32_t slot, const wire::PacketView &view, Side from,
                              tls::Stamp stamp) {
  const Flow &flow = table[slot];
  const std::uint32_t cut = view.payload_length - view.payload_captured;
  if ((flow.flags & flow_flag::framed) != 0 ||
      (cut == 0 && tls::Tracker::passes_over(flow.position[from], view.data())))
    return;
  Subject s = subject({slot, 0, 0});
  (void)feed_tls(s, from, view.data(), 0, stamp);
  if (cut > 0) {
    ++stats.counters.payload_truncated;
    (void)feed_tls(s, from, {}, cut, stamp);
  }
}

// Keeps Flow::position, which the short way moves, and the session in step.
tls::Events Inspector::State::feed_tls(Subject &s, Side from, base::Bytes bytes, std::uint32_t lost,
                                       tls::Stamp stamp, tls::PieceSink *pieces) {
  const StageClock::Scope in(stages, StageClock::tls);
  tls::Position &position = s.flow.position[from];
  if (tls::Tracker::passes_over(position, bytes))
    return 0;
  tls::Session &session = tracker.at(s.track.session);
  const Side side = tls_side(from, s.has(flow_flag::tls_reversed));
  tls::Tracker::resume(session, side, position);
  tls::Events events = 0;
  if (!bytes.empty())
    events = pieces ? tracker.examine(session, side, bytes, stamp, *pieces)
                    : tracker.feed(session, side, bytes, stamp);
  if (lost > 0)
    events |= tracker.gap(session, side, lost, stamp, pieces);
  position = tls::Tracker::position(session, side);
  tracker.changed(s.track.session);
  return events;
}

void Inspector::State::on_tls_events(Subject &s, Delivery &delivery, tls::Events events) {
  if (events == 0)
    return;
  const tls::Session &session = tracker.at(s.track.session);
  // What one end alone sends tells the roles in TCP, too, where no SYN did.
  if (events & tls::event::roles) {
    const Side side = tls_side(delivery.from, s.has(flow_flag::tls_reversed));
    learn_roles(s, delivery.from, side == session.client_side ? Side::client : Side::server);
  }
  if (rules && (events & tls::event::client_hello))
    ask_rules(s, rules::Stage::hello, nullptr);
  if (events & tls::event::server_hello)
    add_span(stats.histograms.client_hello_to_server_hello, session.client_hello,
             session.server_hello);
  if (events & tls::event::established) {
    ++stats.counters.tls_established;
    for (const Side side : {Side::client, Side::server})
      s.track.handshake_bytes[side] = s.flow.tcp.side[side].payload_bytes;
    add_span(stats.histograms.tls_total, session.start, session.finished);
    // In 1.3 it is a record after the client's Finished that tells; that one is data already. Times
    // do not say so: packets of one burst have the same.
    if (session.established_inferred && session.finished == session.client_finished)
      enter(s, Phase::data, delivery.latest);
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
    if (delivery.from == Side::client && s.track.server_bytes_when_asked == Track::kNotAsked) {
      s.track.server_bytes_when_asked = s.flow.tcp.side.server.payload_bytes;
      learn_acceptance(s);
    }
    s.flow.last_data = delivery.now.time;
    if (s.track.phases.of(s.flow.phase, delivery.latest) == Phase::tls_handshake)
      enter(s, Phase::data, delivery.latest);
  }
  if (session.stream.client.ended && session.stream.server.ended)
    delivery.order_over = true;
}

} // namespace handspan::inspect
