#include "crowding.h"

namespace handspan::daemon {
namespace {

template <auto member> std::uint64_t worker(const Crowding::Numbers &numbers) {
  return numbers.workers.*member;
}
template <auto member> std::uint64_t port(const Crowding::Numbers &numbers) {
  return numbers.ports.*member;
}

} // namespace

constexpr std::array<Crowding::Shortage, Crowding::kKinds> Crowding::kShortages = {{
    {port<&record::PortStats::missed>, "packets missed by ports, whose queues were full",
     "capture.rx_descriptors, workers.count"},
    {port<&record::PortStats::no_mbuf>, "packets that found no packet buffer", "capture.mbufs"},
    {worker<&record::Counters::dispatch_dropped>, "packets found a worker's ring full",
     "capture.dispatch_ring, workers.count"},
    {worker<&record::Counters::flows_gave_way>, "connections gave way in full flow tables",
     "limits.flows"},
    {worker<&record::Counters::untracked_table_full>, "packets found no room in full flow tables",
     "limits.flows"},
    {worker<&record::Counters::tracks_gave_way>,
     "connections ended early, without room in compact form", "limits.track_facts"},
    {worker<&record::Counters::tls_sessions_gave_way>, "TLS connections gave up their session",
     "limits.tls_sessions"},
    {worker<&record::Counters::tls_sessions_full>, "TLS connections found no session",
     "limits.tls_sessions"},
    {worker<&record::Counters::tls_facts_full>, "TLS connections found no room in compact form",
     "limits.tls_facts"},
    {worker<&record::Counters::tls_buffers_full>, "TLS messages found no buffer",
     "limits.hello_buffers, limits.message_buffers"},
    {worker<&record::Counters::tls_certificates_full>, "certificates found no place",
     "limits.certificates"},
    {worker<&record::Counters::stream_pool_full>, "segments out of order found no buffer",
     "limits.segment_buffers"},
    {worker<&record::Counters::stream_side_full>,
     "segments out of order were more than are kept of one side", "limits.segments_per_side"},
    {worker<&record::Counters::datagrams_gave_way>, "datagrams in fragments gave way to later ones",
     "limits.fragmented_datagrams"},
    {worker<&record::Counters::stories_pool_full>, "connections found no room for packet facts",
     "limits.story_buffers"},
    {worker<&record::Counters::rules_first_bytes_full>,
     "sides' first bytes found no buffer of the rules", "limits.first_streams"},
}};

std::optional<std::string> Crowding::look(base::Nanos now, const Numbers &total) {
  std::string text;
  for (std::size_t i = 0; i < kShortages.size(); ++i) {
    const Shortage &shortage = kShortages[i];
    Said &said = said_[i];
    const std::uint64_t number = shortage.of(total);
    if (number <= said.number ||
        (now != base::kNever && said.at != base::kNever && now - said.at < kPause))
      continue;
    text.append(text.empty() ? "full: " : ", ")
        .append(std::to_string(number - said.number))
        .append(" ")
        .append(shortage.what)
        .append(" (")
        .append(shortage.key)
        .append(")");
    said = {number, now};
  }
  if (text.empty())
    return std::nullopt;
  return text + ": see handspan doctor";
}

std::optional<std::string> Crowding::rest(const Numbers &total) {
  return look(base::kNever, total);
}

} // namespace handspan::daemon
