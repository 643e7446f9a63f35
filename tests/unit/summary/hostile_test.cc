// A block of nonsense: whatever lies in the memory, it can be read and put together.
#include "helpers.h"

#include <random>

namespace handspan::summary {
namespace {

void read_all(const Block &block) {
  Worker reader;
  Merged merged;
  for (int twice = 0; twice < 2; ++twice) {
    auto copy = std::make_unique<Block>();
    load(*copy, [&](const Part &part) {
      return reinterpret_cast<const std::byte *>(&block) + part.offset;
    });
    merged.add(std::move(copy));
  }
  for (const Unit unit : {Unit::second, Unit::minute, Unit::hour}) {
    const Course course = merged.course(unit, 10'000);
    EXPECT_LE(course.cells.size(), most_of(unit));
    if (!course.cells.empty()) {
      EXPECT_LE(course.begin_of(course.cells.size() - 1), std::int64_t{1} << 33);
    }
  }
  for (const Subject subject :
       {Subject::name, Subject::server, Subject::network, Subject::failure, Subject::ja4})
    for (const auto span : {Ranking::Span::since_start, Ranking::Span::five_minutes}) {
      const Ranking ranking = merged.ranking(subject, span);
      for (const TopEntry *entry : ranking.sorted())
        EXPECT_LE(entry->key.view().size(), TopKey::kBytes);
    }
  for (const Certificate &it : merged.certificates())
    EXPECT_LE(it.subject.view().size(), sizeof it.subject.bytes);
  for (const auto &[text, count] : merged.alpn().of)
    EXPECT_LE(text.size(), 32u);
  (void)merged.ciphers();
}

TEST(Hostile, AllOnes) {
  auto block = std::make_unique<Block>();
  std::memset(static_cast<void *>(block.get()), 0xff, sizeof *block);
  read_all(*block);
}

TEST(Hostile, Noise) {
  std::mt19937_64 random(11); // the same in every run
  auto block = std::make_unique<Block>();
  auto *words = reinterpret_cast<std::uint64_t *>(block.get());
  for (std::size_t i = 0; i < sizeof *block / 8; ++i)
    words[i] = random() & ~std::uint64_t{random() % 2}; // half of the versions are of whole cells
  read_all(*block);
}

TEST(Hostile, NoPartThatIsKnown) {
  auto block = std::make_unique<Block>();
  load(*block, [](const Part &) { return nullptr; });
  Merged merged;
  merged.add(std::move(block));
  EXPECT_EQ(merged.connections(), 0u);
}

} // namespace
} // namespace handspan::summary
