#include "backlog.h"

#include <cstring>
#include <utility>

namespace handspan::app {

Backlog::Block &Backlog::block_for(std::size_t bytes) {
  if (!blocks_.empty() && blocks_.back().used + bytes <= Block::kBytes)
    return blocks_.back();
  if (spare_.empty())
    return blocks_.emplace_back();
  blocks_.push_back(std::move(spare_.back()));
  spare_.pop_back();
  blocks_.back().used = 0;
  return blocks_.back();
}

void Backlog::add(const record::Record &record) {
  const std::size_t size = record::pack(record, *room_);
  Block &block = block_for(sizeof size + size);
  std::uint8_t *const at = block.bytes.get() + block.used;
  std::memcpy(at, &size, sizeof size);
  std::memcpy(at + sizeof size, room_->data(), size);
  block.used += sizeof size + size;
}

const record::Record &Backlog::take() {
  Block &block = blocks_.front();
  const std::uint8_t *const at = block.bytes.get() + taken_;
  std::size_t size = 0;
  std::memcpy(&size, at, sizeof size);
  (void)record::unpack({at + sizeof size, size}, *record_);
  taken_ += sizeof size + size;
  if (taken_ == block.used) {
    spare_.push_back(std::move(block));
    blocks_.pop_front();
    taken_ = 0;
  }
  return *record_;
}

} // namespace handspan::app
