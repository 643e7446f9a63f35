#include "record_buffer.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace handspan::app {

void RecordBuffer::add(const record::Record &record) {
  // Only the text in use is kept; a record that was never sealed says nothing of its size.
  const std::size_t bytes = offsetof(record::Record, text) + record.text_used;
  if (bytes_.size() + bytes > max_bytes_)
    flush();
  const std::size_t offset = bytes_.size();
  const auto *from = reinterpret_cast<const std::byte *>(&record);
  bytes_.insert(bytes_.end(), from, from + bytes);
  entries_.push_back({record.first, record.flow_id, offset, static_cast<std::uint32_t>(bytes)});
}

void RecordBuffer::flush() {
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry &a, const Entry &b) {
    return a.first != b.first ? a.first < b.first : a.flow_id < b.flow_id;
  });
  const auto record = std::make_unique<record::Record>();
  const auto load = [&](const Entry &entry) -> record::Record & {
    std::memcpy(record.get(), bytes_.data() + entry.offset, entry.bytes);
    return *record;
  };
  record::RetryLinker linker(window_);
  for (const Entry &entry : entries_)
    linker.add(load(entry));
  linker.finish();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    record::Record &one = load(entries_[i]);
    one.retry = linker.link(i);
    take_(one);
  }
  entries_.clear();
  bytes_.clear();
}

} // namespace handspan::app
