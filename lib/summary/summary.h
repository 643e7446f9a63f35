// What one worker sums up of the connections that end, in memory of a fixed size that readers look
// at meanwhile: in the shared segment, or, where a file is read, in the program's own.
#pragma once

#include "record/counters.h"
#include "record/names.h"
#include "summary/certificates.h"
#include "summary/fates.h"
#include "summary/history.h"
#include "summary/tables.h"
#include "summary/top.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace handspan::summary {

using OutcomeByPhase = Matrix<record::kOutcomes, record::kPhases>;
using CauseBySide = Matrix<kCauseRoom, kBys>;
using AlertBySender = Matrix<256, 2>; // by code; by Side
using VersionTable = NumberTable<64, 16>;
using CipherTable = NumberTable<1024, 64>;
using GroupTable = NumberTable<256, 64>;
using ProtocolTable = TextTable<64, 32>;

struct Block {
#define HANDSPAN_PART(type, name, unit, help) type name;
#include "summary/parts.def"
#undef HANDSPAN_PART
};

// A part, for the segment's directory.
struct Part {
  std::string_view name, unit, help;
  std::size_t offset = 0, bytes = 0; // in Block
};
std::span<const Part> parts();

// Fills a worker's block. For that worker's thread alone; no call blocks, allocates or asks a
// clock.
class Writer {
public:
  // `block`: as it was constructed; it must outlive the writer. `seed`: of its hash tables.
  // `tries`: of all workers; null: what becomes of failures is not told.
  Writer(Block &block, std::uint64_t seed, TryBoard *tries = nullptr,
         base::Nanos retry_window = record::kRetryWindow)
      : block_(block), history_(block.history), top_(block.top, seed),
        certificates_(block.certificates), fates_(block.fates, tries, retry_window) {}

  // A record, as the inspector gives it. Connections are summed up; the event of a handshake tells
  // of a try.
  void add(const record::Record &record);
  // To be called often, with the present time: costs next to nothing unless a second has begun.
  // cppcheck-suppress passedByValue ; a lambda. `numbers()`: the worker's Flowing.
  template <class Numbers> void turn(record::Nanos now, Numbers numbers) {
    fates_.turn(now);
    if (now >= due_)
      begin_second(now, numbers());
  }
  // The last numbers; of what was looked at until then.
  void finish(const Flowing &all, record::Nanos until = record::kNever) {
    history_.finish(all);
    fates_.finish(until);
  }
  // The numbers of the second that runs, for who looks at the block now.
  void sample(const Flowing &all) { history_.sample(all); }
  // What becomes of failures is not told before finish().
  void hold_fates() { fates_.hold(); }

private:
  Block &block_;
  void begin_second(record::Nanos now, const Flowing &all);
  void count(const record::Record &record);

  HistoryWriter history_;
  TopWriter top_;
  CertificateWriter certificates_;
  FateWriter fates_;
  record::Nanos due_ = 0; // when the next second begins
};

// Copies a block that is being written; `find` tells where a part of it lies, or null where there
// is none. Whatever the memory holds, what was copied can be read.
void load(Block &to, const std::function<const std::byte *(const Part &)> &find);

} // namespace handspan::summary
