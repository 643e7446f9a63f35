#include "record_sums.h"

namespace handspan::app {

void RecordSums::add(const record::Record &record) {
  if (record.kind != record::Kind::connection)
    return;
  if (record.written != base::kNever)
    writer_.turn(record.written, [this] { return flowing_; });
  ++flowing_.opened;
  flowing_.packets += record.tcp.packets.client + record.tcp.packets.server;
  flowing_.bytes += record.tcp.wire_bytes.client + record.tcp.wire_bytes.server;
  writer_.add(record);
}

const summary::Block &RecordSums::look() {
  writer_.sample(flowing_);
  return *block_;
}

std::unique_ptr<summary::Block> RecordSums::block() {
  writer_.finish(flowing_);
  return std::move(block_);
}

} // namespace handspan::app
