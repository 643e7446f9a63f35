// Stands in for a daemon in tests of the CLI: writes a segment as it is told on standard input, one
// command a line, each answered by "ok":
//   records N   N records into the ring of a worker, numbered on by their client's port
//   worker N    which worker, of 2; 0 unless said
//   flood FILE RATE SECONDS   the records of a capture, over and over, RATE a second; then their
//                             number before the "ok"
//   varied COUNT BEGIN FILE…  varied records (varied.h) of the captures, from BEGIN seconds since
//   the
//                             epoch on; the line ends the list of files
//   minute M    sums up, as of M minutes after the first, ten connections of which one failed
//   stats       some numbers
//   stop        says so in the segment, then ends
//   die         ends without a word
// usage: segment_writer RUNTIME_DIR RING_BYTES
#include "capture_records.h"
#include "shm/process.h"
#include "shm/writer.h"
#include "varied.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace handspan;

constexpr base::Nanos kEpoch = 1'795'358'645'617'013'000;

void write_records(shm::WorkerWriter &worker, unsigned number_of_worker, std::uint64_t count) {
  static std::uint16_t number = 0;
  const auto record = std::make_unique<record::Record>();
  const std::uint8_t address[] = {192, 0, 2, 1};
  record->client = record->server = base::Address::v4(address);
  record->server_port = 443;
  record->worker = static_cast<std::uint8_t>(number_of_worker);
  record->outcome = record::Outcome::completed;
  record->tls.present = true;
  record->tls.sni = record->put("example.com");
  for (std::uint64_t i = 0; i < count; ++i) {
    record->flow_id = record->client_port = ++number;
    record->first = kEpoch + number * base::kMillisecond;
    record->last = record->written = record->first + base::kMillisecond;
    record->flow_id = std::uint64_t{number_of_worker} << 56 | number;
    worker.append(*record);
    worker.publish();
  }
}

// In steps of a millisecond, as a worker writes after each of its bursts.
std::uint64_t flood(shm::Writer &writer, const std::string &capture, std::uint64_t rate,
                    std::uint64_t seconds) {
  const std::vector<record::Record> records = test::records_of(capture);
  std::uint64_t written = 0;
  const base::Nanos start = shm::monotonic_now();
  for (base::Nanos now = 0; !records.empty() && written < rate * seconds;
       now = shm::monotonic_now() - start) {
    const std::uint64_t due = static_cast<std::uint64_t>(now) * rate / base::kSecond;
    for (; written < std::min(due, rate * seconds); ++written)
      writer.worker(0).append(records[written % records.size()]);
    writer.worker(0).publish();
    writer.heartbeat(start + now);
    writer.worker(0).heartbeat(start + now);
    usleep(1000);
  }
  return written;
}

void write_varied(shm::Writer &writer, std::uint64_t count, base::Nanos begin,
                  const std::string &files) {
  static std::uint64_t number = 0;
  std::vector<record::Record> seeds;
  std::istringstream names(files);
  for (std::string name; names >> name;)
    for (const record::Record &record : test::records_of(name))
      if (record.kind == record::Kind::connection)
        seeds.push_back(record);
  const auto records = std::make_unique<varied::Records>(std::move(seeds));
  for (std::uint64_t i = 0; i < count; ++i) {
    writer.worker(0).append(records->of(number++, begin));
    writer.worker(0).publish();
  }
}

void sum_up(shm::Writer &writer, std::uint64_t minute) {
  static summary::Writer sums(writer.worker(0).summary(), 1);
  static std::uint64_t opened = 0;
  constexpr base::Nanos kMinute = 60 * base::kSecond;
  const base::Nanos begin = (kEpoch / kMinute + static_cast<base::Nanos>(minute)) * kMinute;
  const auto record = std::make_unique<record::Record>();
  const auto flowing = [&](base::Nanos now) {
    sums.turn(now, [&] {
      summary::Flowing all;
      all.opened = opened;
      all.packets = 10 * opened;
      return all;
    });
  };
  flowing(begin);
  opened += 10;
  for (int i = 0; i < 10; ++i) {
    record->first = begin;
    record->last = begin + base::kSecond;
    record->tls.start = begin;
    record->tls.finished = begin + (i + 1) * base::kMillisecond;
    record->outcome = i == 0 ? record::Outcome::failed : record::Outcome::completed;
    record->cause = i == 0 ? record::Cause::alert : record::Cause::none;
    sums.add(*record);
  }
  flowing(begin + base::kSecond);
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
  config.start_time = shm::wall_now();
  config.probe = "probe-1";
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
  unsigned worker = 0;
  while (std::cin >> command) {
    writer->heartbeat(shm::monotonic_now());
    writer->worker(0).heartbeat(shm::monotonic_now());
    std::uint64_t count = 0, seconds = 0;
    if (command == "records" && std::cin >> count)
      write_records(writer->worker(worker), worker, count);
    else if (command == "worker" && std::cin >> count)
      worker = count % 2;
    else if (std::string capture; command == "flood" && std::cin >> capture >> count >> seconds)
      std::cout << flood(*writer, capture, count, seconds) << ' ';
    else if (std::string files;
             command == "varied" && std::cin >> count >> seconds && std::getline(std::cin, files))
      write_varied(*writer, count, static_cast<base::Nanos>(seconds) * base::kSecond, files);
    else if (command == "minute" && std::cin >> count)
      sum_up(*writer, count);
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
