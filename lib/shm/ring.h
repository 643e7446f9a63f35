// What a ring is to both who fill it and who read it. Private to this folder and its tests.
//
// A ring holds entries one behind the other, whole words each, round and round:
//
//   head      8 bytes   the entry's words, this one included (16 bits), its number (48 bits)
//   packed    record/packed.h's bytes, and zeros up to the next word
//
// Places are counted in bytes from the ring's first entry, and never begin anew: place p lies at p
// modulo the ring's bytes. An entry may lie across the end. Entries are numbered from 0.
//
//   intent   up to where has been written, or is being written
//   tail     up to where can be read
//   starts   for each block of kBlockBytes the place of the first entry that begins in it
#pragma once

#include "record/packed.h"
#include "shm/layout.h"

#include <cstddef>
#include <cstdint>

namespace handspan::shm {

inline constexpr std::size_t kMaxEntry = 8 + record::kPackRoom;
static_assert(kMaxEntry % 8 == 0 && kMaxEntry / 8 <= 0xffff);
static_assert(kMaxEntry < kBlockBytes, "an entry begins in every block");

constexpr std::size_t whole_words(std::size_t bytes) {
  return (bytes + 7) / 8 * 8;
}

struct EntryHead {
  std::uint64_t number = 0;
  std::size_t bytes = 0; // of the entry

  static EntryHead of(std::uint64_t word) {
    return {word >> 16, static_cast<std::size_t>(word & 0xffff) * 8};
  }
  [[nodiscard]] std::uint64_t word() const { return number << 16 | bytes / 8; }
};

// One worker's ring, as ring_writer.h fills it and ring_reader.h empties it.
template <class Byte, class Word> struct RingParts {
  Word *intent = nullptr;
  Word *tail = nullptr;
  Word *starts = nullptr;
  Byte *bytes = nullptr;
  std::uint64_t size = 0; // a multiple of kBlockBytes; 0: there is no ring

  [[nodiscard]] Word *start(std::uint64_t place) const {
    return starts + place % size / kBlockBytes;
  }
  // Calls copy(at, offset, bytes) for the one or two runs that an entry at `place` lies in.
  template <class Copy> void run(std::uint64_t place, std::size_t length, Copy copy) const {
    const std::uint64_t at = place % size;
    const std::size_t first = at + length <= size ? length : static_cast<std::size_t>(size - at);
    copy(bytes + at, std::size_t{0}, first);
    if (first < length)
      copy(bytes, first, length - first);
  }
};
using RingToWrite = RingParts<std::byte, std::uint64_t>;
using RingToRead = RingParts<const std::byte, const std::uint64_t>;

// The ring in a worker's block of a section.
template <class Byte> auto ring_at(Byte *block, const RingSection &section) {
  using Head = std::conditional_t<std::is_const_v<Byte>, const RingBlock, RingBlock>;
  using Word = std::conditional_t<std::is_const_v<Byte>, const std::uint64_t, std::uint64_t>;
  auto *head = reinterpret_cast<Head *>(block);
  return RingParts<Byte, Word>{&head->intent, &head->tail,
                               reinterpret_cast<Word *>(block + section.starts_offset),
                               block + section.ring_offset, section.ring_bytes};
}

} // namespace handspan::shm
