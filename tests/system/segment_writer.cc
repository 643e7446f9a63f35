// Stands in for a daemon in tests of the CLI: writes a segment as it is told on standard input, one
// command a line, each answered by "ok":
//   records N   N records into the ring of worker 0, numbered on by their client's port
//   stats       some numbers
//   stop        says so in the segment, then ends
//   die         ends without a word
// usage: segment_writer RUNTIME_DIR SLOTS
#include "shm/process.h"
#include "shm/writer.h"

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>

namespace {

using namespace handspan;

constexpr base::Nanos kEpoch = 1'795'358'645'617'013'000;

void write_records(shm::Writer &writer, std::uint64_t count) {
  static std::uint16_t number = 0;
  const auto record = std::make_unique<record::Record>();
  const std::uint8_t address[] = {192, 0, 2, 1};
  record->client = record->server = base::Address::v4(address);
  record->server_port = 443;
  record->outcome = record::Outcome::completed;
  record->tls.present = true;
  record->tls.sni = record->put("example.com");
  record->seal();
  for (std::uint64_t i = 0; i < count; ++i) {
    record->client_port = ++number;
    record->first = kEpoch + number * base::kMillisecond;
    record->last = record->first + base::kMillisecond;
    writer.worker(0).append(*record);
    writer.worker(0).publish();
  }
}

void write_stats(shm::Writer &writer) {
  record::WorkerStats stats{};
  stats.counters.received_packets = 1'234'567;
  stats.gauges.flows = 42;
  stats.histograms.tls_total.add(2 * base::kMillisecond);
  writer.worker(0).store_stats(stats);
  writer.worker(1).store_stats(stats);
  record::PortStats port{};
  port.missed = 17;
  writer.port(0).store_stats(port);
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  shm::Writer::Config config;
  config.runtime_dir = argv[1];
  config.version = "0.0.0-test";
  config.shape = {2, std::stoull(argv[2]), {"port0"}};
  config.start_time = kEpoch;
  config.now = shm::monotonic_now();
  std::string error;
  const auto writer = shm::Writer::create(config, error);
  if (writer == nullptr) {
    std::cerr << error << '\n';
    return 1;
  }
  writer->set_state(shm::State::running);
  std::cout << "ok" << std::endl;
  std::string command;
  while (std::cin >> command) {
    writer->heartbeat(shm::monotonic_now());
    writer->worker(0).heartbeat(shm::monotonic_now());
    std::uint64_t count = 0;
    if (command == "records" && std::cin >> count)
      write_records(*writer, count);
    else if (command == "stats")
      write_stats(*writer);
    else if (command == "stop")
      writer->set_state(shm::State::stopped);
    else if (command == "die")
      _exit(9);
    std::cout << "ok" << std::endl;
    if (command == "stop")
      break;
  }
  return 0;
}
