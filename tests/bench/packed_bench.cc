// What a record takes in packed form, and what packing and unpacking cost: the records of captures
// of tests/golden, each with its handshake's event. The column `bytes` is that of a connection, all
// of its records together.
//   packed_bench x NAME WHAT ROUNDS   packs or unpacks so often, for whoever counts instructions
#include "golden_records.h"
#include "record/packed.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace handspan;

struct Set {
  explicit Set(const std::string &name) : records(bench::records_of(name, true)) {
    for (const record::Record &r : records) {
      const std::size_t bytes = record::pack(r, room);
      packed.emplace_back(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(bytes));
      sum += bytes;
      connections += r.kind == record::Kind::connection ? 1 : 0;
    }
  }

  std::size_t pack() {
    std::size_t bytes = 0;
    for (const record::Record &r : records)
      bytes += record::pack(r, room);
    return bytes;
  }
  bool unpack() {
    return std::all_of(packed.begin(), packed.end(),
                       [this](const auto &bytes) { return record::unpack(bytes, *out); });
  }

  std::vector<record::Record> records;
  std::vector<std::vector<std::uint8_t>> packed;
  record::PackRoom room;
  std::unique_ptr<record::Record> out = std::make_unique<record::Record>();
  std::size_t sum = 0, connections = 0;
};

template <class Work> void run(benchmark::State &state, const char *name, Work work) {
  Set set(name);
  if (set.connections == 0) {
    state.SkipWithError("no records: is the source tree where it was built?");
    return;
  }
  for (auto _ : state)
    benchmark::DoNotOptimize(work(set));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(set.records.size()));
  state.counters["bytes"] = static_cast<double>(set.sum) / static_cast<double>(set.connections);
}

void pack(benchmark::State &state, const char *name) {
  run(state, name, [](Set &set) { return set.pack(); });
}
void unpack(benchmark::State &state, const char *name) {
  run(state, name, [](Set &set) { return set.unpack(); });
}

#define HANDSPAN_BOTH(name, capture)                                                               \
  BENCHMARK_CAPTURE(pack, name, capture);                                                          \
  BENCHMARK_CAPTURE(unpack, name, capture)
HANDSPAN_BOTH(tls12, "tls12-complete");
HANDSPAN_BOTH(tls12_client_certificate, "tls12-client-certificate");
HANDSPAN_BOTH(tls13, "tls13-basic");
HANDSPAN_BOTH(tls13_rejected, "tls13-rejected");
HANDSPAN_BOTH(plain, "plain-http");
HANDSPAN_BOTH(refused, "refused");

} // namespace

int main(int argc, char **argv) {
  if (argc == 5 && std::strcmp(argv[1], "x") == 0) {
    Set set(argv[2]);
    std::size_t sum = 0;
    for (long n = std::atol(argv[4]); n > 0; --n)
      sum += std::strcmp(argv[3], "pack") == 0 ? set.pack() : set.unpack() ? 1 : 0;
    std::printf("%zu\n", sum);
    return 0;
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
