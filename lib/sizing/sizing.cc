#include "sizing/sizing.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace handspan::sizing {
namespace {

constexpr double kGiga = 1e9, kMega = 1e6;
// Of a frame on the wire besides its bytes: checksum, preamble, gap (IEEE 802.3).
constexpr double kWireBytes = 24;
// Packets that the cost of a handshake holds already: those of the capture it was measured with.
constexpr double kHandshakePackets = 18;
// The fullest worker has so many times the average: RSS spreads connections, not their weight.
constexpr double kUneven = 1.25;
// Beside the workers: the daemon's control thread, and whoever reads the records.
constexpr std::uint64_t kOtherCores = 2;
constexpr double kBuffersPerQueue = 16'384; // capture.mbufs
// Memory comes in pieces, tables in steps.
constexpr double kFlowStep = 1'000, kRingStep = 1 << 20, kLeastRing = 32 << 20;

double up_to(double value, double step) {
  return std::ceil(value / step) * step;
}

} // namespace

Load completed(Load load) {
  if (load.connections_per_second <= 0)
    load.connections_per_second = kConnectionsPerGigabit * load.bits_per_second / kGiga;
  if (load.connections <= 0)
    load.connections = kConnectionSeconds * load.connections_per_second;
  return load;
}

Server server_for(const Load &asked, const Costs &costs) {
  const Load load = completed(asked);
  const double tls = load.tls_percent / 100;
  Server server;
  server.packets_per_second = load.bits_per_second / 8 / (load.packet_bytes + kWireBytes);
  const double plain_packets =
      std::max(0.0, server.packets_per_second - kHandshakePackets * load.connections_per_second);
  server.busy_cores = plain_packets / costs.of(CostId::packets_per_core) +
                      load.connections_per_second / costs.of(CostId::handshakes_per_core);
  const double workers =
      std::max(1.0, std::ceil(server.busy_cores / (1 - load.reserve_percent / 100)));
  server.workers = server.queues = static_cast<std::uint64_t>(workers);
  server.cores = server.workers + kOtherCores;

  const double uneven = workers > 1 ? kUneven : 1;
  const double flows = up_to(uneven * load.connections / workers, kFlowStep);
  const double ring =
      std::max(kLeastRing, up_to(uneven * load.connections_per_second * load.record_seconds *
                                     costs.of(CostId::record_bytes) / workers,
                                 kRingStep));
  server.keys = {static_cast<std::uint64_t>(flows),
                 static_cast<std::uint64_t>(flows * costs.of(CostId::track_blocks)),
                 static_cast<std::uint64_t>(std::ceil(flows * tls) * costs.of(CostId::fact_blocks)),
                 static_cast<std::uint64_t>(ring)};
  server.memory.connections =
      workers * flows *
      (tls * costs.of(CostId::tls_bytes) + (1 - tls) * costs.of(CostId::plain_bytes));
  server.memory.workers = workers * costs.of(CostId::worker_bytes);
  server.memory.records = workers * ring;
  server.memory.buffers =
      costs.of(CostId::dpdk_bytes) + workers * kBuffersPerQueue * costs.of(CostId::buffer_bytes);
  return server;
}

// rate = digits [ "." digits ] ( "G" / "M" )
std::optional<double> parse_rate(std::string_view text) {
  if (text.empty() || (text.back() != 'G' && text.back() != 'M'))
    return std::nullopt;
  const double unit = text.back() == 'G' ? kGiga : kMega;
  text.remove_suffix(1);
  if (text.find_first_not_of("0123456789.") != std::string_view::npos)
    return std::nullopt;
  double number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  const double rate = number * unit;
  return rate > 0 && rate <= kMostBitsPerSecond ? std::optional(rate) : std::nullopt;
}

std::string rate_text(double bits_per_second) {
  const bool giga = bits_per_second >= kGiga;
  char digits[32];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, bits_per_second / (giga ? kGiga : kMega),
                    std::chars_format::general, 6)
          .ptr;
  return std::string(digits, end) + (giga ? " Gbit/s" : " Mbit/s");
}

} // namespace handspan::sizing
