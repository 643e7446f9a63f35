#include "summary/fates.h"

#include <algorithm>

namespace handspan::summary {

using record::Kind;
using record::Outcome;
using record::Record;

void Fates::merge(const Fates &other) {
  recovered.merge(other.recovered);
  not_recovered.merge(other.not_recovered);
  retried.merge(other.retried);
  early += other.early;
}

FateWriter::FateWriter(Fates &fates, TryBoard *board, base::Nanos window)
    : fates_(fates), board_(board), window_(window), ring_(board == nullptr ? 0 : kMostWaiting) {}

void FateWriter::add(const Record &record) {
  if (board_ == nullptr)
    return;
  latest_ = std::max(latest_, record.last);
  const bool good = record.outcome == Outcome::completed || record.tls.established;
  const bool failed = record.outcome == Outcome::failed && record.kind == Kind::connection;
  // Nobody asks any more for what began so long ago, and its handshake was noted then.
  const bool asked_for = base::elapsed(record.first, record.last) <= window_ + kGrace;
  const TryBoard::Try who = board_->try_of(record);
  if (asked_for && (good || record.kind == Kind::connection))
    board_->note(who, record.first, good);
  if (!failed)
    return;
  if (waiting_ == ring_.size()) {
    bump(fates_.early);
    decide_oldest();
  }
  ring_[(oldest_ + waiting_++) % ring_.size()] = {
      record::failed_at(record), who, static_cast<std::uint8_t>(record.cause),
      static_cast<std::uint8_t>(record.by), record.tls.present};
  look_ahead();
}

void FateWriter::look_ahead() {
  if (waiting_ > 0)
    due_ = over(ring_[oldest_]) + kGrace;
}

void FateWriter::decide(base::Nanos now) {
  static constexpr int kTurn = 64; // that a burst must not wait for more
  for (int i = 0; i < kTurn && waiting_ > 0 && due_ <= now; ++i)
    decide_oldest();
}

void FateWriter::decide_oldest() {
  const Failure &failure = ring_[oldest_];
  const TryBoard::Later later = board_->later(failure.who, failure.tls, failure.at, window_);
  (later.good ? fates_.recovered : fates_.not_recovered).count(failure.cause, failure.by);
  if (later.any)
    fates_.retried.count(failure.cause, failure.by);
  oldest_ = (oldest_ + 1) % ring_.size();
  --waiting_;
  look_ahead();
}

void FateWriter::finish() {
  for (std::size_t left = waiting_; left > 0; --left) {
    const Failure failure = ring_[oldest_];
    const bool good = board_->later(failure.who, failure.tls, failure.at, window_).good;
    if (good || over(failure) <= latest_) {
      decide_oldest();
    } else { // it stays undecided
      oldest_ = (oldest_ + 1) % ring_.size();
      --waiting_;
    }
  }
}

} // namespace handspan::summary
