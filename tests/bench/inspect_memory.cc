// The inspector alone, fed from memory: no device, no second thread.
//   inspect-memory [fresh] [rules PATH] CAPTURE [SECONDS]   at least so many seconds (default 3);
//   JSON on
//                                              standard output
//   inspect-memory [fresh] [rules PATH] CAPTURE x ROUNDS    so many rounds, for whoever counts
//   instructions
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

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
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

  void print() {
    const record::Counters &now = inspector_.stats().counters;
    const auto rate = [this](std::uint64_t n) { return static_cast<double>(n) / seconds_; };
    std::printf("{\"packets\": %llu, \"seconds\": %.3f, \"packets_per_second\": %.0f, "
                "\"connections_per_second\": %.0f, \"handshakes_per_second\": %.0f, "
                "\"records\": %llu, \"stages\": {",
                static_cast<unsigned long long>(packets_), seconds_, rate(packets_),
                rate(now.connections_opened - warm_.connections_opened),
                rate(now.tls_established - warm_.tls_established),
                static_cast<unsigned long long>(ring_.count() - warm_records_));
    print_stages();
    std::puts("}}");
  }

private:
  // Cycles a packet, in a build that counts them.
  void print_stages() const {
    using inspect::StageClock;
    if (!StageClock::kRuns)
      return;
    const StageClock::Cycles now = inspector_.stage_cycles();
    for (std::size_t i = 0; i < now.size(); ++i)
      std::printf("%s\"%s\": %.1f", i > 0 ? ", " : "", StageClock::kNames[i].data(),
                  static_cast<double>(now[i] - warm_cycles_[i]) / static_cast<double>(packets_));
  }

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

} // namespace

int main(int argc, char **argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const bool fresh = !words.empty() && words[0] == "fresh";
  if (fresh)
    words.erase(words.begin());
  std::unique_ptr<rules::RuleSet> rules;
  if (words.size() > 2 && words[0] == "rules") {
    rules::Findings findings;
    rules = rules::RuleSet::load(words[1], findings);
    if (!rules) {
      std::fprintf(stderr, "%s\n", findings.first().c_str());
      return 2;
    }
    words.erase(words.begin(), words.begin() + 2);
  }
  bench::Frames frames;
  if (words.empty() || words.size() > 3 || !frames.load(words[0].c_str())) {
    std::fprintf(stderr,
                 "usage: inspect-memory [fresh] [rules PATH] CAPTURE [SECONDS | x ROUNDS]\n");
    return 2;
  }
  Bench bench(frames, fresh, rules.get());
  if (words.size() == 3) {
    for (long n = std::atol(words[2].c_str()); n > 0; --n)
      bench.round();
    bench.finish();
    return 0;
  }
  bench.warm_up();
  const double wanted = words.size() == 2 ? std::atof(words[1].c_str()) : 3;
  do
    bench.round();
  while (bench.seconds() < wanted);
  bench.print();
  return 0;
}
