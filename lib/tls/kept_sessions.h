// Sessions whose handshake is over, in a compact form, to make room for handshakes: lossless, and
// a small part of a Session's size. Most of a session is empty, or the same as others'.
#pragma once

#include "base/sealed_store.h"
#include "tls/session.h"

#include <cstdint>

namespace handspan::tls {

class KeptSessions {
  // A list's items have words of their own, and so has what is shorter than a word.
  using Store = base::SealedStore<sizeof(Session) / 8 + 64>;

public:
  // Throws std::bad_alloc.
  KeptSessions(std::uint32_t blocks, std::uint64_t seed) : store_(blocks, seed) {}

  static constexpr std::uint64_t bytes_for(std::uint32_t blocks) {
    return Store::bytes_for(blocks);
  }

  // Where it is kept from now on; kNoIndex when there is no room. A part of the blocks is held back
  // for those that grow.
  std::uint32_t put(const Session &session);
  // As it was put, or updated last.
  void get(std::uint32_t place, Session &session) const;
  // It has changed. False when there is no room: then it stays as it was.
  bool update(std::uint32_t place, const Session &session);
  void drop(std::uint32_t place) { store_.drop(place); }

  [[nodiscard]] std::uint32_t used() const { return store_.used(); } // blocks

private:
  Store store_;
};

} // namespace handspan::tls
