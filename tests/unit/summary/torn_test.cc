// A reader that copies while the writer writes: nothing is counted twice or told of another.
#include "helpers.h"

#include <atomic>
#include <thread>

namespace handspan::summary {
namespace {

TEST(Torn, ACellThatChangesHandsIsReadWhole) {
  struct Cell {
    Version version;
    std::uint64_t a = 0, b = 0;
  };
  Cell live;
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (std::uint64_t n = 1; !stop.load(); ++n) {
      live.version.begin();
      set(live.a, n);
      set(live.b, n);
      live.version.end();
    }
  });
  for (int i = 0; i < 100'000; ++i) {
    Cell copy;
    load_cell(copy, live);
    ASSERT_EQ(copy.a, copy.b);
  }
  stop = true;
  writer.join();
}

TEST(Torn, AnEntryBeingGivenAwayIsEmpty) {
  struct Cell {
    Version version;
    std::uint64_t a = 0;
  };
  Cell live;
  live.version.begin(); // and the writer dies
  set(live.a, std::uint64_t{5});
  Cell copy;
  load_cell(copy, live);
  EXPECT_EQ(copy.a, 0u);
}

// Each connection's second is in seconds, minutes and hours alike, however the reader meets the
// writer's adding up.
TEST(Torn, SecondsThatAreAddedUpCountOnce) {
  Worker worker;
  worker.at(kStart);
  std::atomic<std::uint64_t> written{0};
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (std::uint64_t n = 0; !stop.load() && n < 3'000; ++n) {
      const base::Nanos now = kStart + static_cast<base::Nanos>(n / 2) * base::kSecond;
      worker.at(now);
      worker.add(*connection(now));
      written = n + 1;
    }
    stop = true;
  });
  while (!stop.load()) {
    const std::uint64_t before = written;
    const Merged merged = worker.merged();
    const std::uint64_t after = written + 1;
    std::uint64_t told = 0;
    for (const auto &cell : merged.course(Unit::hour, 720).cells)
      told += cell.ended[static_cast<std::size_t>(record::Outcome::completed)];
    EXPECT_GE(told, before);
    EXPECT_LE(told, after);
    const Ranking ranking = merged.ranking(Subject::name, Ranking::Span::since_start);
    EXPECT_GE(ranking.all(), before);
    EXPECT_LE(ranking.all(), written + 1);
  }
  writer.join();
}

} // namespace
} // namespace handspan::summary
