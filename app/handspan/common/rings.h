// The rings of a daemon's workers, gone through by cursors of ours.
#pragma once

#include "output.h"
#include "record/retry.h"
#include "segment.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace handspan::app {

class Rings {
public:
  using Take = std::function<void(const record::Record &)>;

  // Opens the segment, all cursors at the oldest record; again to go on with a new daemon. An exit
  // status other than kOk: it was said why.
  int attach(const SegmentOptions &options);
  // The same with a segment that is open. False if its records have another shape than ours.
  bool take(std::unique_ptr<shm::Reader> reader);

  // All cursors behind the connection's record (or its handshake's event), those of other workers
  // behind what they told before it. False: it is not there, and all stay where they were.
  bool go_on_after(const record::FlowId &id, record::Kind kind);

  // What is in one worker's ring by now, up to `limit` records. False if there was nothing. `go_on`
  // is asked before each.
  bool drain(std::size_t worker, std::uint64_t limit, const Take &take,
             const std::function<bool()> &go_on);

  // One line about the records that were overwritten before they were read, of all workers, since
  // the last such line; at intervals: one second apart at least.
  enum class When : std::uint8_t { now, at_intervals };
  void tell_losses(When when);

  // Whether a ring is to more than a quarter unread: its records are in danger.
  [[nodiscard]] bool behind() const;

  // All that is there. A ring is gone through once: a busy daemon would otherwise never let the
  // history end. What is overwritten meanwhile is no loss: there the history begins.
  void drain_history(const Take &take, const std::function<bool()> &go_on);

  // What failed, from the rings that successes do not overwrite: they reach back further than the
  // records do. After drain_history(): a failure that is told there is told here, too.
  void drain_failures(const Take &take);

  // The connections that ended later than this are all among the records that were read: some
  // worker's ring does not reach further back. kNever: they all reach back to the daemon's start.
  [[nodiscard]] base::Nanos complete_since() const { return complete_since_; }
  // When the daemon watched, as far as its records tell: a running one until now.
  [[nodiscard]] record::Watch watched() const;
  // The same as two moments; kNever: there are no records.
  [[nodiscard]] std::pair<base::Nanos, base::Nanos> span() const;
  // How long after a failure another try counts as its retry; 0 if the daemon does not say.
  [[nodiscard]] base::Nanos retry_window() const;
  // No word about records that were overwritten before they were read.
  void be_quiet() { quiet_ = true; }

  [[nodiscard]] std::size_t workers() const { return cursors_.size(); }
  [[nodiscard]] const shm::Reader &reader() const { return *reader_; }

private:
  // The next record of a cursor into record_, as readers have it.
  template <class Cursor> shm::Poll poll(Cursor &cursor) {
    const shm::Poll got = cursor.poll(*record_);
    if (got.kind == shm::Poll::Kind::record)
      record_->probe = probe_;
    return got;
  }
  void note(std::size_t worker, const record::Record &record);

  std::unique_ptr<shm::Reader> reader_;
  record::ProbeRun probe_; // whose they are
  std::vector<shm::RingCursor> cursors_;
  std::vector<std::uint64_t> losses_; // by worker; not told so far
  base::Nanos told_ = base::kNever;
  std::vector<bool> incomplete_; // what lay before the worker's next record was overwritten
  base::Nanos complete_since_ = base::kNever;
  base::Nanos first_ = base::kNever, last_ = base::kNever; // packets of all records
  bool quiet_ = false;
  std::unique_ptr<record::Record> record_ = std::make_unique<record::Record>();
};

} // namespace handspan::app
