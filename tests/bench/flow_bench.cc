// The flow table against DPDK's rte_hash, in one run: the same keys, the same record, the same
// order of visits, bursts of 64. What a packet costs that belongs to one of N connections, chosen
// at random; and what opening and closing a connection costs. The last lines give the ratios.
//
// rte_hash gets what it likes best: its bulk look-up with the CRC hash, its records prefetched
// before they are written, and its memory on transparent huge pages as ours is.
#include "flow/table.h"

#include <benchmark/benchmark.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_hash.h>
#include <rte_hash_crc.h>
#include <rte_memory.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <sys/mman.h>

namespace {

using namespace handspan;

constexpr std::size_t kBurst = 64;
constexpr flow::Seed kSeed = {0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb,
                              0xd6e8feb86659fd93, 0xa0761d6478bd642f, 0xe7037ed1a0b428db,
                              0x8ebc6af09c88c6e3, 0x589965cc75374cc3};

// As big as the inspector's record of a connection, and written the way a data packet writes it.
struct Record {
  std::uint64_t next, packets, payload, wire, last;
  std::array<std::uint64_t, 6> rest;
  void update(std::uint64_t now) {
    next += 1448;
    ++packets;
    payload += 1448;
    wire += 1514;
    last = now;
  }
};
static_assert(sizeof(Record) == 88);

std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

// The key of connection `i`, computed rather than stored: fetching it from memory would cost both
// tables alike and hide what differs. Every fourth connection is IPv6. Clients of a few thousand
// networks, servers of a few hundred addresses, as a mirror port shows them.
flow::Key key_of(std::uint32_t i) {
  const std::uint64_t client = mix(i + 1), server = mix(i % 509 + 7'000'000);
  const auto port = static_cast<std::uint16_t>(1024 + i % 60'000);
  flow::Key key;
  if (i % 4 == 0) {
    std::array<std::uint64_t, 2> a = {0x0000'0100'b80d'0120, client};
    std::array<std::uint64_t, 2> b = {0x0000'0200'b80d'0120, server};
    (void)flow::make_key(base::Address::v6(reinterpret_cast<const std::uint8_t *>(a.data())), port,
                         base::Address::v6(reinterpret_cast<const std::uint8_t *>(b.data())), 443,
                         0, key);
  } else {
    const std::uint32_t a = 0x0a | i << 8; // 10.x.y.z
    const auto b = static_cast<std::uint32_t>(server);
    (void)flow::make_key(base::Address::v4(reinterpret_cast<const std::uint8_t *>(&a)), port,
                         base::Address::v4(reinterpret_cast<const std::uint8_t *>(&b)), 443, 0,
                         key);
  }
  return key;
}

// Which connections the packets of a burst belong to: a small generator, the same for both.
class Visits {
public:
  explicit Visits(std::uint32_t connections) : connections_(connections) {}
  std::uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>((state_ >> 32) * connections_ >> 32);
  }

private:
  std::uint64_t state_ = 0x2545f4914f6cdd1d;
  std::uint64_t connections_;
};

[[noreturn]] void die(const std::string &what) {
  std::fprintf(stderr, "flow_bench: %s\n", what.c_str());
  std::exit(1);
}

class Ours {
public:
  explicit Ours(std::uint32_t connections) : table_(connections, kSeed) {}

  void open(std::uint32_t i) {
    const flow::Key key = key_of(i);
    const flow::Place place = table_.insert(key, table_.hash(key));
    if (!place.found())
      die("our table is full");
    table_[place.slot] = {};
  }

  std::size_t follow(Visits &visits, std::uint64_t now) {
    for (std::size_t i = 0; i < kBurst; ++i) {
      key_[i] = key_of(visits.next());
      hash_[i] = table_.hash(key_[i]);
      table_.prefetch(hash_[i]);
    }
    for (std::size_t i = 0; i < flow::kCandidatesAhead; ++i)
      hint_[i] = table_.candidate(hash_[i]);
    std::size_t found = 0;
    for (std::size_t i = 0; i < kBurst; ++i) {
      if (const std::size_t ahead = i + flow::kCandidatesAhead; ahead < kBurst)
        hint_[ahead] = table_.candidate(hash_[ahead]);
      const flow::Place place = table_.find(key_[i], hash_[i], hint_[i]);
      if (!place.found())
        continue;
      table_[place.slot].update(now);
      table_.touch(place, static_cast<std::uint16_t>(now & flow::kTickMask), 3);
      ++found;
    }
    return found;
  }

  // Closes a burst of connections and opens them again.
  void renew(Visits &visits) {
    for (std::size_t i = 0; i < kBurst; ++i) {
      key_[i] = key_of(visits.next());
      hash_[i] = table_.hash(key_[i]);
      table_.prefetch(hash_[i]);
    }
    for (std::size_t i = 0; i < kBurst; ++i)
      hint_[i] = table_.candidate(hash_[i]);
    for (std::size_t i = 0; i < kBurst; ++i)
      if (const flow::Place place = table_.find(key_[i], hash_[i], hint_[i]); place.found())
        table_.erase(place);
    for (std::size_t i = 0; i < kBurst; ++i)
      if (!table_.find(key_[i], hash_[i]).found())
        table_[table_.insert(key_[i], hash_[i]).slot] = {};
  }

private:
  flow::Table<Record> table_;
  std::array<flow::Key, kBurst> key_;
  std::array<std::uint64_t, kBurst> hash_;
  std::array<flow::Place, kBurst> hint_;
};

class Theirs {
public:
  explicit Theirs(std::uint32_t connections) : records_(connections + 8ULL) {
    rte_hash_parameters parameters{};
    parameters.name = "flows";
    parameters.entries = connections;
    parameters.key_len = sizeof(flow::Key);
    parameters.hash_func = rte_hash_crc;
    parameters.extra_flag = RTE_HASH_EXTRA_FLAGS_EXT_TABLE; // else a full bucket may refuse a key
    hash_ = rte_hash_create(&parameters);
    if (!hash_)
      die(std::string("rte_hash_create: ") + rte_strerror(rte_errno));
    for (std::size_t i = 0; i < kBurst; ++i)
      pointer_[i] = &key_[i];
  }
  ~Theirs() { rte_hash_free(hash_); }
  Theirs(const Theirs &) = delete;
  Theirs &operator=(const Theirs &) = delete;

  void open(std::uint32_t i) {
    const flow::Key key = key_of(i);
    add(key);
  }

  std::size_t follow(Visits &visits, std::uint64_t now) {
    for (flow::Key &key : key_)
      key = key_of(visits.next());
    rte_hash_lookup_bulk(hash_, pointer_.data(), kBurst, position_.data());
    for (const std::int32_t position : position_)
      if (position >= 0) {
        const auto *line = reinterpret_cast<const char *>(&records_[position]);
        __builtin_prefetch(line, 1);
        __builtin_prefetch(line + 64, 1);
      }
    std::size_t found = 0;
    for (const std::int32_t position : position_) {
      if (position < 0)
        continue;
      records_[position].record.update(now);
      ++found;
    }
    return found;
  }

  void renew(Visits &visits) {
    for (flow::Key &key : key_)
      key = key_of(visits.next());
    rte_hash_lookup_bulk(hash_, pointer_.data(), kBurst, position_.data());
    for (const flow::Key &key : key_)
      (void)rte_hash_del_key(hash_, &key);
    for (const flow::Key &key : key_)
      if (rte_hash_lookup(hash_, &key) < 0)
        add(key);
  }

private:
  struct alignas(64) Slot {
    Record record;
  };

  void add(const flow::Key &key) {
    const std::int32_t position = rte_hash_add_key(hash_, &key);
    if (position < 0)
      die("rte_hash is full");
    records_[position].record = {};
  }

  rte_hash *hash_ = nullptr;
  base::BigArray<Slot> records_;
  std::array<flow::Key, kBurst> key_;
  std::array<const void *, kBurst> pointer_;
  std::array<std::int32_t, kBurst> position_;
};

// One filled table at a time: ten million connections take gigabytes.
template <class Table> Table &filled(std::uint32_t connections) {
  static std::unique_ptr<Table> table;
  static std::uint32_t holds = 0;
  if (holds != connections) {
    table.reset();
    table = std::make_unique<Table>(connections);
    for (std::uint32_t i = 0; i < connections; ++i)
      table->open(i);
    holds = connections;
  }
  return *table;
}

template <class Table> void follow(benchmark::State &state) {
  const auto connections = static_cast<std::uint32_t>(state.range(0));
  Table &table = filled<Table>(connections);
  Visits visits(connections);
  std::uint64_t now = 0;
  for (auto _ : state)
    if (table.follow(visits, ++now / 1024) != kBurst)
      state.SkipWithError("a connection was not found");
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBurst));
}

template <class Table> void renew(benchmark::State &state) {
  const auto connections = static_cast<std::uint32_t>(state.range(0));
  Table &table = filled<Table>(connections);
  Visits visits(connections);
  for (auto _ : state)
    table.renew(visits);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBurst));
}

