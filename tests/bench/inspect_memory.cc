// The inspector alone, fed from memory: no device, no second thread.
//   inspect-memory CAPTURE [SECONDS]     at least so many seconds (default 3); JSON on standard
//   output inspect-memory CAPTURE x ROUNDS      so many rounds, for whoever counts instructions
//
// The capture is given over and over, as net_pcap's infinite_rx does, in bursts of 64, each packet
// 100 ns after the one before it. Records are packed into a ring and stories of what failed are
// kept, as the daemon does it.
#include "inspect/inspector.h"
#include "inspect/story_pool.h"
#include "offline/capture_file.h"
#include "shm/ring_writer.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace handspan;

constexpr base::Nanos kApart = 100;

struct Frames {
  std::vector<std::uint8_t> bytes;
  std::vector<wire::Frame> all;
};

bool load(const char *path, Frames &out) {
  std::string fault;
  const auto file = offline::CaptureFile::open(path, fault);
  if (!file) {
    std::fprintf(stderr, "%s: %s\n", path, fault.c_str());
    return false;
  }
  std::vector<std::size_t> at;
  for (auto burst = file->next(); !burst.empty(); burst = file->next())
    for (const wire::Frame &frame : burst) {
      at.push_back(out.bytes.size());
      out.all.push_back(frame);
      out.bytes.insert(out.bytes.end(), frame.data, frame.data + frame.captured);
    }
  for (std::size_t i = 0; i < at.size(); ++i)
    out.all[i].data = out.bytes.data() + at[i];
  return !out.all.empty();
}

class Ring final : public inspect::Sink {
public:
  void emit(const record::Record &record) override {
    writer_.append(record);
    ++count_;
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

private:
  static constexpr std::size_t kBytes = std::size_t{32} << 20;
  std::vector<std::uint64_t> starts_ = std::vector<std::uint64_t>(kBytes / shm::kBlockBytes);
  std::unique_ptr<std::byte[]> bytes_ = std::make_unique<std::byte[]>(kBytes);
  shm::RingBlock head_;
  shm::RingWriter writer_{{&head_.intent, &head_.tail, starts_.data(), bytes_.get(), kBytes}};
  std::uint64_t count_ = 0;
};

class Bench {
public:
  explicit Bench(Frames &frames) : frames_(frames), inspector_(settings(), nullptr, ring_) {
    inspector_.tell_facts(stories_, inspect::FactScope::handshakes);
  }

  void round() {
    const std::span<wire::Frame> all(frames_.all);
    for (std::size_t at = 0; at < all.size(); at += inspect::kMaxBurst) {
      const auto burst = all.subspan(at, std::min(inspect::kMaxBurst, all.size() - at));
      for (wire::Frame &frame : burst) {
        frame.time = now_ += kApart;
        frame.number = 0;
      }
      inspector_.inspect(burst);
      inspector_.sweep(now_);
    }
    packets_ += all.size();
  }

  void print(double seconds) {
    const record::WorkerStats &stats = inspector_.stats();
    const auto rate = [seconds](std::uint64_t n) { return static_cast<double>(n) / seconds; };
    std::printf("{\"packets\": %llu, \"seconds\": %.3f, \"packets_per_second\": %.0f, "
                "\"connections_per_second\": %.0f, \"handshakes_per_second\": %.0f, "
                "\"records\": %llu}\n",
                static_cast<unsigned long long>(packets_), seconds, rate(packets_),
                rate(stats.counters.connections_opened), rate(stats.counters.tls_established),
                static_cast<unsigned long long>(ring_.count()));
  }

private:
  static inspect::Settings settings() {
    inspect::Settings s;
    s.handshake_events = true;
    return s;
  }
  struct Unread final : inspect::StorySink {
    void tell(const record::Story &) override {}
  };

  Frames &frames_;
  Ring ring_;
  Unread unread_;
  inspect::StoryPool stories_{{}, unread_};
  inspect::Inspector inspector_;
  base::Nanos now_ = 1'700'000'000 * base::kSecond;
  std::uint64_t packets_ = 0;
};

double since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

int main(int argc, char **argv) {
  Frames frames;
  if (argc < 2 || argc > 4 || !load(argv[1], frames)) {
    std::fprintf(stderr, "usage: inspect-memory CAPTURE [SECONDS | x ROUNDS]\n");
    return 2;
  }
  Bench bench(frames);
  if (argc == 4) {
    for (long n = std::atol(argv[3]); n > 0; --n)
      bench.round();
    return 0;
  }
  const double wanted = argc == 3 ? std::atof(argv[2]) : 3;
  const auto begin = std::chrono::steady_clock::now();
  do
    bench.round();
  while (since(begin) < wanted);
  bench.print(since(begin));
  return 0;
}
