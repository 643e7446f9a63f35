// Where workers find out that packets of one connection went to two of them: the NIC's hash is not
// symmetric, or a direction comes in on a port that spreads otherwise. Each would say for ever that
// it sees one side only, and none could say why.
//
// A board for each worker, written by it alone, in ordinary memory that all of them read. Touched
// at the end of connections of which one direction alone was seen, and by nothing else.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace handspan::inspect {

class SplitBoard {
public:
  // Of each worker, 32 KiB. A note lasts until another connection takes its place: with 1,000
  // one-sided connections a second some four seconds, and the two halves of a split connection end
  // together, or one timeout after the other. What is overwritten is missed: this is evidence, no
  // census.
  static constexpr std::size_t kNotes = 4096;

  // Throws std::bad_alloc.
  explicit SplitBoard(unsigned workers)
      : boards_(std::make_unique<Board[]>(workers)), workers_(workers) {}

  // For that worker's thread alone: a connection of this hash (of both directions, with the seed
  // that all workers share) has ended, and only packets from its lower (or higher) endpoint were
  // seen. True if another worker has said before that it saw the other endpoint's only; else it is
  // noted for the worker to come. Asks first and notes then: two that do so at the same moment both
  // find nothing, but nothing is told twice.
  bool meet(unsigned worker, std::uint64_t hash, bool from_low) {
    const std::size_t at = hash >> kSideBits & (kNotes - 1);
    for (unsigned other = 0; other < workers_; ++other)
      if (other != worker &&
          boards_[other].notes[at].load(std::memory_order_relaxed) == note(hash, !from_low))
        return true;
    if (worker < workers_)
      boards_[worker].notes[at].store(note(hash, from_low), std::memory_order_relaxed);
    return false;
  }

private:
  static constexpr unsigned kSideBits = 2; // in the place of the hash's lowest; 0 = nothing noted

  static std::uint64_t note(std::uint64_t hash, bool from_low) {
    return (hash & ~std::uint64_t{3}) | (from_low ? 1 : 2);
  }

  struct alignas(64) Board {
    std::array<std::atomic<std::uint64_t>, kNotes> notes{};
  };

  std::unique_ptr<Board[]> boards_;
  unsigned workers_;
};

} // namespace handspan::inspect