// What computing the keys costs both, to be taken off.
void keys_alone(benchmark::State &state) {
  Visits visits(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state)
    for (std::size_t i = 0; i < kBurst; ++i) {
      flow::Key key = key_of(visits.next());
      benchmark::DoNotOptimize(key);
    }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBurst));
}

// Prints as usual, remembers nanoseconds an item by name, and ends with the ratios.
class Ratios : public benchmark::ConsoleReporter {
public:
  void ReportRuns(const std::vector<Run> &runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run &run : runs) {
      const auto items = run.counters.find("items_per_second");
      const bool of_use = run.run_type == Run::RT_Iteration || run.aggregate_name == "median";
      if (of_use && items != run.counters.end() && items->second.value > 0)
        nanos_[run.run_name.function_name + "/" + run.run_name.args] = 1e9 / items->second.value;
    }
  }
  void Finalize() override {
    for (const auto &[name, ours] : nanos_) {
      if (name.rfind("ours_", 0) != 0)
        continue;
      const auto theirs = nanos_.find("rte_hash_" + name.substr(5));
      if (theirs == nanos_.end())
        continue;
      const std::string size = name.substr(name.find('/') + 1);
      const auto key = nanos_.find("keys_alone/" + size);
      const double common = key != nanos_.end() ? key->second : 0;
      std::printf("%-24s ours %6.1f ns, rte_hash %6.1f ns: %.2f times as fast (keys alone: "
                  "%.1f ns; without them %.2f times)\n",
                  name.substr(5).c_str(), ours, theirs->second, theirs->second / ours, common,
                  (theirs->second - common) / (ours - common));
    }
  }

