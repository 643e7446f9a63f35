// What a record costs a sink of lines, from the spool to bytes on disk: read, unpacked, written as
// JSON, compressed. Items a second are of the thread's own time; `bytes` is what a record takes on
// disk. Records are those of captures of tests/golden, each of another client, at another time.
#include "formats/origin.h"
#include "golden_records.h"
#include "keys.h"
#include "record/packed.h"
#include "sink.h"
#include "spool/file.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace handspan;
namespace fs = std::filesystem;

constexpr std::size_t kRecords = 20'000; // of a batch

class Given final : public exporter::Keys {
public:
  explicit Given(std::map<std::string, std::string, std::less<>> texts)
      : texts_(std::move(texts)) {}
  std::string text(std::string_view name, std::string_view otherwise) override {
    const auto found = texts_.find(name);
    return found == texts_.end() ? std::string(otherwise) : found->second;
  }
  std::string needed(std::string_view name) override { return text(name, ""); }
  std::uint64_t number(std::string_view name, std::uint64_t, std::uint64_t,
                       std::uint64_t otherwise) override {
    const std::string given = text(name, "");
    return given.empty() ? otherwise : std::stoull(given);
  }
  std::uint64_t bytes(std::string_view, std::uint64_t otherwise) override { return otherwise; }
  base::Nanos duration(std::string_view, base::Nanos otherwise) override { return otherwise; }
  std::string one_of(std::string_view, const std::vector<std::string> &words) override {
    return words.front();
  }
  void refuse(std::string_view, std::string_view) override {}

private:
  std::map<std::string, std::string, std::less<>> texts_;
};

// A file of the spool.
std::string spooled(const fs::path &folder, const std::vector<record::Record> &records) {
  std::vector<std::uint8_t> bytes;
  spool::Beginning beginning{1, {}, {{}}};
  spool::put(beginning, bytes);
  const auto record = std::make_unique<record::Record>();
  const auto room = std::make_unique<record::PackRoom>();
  std::uint64_t dice = 88'172'645'463'325'252; // xorshift64
  for (std::size_t i = 0; i < kRecords; ++i) {
    *record = records[i % records.size()];
    dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
    const base::Nanos later = static_cast<base::Nanos>(i * 5'000 + dice % 5'000);
    record->first += later;
    record->last += later + static_cast<base::Nanos>(dice % 1'000'000);
    record->flow_id = i + 1;
    record->client_port = static_cast<std::uint16_t>(1024 + dice % 60'000);
    record->client.bytes[15] = static_cast<std::uint8_t>(dice >> 20);
    record->client.bytes[14] = static_cast<std::uint8_t>(dice >> 28);
    const std::size_t size = record::pack(*record, *room);
    spool::put({spool::Kind::record, 0, {i, i + 1}, {room->data(), size}}, bytes);
  }
  std::string path = folder / "1.batch";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char *>(bytes.data()), static_cast<long>(bytes.size()));
  return path;
}

std::uint64_t bytes_in(const fs::path &folder) {
  std::uint64_t sum = 0;
  for (const fs::directory_entry &item : fs::directory_iterator(folder))
    sum += item.is_regular_file() ? item.file_size() : 0;
  return sum;
}

void lines(benchmark::State &state, const char *sink_name, const char *golden) {
  const std::vector<record::Record> records = bench::records_of(golden);
  const auto &kinds = exporter::sink_kinds();
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const exporter::SinkKind &one) {
    return std::string_view(one.name) == sink_name;
  });
  if (records.empty() || kind == kinds.end()) {
    state.SkipWithError("no records or no such sink");
    return;
  }
  char name[] = "/tmp/handspan-bench-XXXXXX";
  const fs::path folder = mkdtemp(name);
  const std::string file = spooled(folder, records);
  Given keys({{"dir", folder / "out"}, {"level", std::to_string(state.range(0))}});
  const std::unique_ptr<exporter::Sink> sink = kind->make(keys);
  std::string memo, why;
  const formats::Origin origin{"probe", "default", 0x69283a1f9c1b22e0, 0};
  const auto record = std::make_unique<record::Record>();
  std::uint64_t batches = 0;
  if (!sink->open(memo, why))
    state.SkipWithError(why.c_str());
  for (auto _ : state) {
    spool::FileReader reader;
    if (!reader.open(file, why))
      state.SkipWithError(why.c_str());
    sink->begin({batches, batches + 1, false});
    ++batches;
    for (spool::Entry entry; reader.next(entry);)
      if (record::unpack(entry.payload, *record)) {
        record->probe.run = origin.start;
        record->probe.name.assign(origin.probe);
        sink->add({*record, origin, entry.after.number - 1, 1});
      }
    if (!sink->commit(memo, why))
      state.SkipWithError(why.c_str());
  }
  sink->idle(base::kNever);
  state.SetItemsProcessed(static_cast<std::int64_t>(batches * kRecords));
  state.counters["bytes"] =
      static_cast<double>(bytes_in(folder / "out")) / static_cast<double>(batches * kRecords);
  fs::remove_all(folder);
}

BENCHMARK_CAPTURE(lines, jsonl_tls12, "jsonl", "tls12-complete")->Arg(1)->Arg(3);
BENCHMARK_CAPTURE(lines, jsonl_tls13, "jsonl", "tls13-basic")->Arg(1)->Arg(3);
BENCHMARK_CAPTURE(lines, jsonl_failed, "jsonl", "tls13-rejected")->Arg(1)->Arg(3);
BENCHMARK_CAPTURE(lines, jsonl_plain, "jsonl", "plain-http")->Arg(1)->Arg(3);

} // namespace

BENCHMARK_MAIN();
