// Records in the order in which they came, until there is time for them, within a bound of memory.
#pragma once

#include "record/packed.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace handspan::app {

class Backlog {
public:
  static constexpr std::size_t kMaxBlocks = 256; // of 1 MiB: some 500,000 records

  explicit Backlog(std::size_t max_blocks = kMaxBlocks) : max_blocks_(max_blocks) {}

  [[nodiscard]] bool empty() const { return blocks_.empty(); }
  [[nodiscard]] bool has_room() const { return blocks_.size() < max_blocks_; }
  void add(const record::Record &record);
  // The oldest one, off it; good until the next call.
  const record::Record &take();

private:
  // Packed records one after the other, each behind its size.
  struct Block {
    static constexpr std::size_t kBytes = std::size_t{1} << 20;
    std::unique_ptr<std::uint8_t[]> bytes = std::make_unique_for_overwrite<std::uint8_t[]>(kBytes);
    std::size_t used = 0;
  };

  Block &block_for(std::size_t bytes);

  std::size_t max_blocks_;
  std::deque<Block> blocks_;
  std::size_t taken_ = 0;    // bytes off the first block
  std::vector<Block> spare_; // memory that was in use before is there already
  std::unique_ptr<record::PackRoom> room_ = std::make_unique_for_overwrite<record::PackRoom>();
  std::unique_ptr<record::Record> record_ = std::make_unique<record::Record>();
};

} // namespace handspan::app