private:
  std::map<std::string, double> nanos_;
};

// In production both tables lie on huge pages, but EAL without hugetlbfs takes its memory from a
// memfd, which the kernel keeps on small ones. So what it has written is moved to memory of our
// kind, at the same address.
int move_to_huge_pages(const rte_memseg_list *, const rte_memseg *segment, std::size_t length,
                       void *) {
  constexpr std::size_t kPage = 4096;
  auto *from = static_cast<unsigned char *>(segment->addr);
  void *memory = mmap(nullptr, length, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  std::vector<unsigned char> resident(length / kPage);
  if (memory == MAP_FAILED || mincore(from, length, resident.data()) != 0)
    die("no memory for rte_hash");
  (void)madvise(memory, length, MADV_HUGEPAGE);
  auto *to = static_cast<unsigned char *>(memory);
  for (std::size_t page = 0; page < resident.size(); ++page)
    if ((resident[page] & 1) != 0)
      std::memcpy(to + page * kPage, from + page * kPage, kPage);
  if (mremap(memory, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, from) == MAP_FAILED)
    die("the memory of rte_hash can't be moved");
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  const char *arguments[] = {"flow_bench",  "--no-huge", "--no-shconf",   "--no-pci",
                             "-m",          "4096",      "--lcores",      "0@(0,1)",
                             "--log-level", "error",     "--no-telemetry"};
  if (rte_eal_init(std::size(arguments), const_cast<char **>(arguments)) < 0)
    die(std::string("rte_eal_init: ") + rte_strerror(rte_errno));
  (void)rte_memseg_contig_walk(move_to_huge_pages, nullptr);

  for (const std::int64_t n : {100'000, 1'000'000, 10'000'000}) {
    benchmark::RegisterBenchmark("keys_alone", keys_alone)->Arg(n);
    benchmark::RegisterBenchmark("ours_follow", follow<Ours>)->Arg(n);
    benchmark::RegisterBenchmark("rte_hash_follow", follow<Theirs>)->Arg(n);
    benchmark::RegisterBenchmark("ours_renew", renew<Ours>)->Arg(n);
    benchmark::RegisterBenchmark("rte_hash_renew", renew<Theirs>)->Arg(n);
  }
  benchmark::Initialize(&argc, argv);
  Ratios reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return 0;
}
