// How fast an exporter's core brings records to its sinks: varied records lie packed in memory, as
// the spool has them, and go through unpacking and each sink of a configuration, batch after batch.
// usage: export-feed CONFIG RECORDS BATCH BEGIN CAPTURE…     BEGIN: seconds since the epoch
#include "../system/capture_records.h"
#include "../system/varied.h"
#include "base/time.h"
#include "config.h"
#include "record/packed.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace handspan;

using Packed = std::vector<std::vector<std::uint8_t>>;

Packed pack_varied(std::vector<record::Record> seeds, std::uint64_t count, base::Nanos begin) {
  const auto varied = std::make_unique<varied::Records>(std::move(seeds));
  const auto room = std::make_unique<record::PackRoom>();
  Packed packed;
  for (std::uint64_t number = 0; number < count; ++number) {
    const std::size_t size = record::pack(varied->of(number, begin), *room);
    packed.emplace_back(room->begin(), room->begin() + static_cast<std::ptrdiff_t>(size));
  }
  return packed;
}

double of_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// The thread's own time, and the clock's.
struct Watch {
  double cpu = of_clock(CLOCK_THREAD_CPUTIME_ID), wall = of_clock(CLOCK_MONOTONIC);
};

bool feed(exporter::SinkConfig &sink, const Packed &packed, std::uint64_t batch) {
  const formats::Origin origin{"feed", "default", 0x6900'0000'0000'0001, 0};
  const auto record = std::make_unique<record::Record>();
  std::string memo, why;
  if (!sink.sink->open(memo, why)) {
    std::fprintf(stderr, "%s: %s\n", sink.name.c_str(), why.c_str());
    return false;
  }
  double rows = 0, sending = 0;
  const Watch start;
  for (std::uint64_t at = 0; at < packed.size();) {
    const Watch begun;
    sink.sink->begin({at, at + 1, false});
    for (const std::uint64_t end = std::min<std::uint64_t>(at + batch, packed.size()); at < end;
         ++at)
      if (record::unpack(base::Bytes(packed[at]), *record))
        sink.sink->add({*record, origin, at, 1});
    const Watch built;
    rows += built.cpu - begun.cpu;
    if (!sink.sink->commit(memo, why)) {
      std::fprintf(stderr, "%s: %s\n", sink.name.c_str(), why.c_str());
      return false;
    }
    sending += Watch().cpu - built.cpu;
  }
  const auto count = static_cast<double>(packed.size());
  std::printf("%s: %.0f records/s a core (rows alone %.0f), %.0f as the clock runs\n",
              sink.name.c_str(), count / (rows + sending), count / rows,
              count / (Watch().wall - start.wall));
  return true;
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 6)
    return 2;
  exporter::Config config;
  std::vector<std::string> faults;
  if (!exporter::load_config(argv[1], config, faults)) {
    for (const std::string &fault : faults)
      std::fprintf(stderr, "%s\n", fault.c_str());
    return 2;
  }
  std::vector<record::Record> connections;
  for (int i = 5; i < argc; ++i)
    for (const record::Record &record : test::records_of(argv[i]))
      if (record.kind == record::Kind::connection)
        connections.push_back(record);
  if (connections.empty())
    return 2;
  const Packed packed = pack_varied(std::move(connections), std::strtoull(argv[2], nullptr, 10),
                                    std::atoll(argv[4]) * base::kSecond);
  for (exporter::SinkConfig &sink : config.sinks)
    if (!feed(sink, packed, std::strtoull(argv[3], nullptr, 10)))
      return 1;
  return 0;
}
