// The inspector alone, fed from memory: no device, no second thread.
//   inspect-memory [fresh] [workers N] [rules PATH] CAPTURE [SECONDS]
//                      at least so many seconds (default 3); JSON on standard output
//   inspect-memory [fresh] [rules PATH] CAPTURE x ROUNDS
//                      so many rounds, for whoever counts instructions
//
// Of several workers each has a thread, its own inspector and the whole capture, as workers of the
// daemon have nothing in common; rates are their sums.
//
// The capture is given over and over, as net_pcap's infinite_rx does, in bursts of 64, each packet
// 100 ns after the one before it; with `fresh`, each time with other clients, so that no connection
// comes again. Time counts from the packet on that finds the memory touched and, in a flood, the
// table full. Records are packed into a ring and summed up, and stories of what failed are
// kept, as the daemon does it.
#include "frames.h"
#include "inspect/inspector.h"
#include "inspect/story_pool.h"
#include "shm/ring_writer.h"
#include "summary/summary.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace handspan;

class Ring final : public inspect::Sink {
public:
  void emit(std::span<const record::Record> records) override {
    for (const record::Record &record : records)
      writer_.append(record);
    for (const record::Record &record : records)
      summary_.add(record);
    count_ += records.size();
  }
  void turn(base::Nanos now, const record::WorkerStats &stats) {
    summary_.turn(now, [&] { return summary::Flowing(stats, 0); });
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

private:
  static constexpr std::size_t kBytes = std::size_t{32} << 20;
  std::vector<std::uint64_t> starts_ = std::vector<std::uint64_t>(kBytes / shm::kBlockBytes);
  std::unique_ptr<std::byte[]> bytes_ = std::make_unique<std::byte[]>(kBytes);
  shm::RingBlock head_;
  shm::RingWriter writer_{{&head_.intent, &head_.tail, starts_.data(), bytes_.get(), kBytes}};
  std::unique_ptr<summary::Block> block_ = std::make_unique<summary::Block>();
  summary::Writer summary_{*block_, 1};
  std::uint64_t count_ = 0;
};

class Bench {
public:
  Bench(bench::Frames &frames, bool fresh, const rules::RuleSet *rules)
      : frames_(frames), fresh_(fresh), inspector_(settings(), rules, ring_) {
    inspector_.tell_facts(stories_, inspect::FactScope::handshakes);
  }

  void warm_up() {
    while (packets_ < kWarmUp)
      round();
    packets_ = 0;
    seconds_ = 0;
    warm_records_ = ring_.count();
    warm_ = inspector_.stats().counters;
    warm_cycles_ = inspector_.stage_cycles();
  }

  void round() {
    const auto begin = Clock::now();
    frames_.give(inspector_, now_);
    ring_.turn(now_, inspector_.stats());
    seconds_ += std::chrono::duration<double>(Clock::now() - begin).count();
    packets_ += frames_.size();
    if (fresh_)
      frames_.move_clients();
  }

  // All connections end, and so their records are part of what is counted.
  void finish() { inspector_.finish(inspect::Inspector::End::stopped); }

  // That the inspector had.
  [[nodiscard]] double seconds() const { return seconds_; }

  // Since warm_up(), a second that the inspector had.
  struct Rates {
    double packets = 0, connections = 0, handshakes = 0;
    std::uint64_t records = 0;
    Rates &operator+=(const Rates &more) {
      packets += more.packets;
      connections += more.connections;
      handshakes += more.handshakes;
      records += more.records;
      return *this;
    }
  };
  [[nodiscard]] Rates rates() {
    const record::Counters &now = inspector_.stats().counters;
    const auto rate = [this](std::uint64_t n) { return static_cast<double>(n) / seconds_; };
    return {rate(packets_), rate(now.connections_opened - warm_.connections_opened),
            rate(now.tls_established - warm_.tls_established), ring_.count() - warm_records_};
  }

  // Cycles a packet, in a build that counts them; as members of a JSON object.
  [[nodiscard]] std::string stages() const {
    using inspect::StageClock;
    std::string out;
    if (!StageClock::kRuns)
      return out;
    const StageClock::Cycles now = inspector_.stage_cycles();
    for (std::size_t i = 0; i < now.size(); ++i) {
      char cycles[32];
      std::snprintf(cycles, sizeof cycles, "%.1f",
                    static_cast<double>(now[i] - warm_cycles_[i]) / static_cast<double>(packets_));
      out.append(i > 0 ? ", \"" : "\"").append(StageClock::kNames[i]).append("\": ") += cycles;
    }
    return out;
  }

private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::uint64_t kWarmUp = 600'000; // packets

