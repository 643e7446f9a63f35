// Records summed up as a worker does it, for who wants some of them alone. What a worker counts by
// packets is counted here when the record is told: rates are of connections that have ended.
#pragma once

#include "record/record.h"
#include "summary/summary.h"

#include <cstdint>
#include <memory>

namespace handspan::app {

class RecordSums {
public:
  static constexpr std::uint64_t kSeed = 0x6a09e667f3bcc908; // it slows no daemon down

  // In the order in which they were told.
  void add(const record::Record &record);
  // So far; it goes on to be summed up in.
  const summary::Block &look();
  // All of it, at the end.
  std::unique_ptr<summary::Block> block();

private:
  summary::Flowing flowing_;
  std::unique_ptr<summary::Block> block_ = std::make_unique<summary::Block>();
  summary::Writer writer_{*block_, kSeed};
};

} // namespace handspan::app
