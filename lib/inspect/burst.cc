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
constexpr std::size_t kLine = 64; // bytes, of the cache
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

// The columns of Burst but `hint`, for the frames that belong to a connection, in order: TCP, and
// ICMP errors that quote it. How many those are.
inline std::size_t Inspector::State::decode(std::span<const wire::Frame> frames) {
  const StageClock::Scope in(stages, StageClock::decode);
  for (const wire::Frame &frame : frames) {
    __builtin_prefetch(frame.data);
    if (frame.captured > kLine) // where payload begins
      __builtin_prefetch(frame.data + kLine);
  }
  reassembler.release();
  const bool checks = settings.checksums != Checksums::off;
  const std::uint64_t dropped_before = stats.counters.skipped_bad_checksum;
  std::size_t count = 0, others = 0;
  std::uint64_t bytes = 0;
  // `ends`: whatever has addresses and ports.
  const auto aim = [&](std::size_t i, const auto &ends, std::uint16_t zone) {
    burst.src_is_low[count] =
        flow::make_key(ends.src, ends.src_port, ends.dst, ends.dst_port, zone, burst.key[count]);
    burst.hash[count] = table.hash(burst.key[count]);
    table.prefetch(burst.hash[count]);
    burst.frame[count++] = static_cast<std::uint8_t>(i);
  };
  for (std::size_t i = 0; i < frames.size(); ++i) {
    wire::PacketView &view = burst.view[count];
    bytes += frames[i].length;
    if (wire::decode_common(frames[i], view)) [[likely]] {
      if (checks) [[unlikely]]
        judge_checksums(frames[i], view);
      aim(i, view, 0);
      continue;
    }
    const bool is_tcp = wire::decode_any(frames[i], view) == wire::Kind::tcp ||
                        put_together(frames[i], view) == wire::Kind::tcp;
    others += !is_tcp;
    if (checks && is_tcp) [[unlikely]]
      judge_checksums(frames[i], view);
    if (wire::IcmpError error; is_tcp)
      aim(i, view, zone_of(view));
    else if (count_skipped(stats.counters, view);
             view.kind == wire::Kind::icmp && wire::read_icmp_error(view, error))
      aim(i, error, zone_of(view));
  }
  const std::uint64_t dropped = stats.counters.skipped_bad_checksum - dropped_before;
  stats.counters.received_bytes += bytes;
  stats.counters.received_packets += frames.size();
  stats.counters.tcp_packets += frames.size() - others - dropped;
  return count;
}

inline std::uint16_t Inspector::State::zone_of(const wire::PacketView &view) const {
  return settings.vlan_in_key && view.vlan_count > 0 ? static_cast<std::uint16_t>(view.vlans[0] + 1)
                                                     : std::uint16_t{0};
}

void Inspector::State::inspect(std::span<const wire::Frame> frames) {
  const StageClock::Scope in(stages, StageClock::look_up);
  const std::size_t count = decode(frames);
  std::uint64_t unsettled = 0; // a bit each: they likely go the long way
  const auto candidate = [&](std::size_t k) { burst.hint[k] = table.candidate(burst.hash[k]); };
  for (std::size_t k = 0; k < std::min(count, flow::kCandidatesAhead); ++k)
    candidate(k);
  const auto fetch = [&](std::size_t k) {
    const flow::Place &hint = burst.hint[k];
    if (!hint.found())
      return;
    const Flow &flow = table[hint.slot];
    if ((flow.flags & flow_flag::settled) != 0 && !burst.view[k].has(kNoData)) [[likely]]
      return;
    // A SYN may well end what was there, and then all of it is told.
    tracks.fetch(flow, burst.view[k].has(wire::tcp_flag::syn));
    unsettled |= std::uint64_t{flow.tls && (flow.flags & flow_flag::settled) == 0} << k;
  };
  const auto fetch_session = [&](std::size_t k) {
    if (const std::uint32_t session = tracks.session(table[burst.hint[k].slot]);
        session != tls::kNoIndex)
      tracker.fetch(session);
  };
  for (std::size_t k = 0; k < count; ++k) {
    if (k + flow::kCandidatesAhead < count)
      candidate(k + flow::kCandidatesAhead);
    if (k + kTracksAhead < count)
      fetch(k + kTracksAhead);
    if ((unsettled >> k & std::uint64_t{1} << kSessionsAhead) != 0) [[unlikely]]
      fetch_session(k + kSessionsAhead);
    one(frames[burst.frame[k]], k);
  }
  if (!frames.empty())
    last_seen = frames.back().time;
  hand_on_old_records();
}

inline void Inspector::State::one(const wire::Frame &frame, std::size_t k) {
  const wire::PacketView &view = burst.view[k];
  if (view.kind != wire::Kind::tcp) [[unlikely]]
    return view.kind == wire::Kind::icmp ? on_icmp_error(frame, k) : on_bad_checksum(frame, k);
  const std::uint64_t mark = RecentPackets::mark_of(burst.hash[k], view);
  const flow::Place place = table.find(burst.key[k], burst.hash[k], burst.hint[k]);
  if (!place.found() || !short_way(place, frame, view, burst.src_is_low[k])) [[unlikely]]
    long_way(place, frame, k, mark);
  recent.put(mark, frame.time);
}

// Not inlined, so that the short way needs no room for what the long way carries.
[[gnu::noinline]] void Inspector::State::long_way(flow::Place place, const wire::Frame &frame,
                                                  std::size_t k, std::uint64_t mark) {
  const StageClock::Scope in(stages, StageClock::tcp);
  Packet packet = packet_of(frame, k, mark);
  long_way(place, packet, k);
}

Inspector::State::Packet Inspector::State::packet_of(const wire::Frame &frame, std::size_t k,
                                                     std::uint64_t mark) const {
  const wire::PacketView &view = burst.view[k];
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