  static inspect::Settings settings() {
    inspect::Settings s;
    s.handshake_events = true;
    s.records_at_once = inspect::kUsualBatch;
    return s;
  }
  struct Unread final : inspect::StorySink {
    void tell(const record::Story &) override {}
  };

  bench::Frames &frames_;
  bool fresh_;
  Ring ring_;
  Unread unread_;
  inspect::StoryPool stories_{{}, unread_};
  inspect::Inspector inspector_;
  base::Nanos now_ = 1'800'000'000 * base::kSecond; // made certificates are valid then
  std::uint64_t packets_ = 0;
  double seconds_ = 0;
  std::uint64_t warm_records_ = 0; // as warming up left it, like the counters
  record::Counters warm_;
  inspect::StageClock::Cycles warm_cycles_{};
};

void print(const Bench::Rates &rates, const std::string &stages) {
  std::printf("{\"packets_per_second\": %.0f, \"connections_per_second\": %.0f, "
              "\"handshakes_per_second\": %.0f, \"records\": %llu, \"stages\": {%s}}\n",
              rates.packets, rates.connections, rates.handshakes,
              static_cast<unsigned long long>(rates.records), stages.c_str());
}

struct Job {
  bool fresh = false;
  unsigned workers = 1;
  std::unique_ptr<rules::RuleSet> rules;
  const char *capture = nullptr;
  double seconds = 3;
  long rounds = 0; // instead of seconds
};

std::optional<Job> job_of(std::span<char *const> words) {
  Job job;
  const auto take = [&](const char *name, std::size_t count) {
    if (words.size() < count || std::strcmp(words[0], name) != 0)
      return false;
    words = words.subspan(count);
    return true;
  };
  job.fresh = take("fresh", 1);
  if (take("workers", 2))
    job.workers = static_cast<unsigned>(std::max(1, std::atoi(*(words.data() - 1))));
  if (take("rules", 2)) {
    rules::Findings findings;
    job.rules = rules::RuleSet::load(*(words.data() - 1), findings);
    if (!job.rules) {
      std::fprintf(stderr, "%s\n", findings.first().c_str());
      return std::nullopt;
    }
  }
  if (words.empty() || words.size() > 3)
    return std::nullopt;
  job.capture = words[0];
  if (words.size() == 3)
    job.rounds = std::atol(words[2]);
  else if (words.size() == 2)
    job.seconds = std::atof(words[1]);
  return job;
}

// Each on its own; they begin together, once all are warm.
bool run(const Job &job) {
  std::vector<std::thread> threads;
  std::barrier warm(job.workers);
  std::mutex lock;
  Bench::Rates rates;
  std::string stages;
  std::atomic<bool> good = true;
  for (unsigned worker = 0; worker < job.workers; ++worker)
    threads.emplace_back([&] {
      bench::Frames frames;
      if (!frames.load(job.capture)) {
        good = false;
        warm.arrive_and_drop();
        return;
      }
      Bench bench(frames, job.fresh, job.rules.get());
      bench.warm_up();
      warm.arrive_and_wait();
      do
        bench.round();
      while (bench.seconds() < job.seconds);
      const std::lock_guard held(lock);
      rates += bench.rates();
      stages = bench.stages();
    });
  for (std::thread &thread : threads)
    thread.join();
  if (good)
    print(rates, stages);
  return good;
}

bool run_rounds(const Job &job) {
  bench::Frames frames;
  if (!frames.load(job.capture))
    return false;
  Bench bench(frames, job.fresh, job.rules.get());
  for (long n = job.rounds; n > 0; --n)
    bench.round();
  bench.finish();
  return true;
}

} // namespace

int main(int argc, char **argv) {
  const std::optional<Job> job = job_of({argv + 1, static_cast<std::size_t>(argc - 1)});
  if (job && (job->rounds > 0 ? run_rounds(*job) : run(*job)))
    return 0;
  std::fprintf(stderr, "usage: inspect-memory [fresh] [workers N] [rules PATH] CAPTURE [SECONDS | "
                       "x ROUNDS]\n");
  return 2;
}
