// The life of a connection: opening, the long way of every packet that is not plain data,
// phases, closing, expiry.
#include "inspect/state.h"

#include "tcp/roles.h"

#include <algorithm>
#include <type_traits>

namespace handspan::inspect {

using record::Phase;

namespace {

// Copied whole: shorter than what writes its members one by one.
const Track kBlankTrack{};
static_assert(std::is_trivially_copyable_v<Track>);

// What a passed timeout means: who lingers after its end has ended, not expired.
Ending overdue(const Flow &flow) {
  return flow.tcp.state == tcp::State::closed ? Ending::closed : Ending::expired;
}
} // namespace

void Inspector::State::long_way(flow::Place place, Packet &packet, std::size_t i) {
  const bool src_is_low = burst.src_is_low[i];
  if (place.found()) {
    Subject s = subject(place);
    packet.from = src_is_low == s.has(flow_flag::low_is_client) ? Side::client : Side::server;
    packet.segment.copy = is_copy(s, packet);
    const bool anew = !packet.segment.copy && packet.segment.is_syn() &&
                      tcp::begins_anew(s.flow.tcp, s.track.tcp, packet.from, packet.segment);
    if (is_due(s.flow, packet.frame.time)) {
      close(place, overdue(s.flow), packet.frame.time);
      place = {};
    } else if (s.has(flow_flag::syn_held) && !packet.segment.copy) {
      settle_held(place, packet, i);
      return;
    } else if (anew) {
      if (hold_syn(s, packet))
        return;
      close(place, Ending::replaced, packet.frame.time);
      place = {};
    }
  }
  if (!place.found()) {
    packet.segment.copy = false;
    place = open(packet, i);
    if (!place.found() || hold_first(place, packet, src_is_low))
      return;
    tracks.begin(place.slot);
    Subject s = subject(place);
    begin(s, packet, src_is_low);
    track(place, packet);
    (void)tracks.put_away(place.slot, *this);
    return;
  }
  track(place, packet);
}

// Of the packets that say nothing new.
bool Inspector::State::is_copy(const Subject &s, const Packet &packet) const {
  return tcp::may_repeat(s.flow.tcp, s.track.tcp, packet.from, packet.segment) &&
         recent.is_copy(packet.mark, packet.view, packet.frame.time);
}

void Inspector::State::track(const flow::Place &place, Packet &packet) {
  Subject s = subject(place);
  if (const std::optional<Side> role = tcp::role_of_sender(packet.segment))
    learn_roles(s, packet.from, *role);

  const bool weighed = !packet.segment.copy && !is_passed_by(s, packet);
  if (packet.bad_checksum) [[unlikely]]
    note_decoy(s, packet, record::Decoy::checksum);
  if (weighed && is_refused(s, packet)) [[unlikely]]
    return pass_over(s, packet);
  packet.before = {s.flow.tcp.last, s.track.last_number};
  if (packet.frame.time < packet.before.time) [[unlikely]]
    s.track.time_went_back |=
        packet.frame.time / base::kMillisecond < packet.before.time / base::kMillisecond;
  const std::uint32_t next_before = s.track.tcp.side[packet.from].seq_known
                                        ? s.flow.tcp.side[packet.from].next
                                        : packet.segment.seq + (packet.segment.has(tcp::flag::syn));
  const bool told = scribe && !s.track.facts.enough && !is_watched_data(s, packet);
  if (told) {
    s.track.facts.fetch();
    scribe->begin(s.track.tcp.side[packet.from]);
    packet.pieces = scribe.get();
  }
  const tcp::Before before = tcp::Before::of(s.flow.tcp, s.track.tcp, packet.from);
  if (weighed)
    forget_what_passed(s);
  account(s, packet);
  const tcp::Events events = tcp::observe(s.flow.tcp, s.track.tcp, packet.from, packet.segment);
  if (weighed)
    weigh(s, packet, before);
  prove(s, packet);
  if (events & tcp::event::ignored) [[unlikely]]
    note_decoy(s, packet, record::Decoy::unheeded);
  const bool heard = (events & (tcp::event::ignored | tcp::event::duplicate)) == 0;
  if (heard && packet.segment.length > 0 && !packet.segment.has(tcp::flag::rst))
    payload(s, packet, next_before);
  else if (heard && s.has(flow_flag::in_order))
    look_again(s, packet);
  else if ((events & tcp::event::gap) && (events & tcp::event::closing))
    s.track.before_fin[packet.from] = next_before;
  on_tcp_events(s, packet, events);
  settle(s);
  rerank(s);
  if (told)
    write_down(s, packet, events);
  table.touch(place, ticks.of(packet.frame.time), class_of(s.flow));
}

flow::Place Inspector::State::open(const Packet &packet, std::size_t i) {
  flow::Place place = table.insert(burst.key[i], burst.hash[i]);
  if (!place.found() && make_room(packet))
    place = table.insert(burst.key[i], burst.hash[i]);
  if (!place.found())
    ++stats.counters.untracked_table_full;
  return place;
}

// A new connection, in a place that is its own already.
void Inspector::State::begin(Subject &s, Packet &packet, bool src_is_low) {
  ++stats.counters.connections_opened;
  const std::uint32_t where = s.flow.track;
  s.flow = Flow{};
  s.flow.track = where;
  s.flow.last_data = kNever;
  s.flow.flags = flow_flag::in_order;
  if (scribe && scribe->wants_data())
    s.set(flow_flag::all_told);
  s.track = kBlankTrack;
  s.track.slot = s.place.slot;
  s.track.used = true;
  s.track.flow_id = packet.flow_id != 0 ? packet.flow_id : flow_id_of(++next_flow);
  s.track.first = packet.frame.time;
  s.track.first_data = kNever;
  s.track.port = static_cast<std::uint8_t>(packet.frame.port);
  if (may_be_a_rest(packet))
    hit(s, record::Limit::flows);
  const wire::PacketView &view = packet.view;
  s.track.vlan_count = view.vlan_count;
  s.track.tunnel_count = view.tunnel_count;
  std::copy_n(view.vlans.begin(), view.vlan_count, s.track.vlans.begin());
  for (std::size_t t = 0; t < view.tunnel_count; ++t)
    s.track.tunnels[t] = static_cast<std::uint8_t>(view.tunnels[t]);
  assign_roles(s, packet, src_is_low);
  // From the middle, ACKs belong to the data.
  s.flow.phase = tcp::role_of_sender(packet.segment) ? Phase::tcp_handshake : Phase::data;
  s.track.phases.begin(s.flow.phase, packet.now());
  ++in_phase[static_cast<std::size_t>(s.flow.phase)];
}

void Inspector::State::account(Subject &s, const Packet &packet) {
  tcp::HotSide &side = s.flow.tcp.side[packet.from];
  ++side.packets;
  side.wire_bytes += packet.frame.length;
  side.payload_bytes += packet.segment.length;
  s.flow.tcp.last = packet.frame.time;
  if (packet.frame.number != 0)
    s.track.last_number = packet.frame.number;
}

void Inspector::State::on_tcp_events(Subject &s, Packet &packet, tcp::Events events) {
  if (events == 0 && !packet.segment.has(tcp::flag::rst)) [[likely]]
    return;
  record::Counters &c = stats.counters;
  const tcp::Detail &t = s.track.tcp;
  if (events & tcp::event::established) {
    ++c.tcp_established;
    add_span(stats.histograms.syn_to_syn_ack, t.syn, t.syn_ack);
    add_span(stats.histograms.syn_ack_to_ack, t.syn_ack, t.ack);
  }
  c.tcp_retransmissions += (events & tcp::event::retransmission) != 0;
  c.tcp_out_of_order += (events & tcp::event::out_of_order) != 0;
  c.tcp_gaps += (events & tcp::event::gap) != 0;
  c.tcp_duplicates += (events & tcp::event::duplicate) != 0;
  c.tcp_resets += packet.segment.has(tcp::flag::rst);

  const bool closes = (events & (tcp::event::closing | tcp::event::reset)) != 0;
  const auto number = static_cast<std::uint32_t>(packet.frame.number);
  if (closes && t.first_close == packet.from && t.close == packet.segment.time)
    s.track.close_number = number;
  if ((events & tcp::event::closing) && s.track.fin_number == 0)
    s.track.fin_number = number;
  if (events & tcp::event::closed) {
    s.track.end_number = number;
    if (!t.reset) { // if there was a RST, nobody heeded it
      s.track.close_number = s.track.fin_number;
      if (s.track.evidence.resets.time != kNever)
        note_past_decoy(s, s.track.evidence.resets.by, record::Decoy::unheeded);
    }
  }
  if (events & tcp::event::reset)
    s.track.before_reset = packet.before.time;
  const bool lived =
      t.ack != kNever || s.has(flow_flag::roles_guessed) || s.flow.phase != Phase::tcp_handshake;
  if (closes && lived)
    enter(s, Phase::teardown, {packet.now(), packet.before, s.packets() - 1});
  if (closes && s.tls() && !s.track.handshake_reported && settings.handshake_events)
    report(s, Ending::handshake, packet.frame.time);
}

void Inspector::State::enter(Subject &s, Phase phase, const Arrival &packet) {
  if (s.flow.phase == phase)
    return;
  if (!s.track.phases.enter(s.flow.phase, phase, packet))
    return;
  --in_phase[static_cast<std::size_t>(s.flow.phase)];
  ++in_phase[static_cast<std::size_t>(phase)];
  s.flow.phase = phase;
}

// So much of a server that nobody asked is no ticket any more.
constexpr std::uint64_t kUnasked = 64 * 1024;

// Until the two sides are known to be each other's, the long way looks at their acknowledgements.
// The first packet of a side that was silent so far takes it in any case.
bool Inspector::State::is_met(const Subject &s) {
  const auto &side = s.flow.tcp.side;
  return s.has(flow_flag::proven) || side.client.packets == 0 || side.server.packets == 0;
}

// May the next packets take the short way? It does not look whether data is the first, so not
// before a TLS client has sent its own.
void Inspector::State::settle(Subject &s) {
  const bool asked = !s.tls() || s.track.server_bytes_when_asked != Track::kNotAsked ||
                     s.flow.tcp.side.server.payload_bytes > kUnasked;
  const bool settled = asked && s.flow.phase == Phase::data &&
                       !s.has(flow_flag::in_order | flow_flag::sniffing) &&
                       (s.track.first_data != kNever || s.has(flow_flag::unfollowed)) && is_met(s);
  s.flow.flags = static_cast<std::uint16_t>(settled ? s.flow.flags | flow_flag::settled
                                                    : s.flow.flags & ~flow_flag::settled);
}

void Inspector::State::write_down(Subject &s, const Packet &packet, tcp::Events events) {
  const StageClock::Scope in(stages, StageClock::facts);
  record::PacketFact fact;
  fact.number =
      static_cast<std::uint32_t>(packet.frame.number != 0 ? packet.frame.number : s.packets());
  fact.from = packet.from;
  fact.phase = s.flow.phase;
  if (packet.view.payload_captured < packet.segment.length)
    fact.marks = record::mark::cut;
  fact.decoy = packet.decoy;
  const auto &side = s.track.tcp.side;
  scribe->end(s.track.facts, s.track.flow_id, fact, packet.segment, side[packet.from],
              side[base::other(packet.from)], events);
}

void Inspector::State::close(const flow::Place &place, Ending ending, Nanos now) {
  Subject s = subject(place);
  if (s.has(flow_flag::syn_held))
    tell_both(s, ending, now);
  else
    tell(s, ending, now);
  erase(s);
}

// All that is to be said of a connection that is over.
void Inspector::State::tell(Subject &s, Ending ending, Nanos now) {
  stats.counters.connections_expired += ending == Ending::expired;
  if (s.has(flow_flag::in_order)) {
    const Moment last{s.flow.tcp.last, s.track.last_number};
    Delivery rest{Side::client, last, last, {last, last, s.packets()}, nullptr};
    leave_order(s, rest);
  }
  if (s.has(flow_flag::roles_guessed))
    guess_roles(s);
  if (s.tls() && !s.track.handshake_reported && settings.handshake_events)
    report(s, Ending::handshake, now);
  const record::Record &record = report(s, ending, now);
  if (scribe)
    scribe->closed(s.track.facts, record);
  forget(s);
}

// Its place may be another's now.
void Inspector::State::forget(Subject &s) {
  --in_phase[static_cast<std::size_t>(s.flow.phase)];
  if (s.tls())
    tracker.close(s.track.session);
  forget_hearing(s);
  ranks.remove(s.place.slot);
  s.track.rank = Rank::proven;
}

void Inspector::State::erase(const Subject &s) {
  tracks.end(s.flow);
  table.erase(s.place);
}

const record::Record &Inspector::State::report(Subject &s, Ending ending, Nanos now) {
  const StageClock::Scope in(stages, StageClock::record);
  const record::Record &record = reports.build(s, ending, now);
  if (rules) {
    if (ending == Ending::handshake)
      ask_rules(s, rules::Stage::handshake, nullptr);
    else
      ask_rules(s, rules::Stage::end, &record);
    reports.add_rules(s, *rules);
  }
  if (scribe && ending != Ending::handshake && scribe->lacks(s.track.facts, record))
    reports.lacks(record::Limit::story_buffers);
  if (ending == Ending::handshake)
    s.track.handshake_reported = true;
  else
    count_ending(record, ending);
  learn_speech(s, record);
  if ((record.rule_actions & rules::action::ignore) != 0) {
    ++stats.counters.records_ignored;
    sink.ignored(record);
  } else {
    ++stats.counters.records_published;
    if (reports.keep(now))
      hand_on_records();
  }
  return record;
}

void Inspector::State::hand_on_records() {
  const StageClock::Scope in(stages, StageClock::hand_on);
  if (const std::span<const record::Record> records = reports.take(); !records.empty())
    sink.emit(records);
}

void Inspector::State::hand_on_old_records() {
  if (reports.waited_long(last_seen))
    hand_on_records();
}

void Inspector::State::count_ending(const record::Record &record, Ending ending) {
  record::Counters &c = stats.counters;
  c.connections_one_sided += record.confidence == record::Confidence::one_sided;
  c.connections_split += reports.seen_elsewhere();
  switch (record.outcome) {
  case record::Outcome::completed:
    ++c.connections_completed;
    break;
  case record::Outcome::failed:
    ++c.connections_failed;
    break;
  case record::Outcome::open:
    ++c.connections_unfinished;
    break;
  case record::Outcome::unknown:
    ++c.connections_unknown;
    break;
  case record::Outcome::unused:
    ++c.connections_unused;
    break;
  }
  if (record.outcome == record::Outcome::failed && record.phase == Phase::tls_handshake)
    ++c.tls_failed;
  if (ending != Ending::capture_ended && ending != Ending::stopped)
    stats.histograms.connection_duration.add(base::forward(record.first, record.last));
}

void Inspector::State::sweep(Nanos now) {
  const StageClock::Scope in(stages, StageClock::expiry);
  last_seen = std::max(last_seen, now);
  hand_on_old_records();
  if (settings.expiry != Expiry::when_due)
    return;
  if (last_sweep == kNever || now < last_sweep) {
    last_sweep = now;
    return;
  }
  // The whole table about once a second; at most all of it.
  const auto share =
      static_cast<base::Wide>(base::elapsed(last_sweep, now)) * table.buckets() / base::kSecond;
  const auto count = static_cast<std::uint32_t>(std::min<base::Wide>(share, table.buckets()));
  if (count == 0)
    return;
  last_sweep = now;
  expire(count, now);
}

void Inspector::State::expire(std::uint32_t buckets, Nanos now) {
  table.sweep(buckets, flow::tick_of(now), tick_limit, [&](const flow::Place &place) {
    const Flow &flow = table[place.slot];
    if (base::elapsed(flow.tcp.last, now) <= timeout_of(flow))
      return;
    close(place, overdue(flow), now);
  });
}

void Inspector::State::finish(Inspector::End end) {
  const Ending ending = end == Inspector::End::stopped ? Ending::stopped : Ending::capture_ended;
  table.for_each([&](const flow::Place &place) {
    const bool over = table[place.slot].tcp.state == tcp::State::closed;
    close(place, over ? Ending::closed : ending, last_seen);
  });
  hand_on_records();
  reassembler.release();
  reassembler.finish();
}

} // namespace handspan::inspect
