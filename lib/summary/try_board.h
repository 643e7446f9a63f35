// Who tried which server when, and whether it went well: what a failure's worker must know of the
// tries that came after it, which the NIC may have given to another.
//
// One board of words that all workers share. Touched when a handshake or a connection ends, with
// one store; looked at when it is time to say what became of a failure.
#pragma once

#include "record/retry.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace handspan::summary {

class TryBoard {
public:
  // 8 MiB. A client and a server share a line, which holds their tries of the last half minute;
  // another pair may take its places. What is overwritten is missed: evidence, no census.
  static constexpr std::size_t kLines = 131'072, kLine = 8;

  // The seed keeps others from aiming at one line. Throws std::bad_alloc.
  TryBoard(std::uint64_t seed, unsigned workers)
      : seed_(seed | 1), workers_(workers), lines_(std::make_unique<Line[]>(kLines)) {}

  struct Try {
    std::uint64_t pair = 0; // hash of client and server
    std::uint64_t name = 0; // of the server's name; 0: it gave none
    bool plain = false;     // it got past the TCP handshake and spoke no TLS
  };
  // Of the parties of a record.
  [[nodiscard]] Try try_of(const record::Record &record) const;

  void note(const Try &who, base::Nanos begun, bool good);

  // What is known of later tries on the same errand, begun from then on within the window.
  struct Later {
    bool any = false, good = false;
  };
  [[nodiscard]] Later later(const Try &failed, bool was_tls, base::Nanos at,
                            base::Nanos window) const;

  // In a replay, where each worker has a time of its own: all tries of this worker are noted. True
  // once that holds for all.
  void arrive() { arrived_.fetch_add(1, std::memory_order_acq_rel); }
  [[nodiscard]] bool all_arrived() const {
    return arrived_.load(std::memory_order_acquire) >= workers_;
  }

private:
  using Word = std::uint64_t;
  struct alignas(64) Line {
    std::atomic<Word> words[kLine];
  };

  std::uint64_t seed_;
  unsigned workers_;
  std::unique_ptr<Line[]> lines_;
  std::atomic<unsigned> arrived_{0};
};

} // namespace handspan::summary
