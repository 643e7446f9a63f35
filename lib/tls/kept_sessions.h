// Sessions whose handshake is over, in a compact form, to make room for handshakes: lossless, and
// an eighth of a Session's size. Most of a session is empty, or repeats what stands beside it.
#pragma once

#include "base/index_pool.h"
#include "base/memory.h"
#include "tls/session.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace handspan::tls {

inline constexpr std::size_t kKeptBlock = 64;

class KeptSessions {
public:
  // Throws std::bad_alloc.
  explicit KeptSessions(std::uint32_t blocks) : blocks_(blocks), next_(blocks), free_(blocks) {}

  static constexpr std::uint64_t bytes_for(std::uint64_t blocks) {
    return blocks * (sizeof(Block) + sizeof(std::uint32_t)) + base::IndexPool::bytes_for(blocks);
  }

  // Where it is kept from now on; kNoIndex when there is no room. A part of the blocks is held back
  // for those that grow.
  std::uint32_t put(Session &session);
  // As it was put, or updated last.
  void get(std::uint32_t place, Session &session) const;
  // It has changed. False when there is no room: then it stays as it was.
  bool update(std::uint32_t place, Session &session);
  void drop(std::uint32_t place);

  [[nodiscard]] std::uint32_t used() const { return free_.used(); }

private:
  using Block = std::array<std::uint8_t, kKeptBlock>;

  bool write(std::uint32_t place, std::span<const std::uint8_t> bytes);

  base::BigArray<Block> blocks_;
  base::BigArray<std::uint32_t> next_; // by block: the one after it of the same session
  base::IndexPool free_;
};

} // namespace handspan::tls
