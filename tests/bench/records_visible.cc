// How soon readers see what the worker tells: from the packet that ended a TLS handshake to the
// moment when its event can be read in the shared segment.
//   records-visible SEGMENT SECONDS     JSON on standard output
//
// Looks every 50 us, so that the worker hardly feels it; that counts as part of the time.
#include "shm/reader.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace handspan;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMost = 10'000'000; // records that are looked at

base::Nanos wall_clock() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

std::vector<base::Nanos> watch(shm::RingCursor &cursor, double seconds, std::uint64_t &lost) {
  std::vector<base::Nanos> delays;
  record::Record record;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end && delays.size() < kMost) {
    const base::Nanos now = wall_clock();
    for (shm::Poll poll = cursor.poll(record); poll.kind != shm::Poll::Kind::nothing;
         poll = cursor.poll(record))
      if (poll.kind == shm::Poll::Kind::lost)
        lost += poll.lost;
      else if (record.kind == record::Kind::handshake)
        delays.push_back(std::max<base::Nanos>(now - record.last, 0));
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  return delays;
}

double micros(const std::vector<base::Nanos> &sorted, double share) {
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return static_cast<double>(sorted[at]) / 1'000;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: records-visible SEGMENT SECONDS\n");
    return 2;
  }
  shm::OpenError error;
  const auto reader = shm::Reader::open(argv[1], error);
  if (!reader) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return 1;
  }
  auto cursor = reader->cursor(0, shm::Start::newest);
  if (!cursor)
    return 1;
  std::uint64_t lost = 0;
  std::vector<base::Nanos> delays = watch(*cursor, std::atof(argv[2]), lost);
  if (delays.empty())
    delays.push_back(0);
  std::sort(delays.begin(), delays.end());
  std::printf("{\"handshakes\": %zu, \"lost\": %llu, \"p50_us\": %.0f, \"p99_us\": %.0f, "
              "\"greatest_us\": %.0f}\n",
              delays.size(), static_cast<unsigned long long>(lost), micros(delays, 0.5),
              micros(delays, 0.99), micros(delays, 1));
  return 0;
}
