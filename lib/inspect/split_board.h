// Where workers find out that packets of one connection went to two of them: the NIC's hash is not
// symmetric, or a direction comes in on a port that spreads otherwise. Each would say for ever that
// it sees one side only, and none could say why.
//
// One board of words that all workers share. Touched at the end of connections of which one
// direction alone was seen, and by nothing else.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace handspan::inspect {

class SplitBoard {
public:
  // For each worker, 256 KiB of the board. A note lasts until another connection takes its place:
  // with 8,000 one-sided connections a second of each worker some four seconds, and the two halves
  // of a split connection end together, or one timeout after the other. What is overwritten is
  // missed: this is evidence, no census.
  static constexpr std::size_t kNotes = 32'768;

  // Throws std::bad_alloc.
  explicit SplitBoard(unsigned workers)
      : mask_(std::bit_ceil(kNotes * workers) - 1),
        notes_(std::make_unique<std::atomic<std::uint64_t>[]>(mask_ + 1)) {}

  // A connection of this hash (of both directions, with the seed that all workers share) has ended
  // at that worker, and only packets from its lower (or higher) endpoint were seen. True if another
  // worker has said before that it saw the other endpoint's only, which takes that note away; else
  // this is noted for the worker to come. One exchange does both, so that of two that come at the
  // same moment exactly one finds the other.
  bool meet(std::uint8_t worker, std::uint64_t hash, bool from_low) {
    std::atomic<std::uint64_t> &place = notes_[hash & mask_];
    const std::uint64_t mine = note(worker, hash, from_low);
    std::uint64_t other = place.load(std::memory_order_relaxed);
    bool met;
    do
      met = is_other_half(other, mine);
    while (!place.compare_exchange_weak(other, met ? 0 : mine, std::memory_order_relaxed));
    return met;
  }

private:
  // hash (54) | worker (8) | endpoint (2), 0 = nothing noted. The place tells the hash's other
  // bits.
  static constexpr unsigned kWorkerBits = 8, kSideBits = 2, kHashShift = kWorkerBits + kSideBits;
  static constexpr std::uint64_t kSides = (1u << kSideBits) - 1;
  static_assert(kNotes >= std::size_t{1} << kHashShift);

  static std::uint64_t note(std::uint8_t worker, std::uint64_t hash, bool from_low) {
    return hash >> kHashShift << kHashShift | std::uint64_t{worker} << kSideBits |
           (from_low ? 1 : 2);
  }
  static bool is_other_half(std::uint64_t a, std::uint64_t b) {
    const std::uint64_t differ = a ^ b;
    return differ >> kHashShift == 0 && differ >> kSideBits != 0 && (differ & kSides) == kSides;
  }

  std::size_t mask_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> notes_;
};

} // namespace handspan::inspect
