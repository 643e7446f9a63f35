// What an open connection takes, by what the process has in memory.
//   connection-memory CAPTURE CONNECTIONS [HANDSHAKES]
//
// CAPTURE (tools/make-captures mix --stay-open) holds connections that are left open. They are
// given over and over, each time with other clients, until CONNECTIONS are open in a table made for
// so many, with room for HANDSHAKES of TLS at once (default 4,096). Says as JSON how many are open,
// what is resident then, what Inspector::bytes_for() says of limits that just hold them, and how
// many blocks of limits.track_facts and limits.tls_facts are in use. The difference of two runs, by
// the difference of their connections, is what one connection takes.
#include "frames.h"
#include "inspect/story_pool.h"
#include "resident.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace {

using namespace handspan;

// Blocks of 48 bytes for facts: more than any connection takes. Untouched ones cost nothing.
constexpr std::uint32_t kBlocksEach = 16;
constexpr std::uint32_t kMostBlocks = 1u << 28;

struct Nobody final : inspect::Sink, inspect::StorySink {
  void emit(std::span<const record::Record>) override {}
  void tell(const record::Story &) override {}
};

inspect::Settings settings_for(std::uint32_t connections, std::uint32_t handshakes) {
  inspect::Settings settings;
  settings.timeouts.established = 24 * 3'600 * base::kSecond;
  settings.limits.flows = connections;
  settings.limits.tls_sessions = handshakes;
  settings.limits.track_facts = settings.limits.tls_facts = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(kMostBlocks, std::uint64_t{connections} * kBlocksEach));
  return settings;
}

int run(bench::Frames &frames, std::uint32_t connections, std::uint32_t handshakes) {
  const inspect::Settings settings = settings_for(connections, handshakes);
  Nobody nobody;
  inspect::StoryPool stories({}, nobody);
  inspect::Inspector inspector(settings, nullptr, nobody);
  inspector.tell_facts(stories, inspect::FactScope::handshakes);
  base::Nanos now = 1'700'000'000 * base::kSecond;
  while (inspector.stats().counters.connections_opened < connections) {
    frames.give(inspector, now);
    frames.move_clients();
  }
  const record::WorkerStats &stats = inspector.stats();
  inspect::Settings enough = settings;
  enough.limits.track_facts = static_cast<std::uint32_t>(stats.gauges.track_facts);
  enough.limits.tls_facts = static_cast<std::uint32_t>(stats.gauges.tls_facts);
  std::printf("{\"connections\": %" PRIu64 ", \"tls\": %" PRIu64 ", \"resident_bytes\": %" PRIu64
              ", \"stated_bytes\": %" PRIu64 ", \"track_blocks\": %" PRIu64
              ", \"fact_blocks\": %" PRIu64 "}\n",
              stats.gauges.flows, stats.counters.tls_established, bench::resident_bytes(),
              inspect::Inspector::bytes_for(enough), stats.gauges.track_facts,
              stats.gauges.tls_facts);
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  bench::Frames frames;
  if (argc < 3 || argc > 4 || !frames.load(argv[1])) {
    std::fprintf(stderr, "usage: connection-memory CAPTURE CONNECTIONS [HANDSHAKES]\n");
    return 2;
  }
  const auto number = [](const char *text) {
    return static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
  };
  return run(frames, number(argv[2]), argc == 4 ? number(argv[3]) : 4'096);
}
