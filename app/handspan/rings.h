// The rings of a daemon's workers, gone through by cursors of ours.
#pragma once

#include "output.h"
#include "record/record.h"
#include "segment.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace handspan::app {

class Rings {
public:
  using Take = std::function<void(const record::Record &)>;

  // Opens the segment, all cursors at the oldest record; again to go on with a new daemon. An exit
  // status other than kOk: it was said why.
  int attach(const SegmentOptions &options);

  // What is in one worker's ring by now, up to `limit` records. False if there was nothing. Records
  // that were overwritten before they were read are complained of. `go_on` is asked before each.
  bool drain(std::size_t worker, std::uint64_t limit, const Take &take,
             const std::function<bool()> &go_on);

  // All that is there. A ring is gone through once: a busy daemon would otherwise never let the
  // history end.
  void drain_history(const Take &take, const std::function<bool()> &go_on);

  [[nodiscard]] std::size_t workers() const { return cursors_.size(); }
  [[nodiscard]] const shm::Reader &reader() const { return *reader_; }

private:
  std::unique_ptr<shm::Reader> reader_;
  std::vector<shm::RingCursor> cursors_;
  std::unique_ptr<record::Record> record_ = std::make_unique<record::Record>();
};

} // namespace handspan::app
