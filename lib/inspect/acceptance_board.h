// Which client went on in TLS with which certificate of which server: who did so just now did not
// refuse it in another connection, which it closed without a word. Browsers open connections that
// they do not use, and the NIC may give each to another worker.
//
// One board of words that all workers share. Touched when a client's first data follows the
// handshake, and at the end of TLS connections that were not used.
#pragma once

#include "base/address.h"
#include "base/wide.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

namespace handspan::inspect {

class AcceptanceBoard {
public:
  // 512 KiB. What another acceptance took the place of is missed: this is evidence, no census.
  static constexpr std::size_t kNotes = 65'536;

  // The seed keeps others from aiming at one place. Throws std::bad_alloc.
  explicit AcceptanceBoard(std::uint64_t seed)
      : seed_(seed | 1), notes_(std::make_unique<std::atomic<std::uint64_t>[]>(kNotes)) {}

  struct Acceptance {
    base::Address client, server;
    std::uint16_t port; // the server's
    std::array<std::uint8_t, 32> sha256;
  };

  void note(const Acceptance &what) {
    // Not looked at before: the line is seldom at hand, and nobody waits for a store.
    const std::uint64_t hash = hash_of(what);
    notes_[hash % kNotes].store(hash, std::memory_order_relaxed);
  }
  [[nodiscard]] bool knows(const Acceptance &what) const {
    const std::uint64_t hash = hash_of(what);
    return notes_[hash % kNotes].load(std::memory_order_relaxed) == hash;
  }

private:
  // Never 0, which is an empty place.
  [[nodiscard]] std::uint64_t hash_of(const Acceptance &what) const {
    std::uint64_t certificate;
    std::memcpy(&certificate, what.sha256.data(), sizeof certificate);
    std::uint64_t hash = seed_;
    for (const std::uint64_t word : {what.client.word(0), what.client.word(1), what.server.word(0),
                                     what.server.word(1) ^ what.port, certificate}) {
      const base::Wide product = static_cast<base::Wide>(hash ^ word) * 0x9e3779b97f4a7c15;
      hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }
    return hash | std::uint64_t{1} << 63;
  }

  std::uint64_t seed_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> notes_;
};

} // namespace handspan::inspect
