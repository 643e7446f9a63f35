// What a record costs as a line of JSON: those of captures of tests/golden, through an inspector.
#include "golden_records.h"
#include "render/json.h"

#include <benchmark/benchmark.h>

#include <vector>

namespace {

using namespace handspan;

void json(benchmark::State &state, const char *name) {
  const std::vector<record::Record> records = bench::records_of(name);
  if (records.empty()) {
    state.SkipWithError("no records: is the source tree where it was built?");
    return;
  }
  render::JsonRecords lines(render::Language::en);
  std::size_t bytes = 0;
  for (auto _ : state)
    for (const record::Record &record : records)
      bytes += lines.line(record).size();
  const auto count = static_cast<std::int64_t>(records.size());
  state.SetItemsProcessed(state.iterations() * count);
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

BENCHMARK_CAPTURE(json, tls12, "tls12-complete");
BENCHMARK_CAPTURE(json, tls13, "tls13-basic");
BENCHMARK_CAPTURE(json, failed, "tls13-rejected");
BENCHMARK_CAPTURE(json, plain, "plain-http");

} // namespace

BENCHMARK_MAIN();
