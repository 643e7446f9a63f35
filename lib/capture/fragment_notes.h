// Where the fragments of a datagram go, of which the first alone says whose it is.
#pragma once

#include "flow/hash.h"
#include "flow/key.h"
#include "wire/fragment.h"

#include <array>
#include <cstdint>
#include <optional>

namespace handspan::capture {

// One for each receiving core. A note lasts until another datagram takes its place.
class FragmentNotes {
public:
  // A datagram's name: the same for all of its fragments.
  static std::uint64_t name_of(const wire::PacketView &view, const wire::Fragment &f,
                               const flow::Seed &seed) {
    flow::Key key;
    const auto high = static_cast<std::uint16_t>(f.id >> 16),
               low = static_cast<std::uint16_t>(f.id);
    const auto kind = static_cast<std::uint16_t>(f.v6 ? 0x100 : f.protocol);
    const bool low_first = flow::make_key(view.src, high, view.dst, high, kind, key);
    key.ends ^= static_cast<std::uint64_t>(low) << 48;
    key.ends ^= static_cast<std::uint64_t>(low_first) << 47; // the two directions count apart
    return flow::hash(key, seed);
  }

  void put(std::uint64_t name, std::uint32_t worker) { notes_[name % kNotes] = {name, worker}; }
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t name) const {
    const Note &note = notes_[name % kNotes];
    return note.name == name ? std::optional(note.worker) : std::nullopt;
  }

private:
  static constexpr std::size_t kNotes = 4096;
  struct Note {
    std::uint64_t name = 0;
    std::uint32_t worker = 0;
  };
  std::array<Note, kNotes> notes_{};
};

} // namespace handspan::capture
