// The way of a burst: decode all, hash all and prefetch their buckets, then follow each packet in
// order, with the slots of the candidates fetched some packets ahead.
#include "inspect/state.h"
#include "wire/decode.h"
#include "wire/fragment.h"
#include "wire/icmp.h"

#include <algorithm>

namespace handspan::inspect {

namespace {

// How many packets before its turn the Track of one that goes the long way is asked for.
constexpr std::size_t kTracksAhead = 4;
// The same of its session, which the Track knows.
constexpr std::size_t kSessionsAhead = 2;
// Flags of which no packet is plain data.
constexpr std::uint8_t kNoData =
    wire::tcp_flag::syn | wire::tcp_flag::fin | wire::tcp_flag::rst | wire::tcp_flag::urg;

// RFC 9000, 17.2 and 17.3: the second bit is set in every packet; 443 is HTTP/3's port.
bool is_quic(const wire::PacketView &view) {
  constexpr std::uint16_t kPort = 443;
  constexpr std::uint8_t kFixed = 0x40;
  return (view.src_port == kPort || view.dst_port == kPort) && view.payload_captured > 0 &&
         (view.payload[0] & kFixed) != 0;
}

void count_skipped(record::Counters &c, const wire::PacketView &view) {
  switch (view.kind) {
  case wire::Kind::tcp:
  case wire::Kind::bad_checksum: // counted where it was found
    break;
  case wire::Kind::not_ip:
    ++c.skipped_not_ip;
    break;
  case wire::Kind::udp:
    ++c.skipped_udp;
    c.udp_quic += is_quic(view);
    break;
  case wire::Kind::icmp:
    ++c.skipped_icmp;
    break;
  case wire::Kind::other_transport:
    ++c.skipped_other_transport;
    break;
  case wire::Kind::ipv4_fragment:
    ++c.skipped_ipv4_fragment;
    break;
  case wire::Kind::ipv6_fragment:
    ++c.skipped_ipv6_fragment;
    break;
  case wire::Kind::truncated:
    ++c.skipped_truncated;
    break;
  case wire::Kind::malformed:
    ++c.skipped_malformed;
    break;
  case wire::Kind::too_deep:
    ++c.skipped_too_deep;
    break;
  case wire::Kind::unsupported_link:
    ++c.skipped_unsupported_link;
    break;
  }
}

tcp::Segment segment_of(const wire::Frame &frame, const wire::PacketView &view) {
  tcp::Segment s;
  s.time = frame.time;
  s.seq = view.seq;
  s.ack = view.ack;
  s.length = view.payload_length;
  s.window = view.window;
  s.ip_id = view.ip_id;
  s.flags = view.flags;
  s.fast_open = view.fast_open;
  s.mptcp = static_cast<tcp::Mptcp>(view.mptcp);
  return s;
}

} // namespace

// The columns of Burst but `hint`. How many of the frames belong to a connection.
inline std::size_t Inspector::State::decode(std::span<const wire::Frame> frames) {
  const StageClock::Scope in(stages, StageClock::decode);
  for (const wire::Frame &frame : frames)
    __builtin_prefetch(frame.data);
  reassembler.release();
  std::size_t count = 0, tcp_count = 0;
  record::Counters &c = stats.counters;
  const std::uint64_t dropped_before = c.skipped_bad_checksum;
  // `ends`: whatever has addresses and ports.
  const auto aim = [&](std::size_t i, const auto &ends) {
    const wire::PacketView &view = burst.view[i];
    const std::uint16_t zone = settings.vlan_in_key && view.vlan_count > 0
                                   ? static_cast<std::uint16_t>(view.vlans[0] + 1)
                                   : std::uint16_t{0};
    burst.src_is_low[i] =
        flow::make_key(ends.src, ends.src_port, ends.dst, ends.dst_port, zone, burst.key[i]);
    burst.hash[i] = table.hash(burst.key[i]);
    table.prefetch(burst.hash[i]);
    burst.followed[count++] = static_cast<std::uint8_t>(i);
  };
  for (std::size_t i = 0; i < frames.size(); ++i) {
    wire::PacketView &view = burst.view[i];
    c.received_bytes += frames[i].length;
    if (wire::decode(frames[i], view) == wire::Kind::tcp ||
        put_together(frames[i], view) == wire::Kind::tcp) [[likely]] {
      if (settings.checksums != Checksums::off) [[unlikely]]
        judge_checksums(frames[i], view);
      aim(i, view);
      ++tcp_count;
      continue;
    }
    count_skipped(c, view);
    if (wire::IcmpError error; view.kind == wire::Kind::icmp && wire::read_icmp_error(view, error))
      aim(i, error);
  }
  c.received_packets += frames.size();
  c.tcp_packets += tcp_count - (c.skipped_bad_checksum - dropped_before);
  return count;
}

void Inspector::State::inspect(std::span<const wire::Frame> frames) {
  const StageClock::Scope in(stages, StageClock::look_up);
  const std::size_t count = decode(frames);
  const auto candidate = [&](std::size_t k) {
    const std::size_t i = burst.followed[k];
    burst.hint[i] = table.candidate(burst.hash[i]);
  };
  for (std::size_t k = 0; k < std::min(count, flow::kCandidatesAhead); ++k)
    candidate(k);
  const auto fetch = [&](std::size_t k) {
    const std::size_t i = burst.followed[k];
    const flow::Place &hint = burst.hint[i];
    if (!hint.found())
      return;
    const Flow &flow = table[hint.slot];
    if ((flow.flags & flow_flag::settled) != 0 && !burst.view[i].has(kNoData)) [[likely]]
      return;
    // A SYN may well end what was there, and then all of it is told.
    tracks.fetch(flow, burst.view[i].has(wire::tcp_flag::syn));
  };
  const auto fetch_session = [&](std::size_t k) {
    const flow::Place &hint = burst.hint[burst.followed[k]];
    if (!hint.found())
      return;
    const Flow &flow = table[hint.slot];
    if (flow.tls && (flow.flags & flow_flag::settled) == 0)
      if (const std::uint32_t session = tracks.session(flow); session != tls::kNoIndex)
        tracker.fetch(session);
  };
  for (std::size_t k = 0; k < count; ++k) {
    if (k + flow::kCandidatesAhead < count)
      candidate(k + flow::kCandidatesAhead);
    if (k + kTracksAhead < count)
      fetch(k + kTracksAhead);
    if (k + kSessionsAhead < count)
      fetch_session(k + kSessionsAhead);
    one(frames[burst.followed[k]], burst.followed[k]);
  }
  if (!frames.empty())
    last_seen = frames.back().time;
  hand_on_old_records();
}

inline void Inspector::State::one(const wire::Frame &frame, std::size_t i) {
  const wire::PacketView &view = burst.view[i];
  if (view.kind != wire::Kind::tcp) [[unlikely]]
    return view.kind == wire::Kind::icmp ? on_icmp_error(frame, i) : on_bad_checksum(frame, i);
  const std::uint64_t mark = RecentPackets::mark_of(burst.hash[i], view);
  const flow::Place place = table.find(burst.key[i], burst.hash[i], burst.hint[i]);
  if (!place.found() || !short_way(place, frame, view, burst.src_is_low[i])) [[unlikely]]
    long_way(place, frame, i, mark);
  recent.put(mark, frame.time);
}

// Not inlined, so that the short way needs no room for what the long way carries.
[[gnu::noinline]] void Inspector::State::long_way(flow::Place place, const wire::Frame &frame,
                                                  std::size_t i, std::uint64_t mark) {
  const StageClock::Scope in(stages, StageClock::tcp);
  Packet packet = packet_of(frame, i, mark);
  long_way(place, packet, i);
}

Inspector::State::Packet Inspector::State::packet_of(const wire::Frame &frame, std::size_t i,
                                                     std::uint64_t mark) const {
  const wire::PacketView &view = burst.view[i];
  Packet packet{frame, view, segment_of(frame, view)};
  packet.segment.window_scale = view.window_scale;
  packet.mark = mark;
  return packet;
}

// The packet of an established connection whose handshakes are over: law 4 of the hot path.
inline bool Inspector::State::short_way(const flow::Place &place, const wire::Frame &frame,
                                        const wire::PacketView &view, bool src_is_low) {
  const StageClock::Scope in(stages, StageClock::short_way);
  Flow &flow = table[place.slot];
  const bool low_is_client = (flow.flags & flow_flag::low_is_client) != 0;
  const Side from = src_is_low == low_is_client ? Side::client : Side::server;
  const tcp::Segment segment = segment_of(frame, view);
  constexpr std::uint16_t gate = flow_flag::settled | flow_flag::watched | flow_flag::all_told;
  if ((flow.flags & gate) != flow_flag::settled || !tcp::is_plain(flow.tcp, from, segment) ||
      is_due(flow, frame.time))
    return false;
  table.touch(place, ticks.of(frame.time), class_of(flow));
  if (frame.number != 0)
    tracks.of(place.slot, *this).last_number = frame.number;
  tcp::advance(flow.tcp, from, segment);
  tcp::HotSide &side = flow.tcp.side[from];
  ++side.packets;
  side.wire_bytes += frame.length;
  flow.tcp.last = frame.time;
  if (segment.length == 0)
    return true;
  side.payload_bytes += segment.length;
  flow.last_data = frame.time;
  if (!flow.tls)
    return true;
  if (view.payload_captured < segment.length || !flow.position[from].step(view.data()))
    follow(place.slot, view, from, {frame.time, static_cast<std::uint32_t>(frame.number)});
  return true;
}

} // namespace handspan::inspect
