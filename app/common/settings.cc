#include "common/settings.h"

#include <sys/random.h>

namespace handspan::app {

inspect::Settings inspect_settings(const config::Config &config) {
  const config::Limits &limits = config.limits;
  const config::Timeouts &timeouts = config.timeouts;
  inspect::Settings settings;
  settings.timeouts = {.syn = timeouts.syn,
                       .established = timeouts.established,
                       .one_sided = timeouts.one_sided,
                       .closing = timeouts.closing,
                       .closed = timeouts.closed};
  settings.limits = {.flows = limits.flows,
                     .tracks = limits.tracks,
                     .track_facts = limits.track_facts,
                     .half_open_share = limits.half_open_share,
                     .one_sided_share = limits.one_sided_share,
                     .tls_sessions = limits.tls_sessions,
                     .tls_facts = limits.tls_facts,
                     .hello_buffers = limits.hello_buffers,
                     .message_buffers = limits.message_buffers,
                     .message_bytes = limits.message_bytes,
                     .certificates = limits.certificates,
                     .segment_buffers = limits.segment_buffers,
                     .segments_per_side = limits.segments_per_side,
                     .known_servers = limits.known_servers,
                     .fragmented_datagrams = limits.fragmented_datagrams,
                     .first_streams = limits.first_streams};
  settings.first_bytes = config.rules.first_bytes;
  settings.vlan_in_key = config.tracking.vlan_in_key;
  settings.checksums = static_cast<inspect::Checksums>(config.tracking.checksums);
  settings.handshake_events = config.tracking.handshake_events;
  settings.records_at_once = inspect::kUsualBatch;
  return settings;
}

std::optional<inspect::StorySettings> story_settings(const config::Config &config) {
  if (config.tracking.packet_facts == config::PacketFacts::off)
    return std::nullopt;
  return inspect::StorySettings{.buffers = config.limits.story_buffers,
                                .packets = config.limits.story_packets,
                                .successful =
                                    config.tracking.packet_facts == config::PacketFacts::all};
}

void read_to_the_end(inspect::Settings &settings) {
  settings.expiry = inspect::Expiry::when_full;
  settings.grows = true;
  settings.records_at_once = 1;
}

void read_as_it_comes(inspect::Settings &settings) {
  static constexpr base::Nanos kDay = 86'400 * base::kSecond;
  settings.timeouts.syn = settings.timeouts.established = settings.timeouts.one_sided =
      settings.timeouts.closing = kDay;
  settings.expiry = inspect::Settings{}.expiry;
  settings.grows = true;
}

bool randomize(inspect::Settings &settings) {
  return randomize(std::span(settings.seed));
}

bool randomize(std::span<std::uint64_t> seed) {
  // Up to 256 bytes come whole once the kernel's pool is ready (getrandom(2)).
  return getrandom(seed.data(), seed.size_bytes(), 0) == static_cast<ssize_t>(seed.size_bytes());
}

} // namespace handspan::app
