// What became of failures: was it tried again, and did that go well? Decided by the worker that saw
// the failure, once nothing can change it any more, from the tries that all workers note.
#pragma once

#include "summary/history.h"
#include "summary/try_board.h"
#include "summary/word.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace handspan::summary {

inline constexpr std::size_t kBys = 5;

// By cause and by whose hand. What is in none of them is still to be decided.
struct Fates {
  Matrix<kCauseRoom, kBys> recovered;     // a later try within the window succeeded
  Matrix<kCauseRoom, kBys> not_recovered; // none did
  Matrix<kCauseRoom, kBys> retried;       // of both: there was a later try
  std::uint64_t early = 0;                // of both: decided before the window was over, for room

  void merge(const Fates &other);
};

class FateWriter {
public:
  // Failures that wait for their window's end; then the oldest is decided early.
  static constexpr std::size_t kMostWaiting = 65'536;
  // A try that began within the window may end after it.
  static constexpr base::Nanos kGrace = 5 * base::kSecond;

  // Without a board nothing is decided.
  FateWriter(Fates &fates, TryBoard *board, base::Nanos window);

  // A record of either kind.
  void add(const record::Record &record);
  // To be called often, with the present time.
  void turn(base::Nanos now) {
    if (waiting_ > 0 && !held_ && due_ <= now)
      decide(now);
  }
  // Nothing is decided before finish().
  void hold() { held_ = true; }
  // Decides what was over by the last record.
  void finish();

private:
  struct Failure {
    base::Nanos at = 0;
    TryBoard::Try who;
    std::uint8_t cause = 0, by = 0;
    bool tls = false;
  };

  [[nodiscard]] base::Nanos over(const Failure &failure) const { return failure.at + window_; }
  void decide(base::Nanos now);
  void decide_oldest();
  void look_ahead();

  Fates &fates_;
  TryBoard *board_;
  base::Nanos window_;
  std::vector<Failure> ring_;
  std::size_t oldest_ = 0, waiting_ = 0;
  base::Nanos due_ = 0; // when the oldest is to be decided
  base::Nanos latest_ = 0;
  bool held_ = false;
};

} // namespace handspan::summary
