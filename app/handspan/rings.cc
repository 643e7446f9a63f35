#include "rings.h"

#include "exit_codes.h"
#include "render/units.h"

#include <string>
#include <utility>

namespace handspan::app {

int Rings::attach(const SegmentOptions &options) {
  cursors_.clear();
  Segment segment = open_segment(options);
  if (segment.reader == nullptr)
    return segment.code;
  reader_ = std::move(segment.reader);
  for (std::uint32_t i = 0; i < reader_->workers(); ++i) {
    const auto cursor = reader_->cursor(i, shm::Start::oldest);
    if (!cursor) {
      complain("the daemon's records have another shape (its version is " +
               reader_->info().version + "): use the handspan that came with it");
      return kFault;
    }
    cursors_.push_back(*cursor);
  }
  return kOk;
}

bool Rings::drain(std::size_t worker, std::uint64_t limit, const Take &take,
                  const std::function<bool()> &go_on) {
  bool any = false;
  for (std::uint64_t i = 0; i < limit && go_on(); ++i) {
    const shm::Poll got = cursors_[worker].poll(*record_);
    if (got.kind == shm::Poll::Kind::nothing)
      break;
    any = true;
    if (got.kind == shm::Poll::Kind::lost)
      complain(render::grouped(got.lost) + " records of worker " + std::to_string(worker) +
               " were lost: they were overwritten before they were read");
    else
      take(*record_);
  }
  return any;
}

void Rings::drain_history(const Take &take, const std::function<bool()> &go_on) {
  for (std::size_t i = 0; i < cursors_.size(); ++i)
    drain(i, cursors_[i].backlog(), take, go_on);
}

} // namespace handspan::app
