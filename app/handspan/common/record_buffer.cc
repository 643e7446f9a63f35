#include "record_buffer.h"

#include <algorithm>
#include <cstring>

namespace handspan::app {

void RecordBuffer::add(const record::Record &record) {
  const std::size_t bytes = record::pack(record, *room_);
  if (block_ * kBlock + used_ + bytes > max_bytes_)
    flush();
  std::uint8_t *const at = place(bytes);
  std::memcpy(at, room_->data(), bytes);
  const bool as_told = order_ == Order::told;
  entries_.push_back(
      {as_told ? record.written : record.first, as_told ? record.worker : record.flow_id, at,
       static_cast<std::uint32_t>(bytes), static_cast<std::uint32_t>(linker_.add(record))});
}

std::uint8_t *RecordBuffer::place(std::size_t bytes) {
  if (used_ + bytes > kBlock) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size())
    blocks_.push_back(std::make_unique_for_overwrite<std::uint8_t[]>(kBlock));
  std::uint8_t *const at = blocks_[block_].get() + used_;
  used_ += bytes;
  return at;
}

void RecordBuffer::flush() {
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry &a, const Entry &b) {
    return a.when != b.when ? a.when < b.when : a.then < b.then;
  });
  linker_.finish();
  const auto record = std::make_unique<record::Record>();
  for (const Entry &entry : entries_) {
    (void)record::unpack({entry.record, entry.bytes}, *record);
    record->retry = linker_.link(entry.number);
    take_(*record);
  }
  linker_.clear();
  entries_.clear();
  block_ = used_ = 0;
}

} // namespace handspan::app
