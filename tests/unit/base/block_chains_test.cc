#include "base/block_chains.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace handspan::base {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes some(std::size_t count, std::uint8_t first) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i)
    bytes[i] = static_cast<std::uint8_t>(first + i);
  return bytes;
}

Bytes read(const BlockChains &chains, std::uint32_t chain, std::size_t count) {
  Bytes room(count + BlockChains::kBlockBytes);
  const auto got = chains.read(chain, room);
  EXPECT_GE(got.size(), count);
  return {got.begin(), got.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST(BlockChains, KeepWhatTheyAreGivenThroughAnyChange) {
  std::mt19937 random(1);
  BlockChains chains(400);
  struct One {
    std::uint32_t chain;
    Bytes bytes;
  };
  std::vector<One> kept;
  for (int turn = 0; turn < 20'000; ++turn) {
    const Bytes bytes = some(random() % 200, static_cast<std::uint8_t>(random()));
    const unsigned act = random() % 3;
    if (act == 0) {
      const std::uint32_t chain = chains.put(bytes);
      if (chain != BlockChains::kNone)
        kept.push_back({chain, bytes});
      else
        EXPECT_LT(chains.left(), 8u);
    } else if (!kept.empty()) {
      const std::size_t i = random() % kept.size();
      if (act == 1 && chains.write(kept[i].chain, bytes)) {
        kept[i].bytes = bytes;
      } else if (act == 2) {
        chains.drop(kept[i].chain);
        kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    if (!kept.empty()) {
      const One &one = kept[random() % kept.size()];
      ASSERT_EQ(read(chains, one.chain, one.bytes.size()), one.bytes);
    }
  }
  for (const One &one : kept)
    chains.drop(one.chain);
  EXPECT_EQ(chains.used(), 0u);
}

TEST(BlockChains, WithoutRoomNothingChanges) {
  constexpr std::size_t kThreeBlocks = 2 * BlockChains::kBlockBytes;
  BlockChains chains(4);
  const std::uint32_t chain = chains.put(some(kThreeBlocks, 1));
  ASSERT_NE(chain, BlockChains::kNone);
  EXPECT_EQ(chains.put(some(kThreeBlocks, 9)), BlockChains::kNone);
  EXPECT_FALSE(chains.write(chain, some(200, 9)));
  EXPECT_EQ(read(chains, chain, kThreeBlocks), some(kThreeBlocks, 1));
  chains.grow(16);
  EXPECT_TRUE(chains.write(chain, some(200, 9)));
  EXPECT_EQ(read(chains, chain, 200), some(200, 9));
}

} // namespace
} // namespace handspan::base
