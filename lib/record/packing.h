// What the kinds of fields that fields.def names have in common when they are packed. Private to
// packed.cc, as packed_values.h and packed_structs.h are, where the kinds stand.
//
// A struct is packed as a row of marks, one bit or more for each field in order, in whole bytes,
// and behind it what the marked fields hold. A field that has the value it is born with has no mark
// and takes no bytes. Numbers are those of varint.h; times are told from the record's first packet.
#pragma once

#include "base/bytes.h"
#include "base/reader.h"
#include "record/record.h"

#include <cstddef>
#include <cstdint>

namespace handspan::record::packing {

// The marks of a struct, where they lie packed. In straight code, as Fields::each() makes it, a
// mark's place is a constant.
template <class Byte> class Marks {
public:
  explicit Marks(Byte *at) : at_(at) {}

  // Of the field whose turn it is.
  [[gnu::always_inline]] void set() { at_[next_ / 8] |= Byte{1} << next_ % 8; }
  [[gnu::always_inline]] bool take() {
    const bool mark = (at_[next_ / 8] >> next_ % 8 & 1) != 0;
    ++next_;
    return mark;
  }
  [[gnu::always_inline]] void next() { ++next_; }

private:
  Byte *at_;
  unsigned next_ = 0;
};
using MarksToSet = Marks<std::uint8_t>;
using MarksToTake = Marks<const std::uint8_t>;

// What packing needs beside the field. Where it stands is handed from field to field.
template <bool kEventOnly> struct Out {
  static constexpr bool kEvent = kEventOnly;
  const Record *record = nullptr; // whose texts they are
  Nanos first = 0;
  Nanos previous = 0;                           // the time before, in a list
  std::size_t text_room = sizeof(Record::text); // for texts that are still to come
};
template <bool kEventOnly> struct In {
  static constexpr bool kEvent = kEventOnly;
  base::Reader bytes;
  Record *record = nullptr;
  Nanos first = 0;
  Nanos shift = 0; // of the first packet, and so of all that is told from it
  Nanos previous = 0;
};

// From one time to another, of any two; those before the first take the most bytes.
constexpr std::uint64_t from(Nanos start, Nanos time) {
  return static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(start);
}
constexpr Nanos past(Nanos start, std::uint64_t packed) {
  return static_cast<Nanos>(static_cast<std::uint64_t>(start) + packed);
}

// The fields of a struct, made from fields.def in packed.cc:
//   there(it)       false if it says of itself that it means nothing
//   kSizes<event>   how many marks it has, and how many bytes it takes at most, texts apart
//   each(it, visit) calls visit<Kind>(member, born, more...) for each; born() is the value that the
//                   member is born with
template <class T> struct Fields;

template <class T, bool kEvent>
inline constexpr std::size_t kMarkBytes = (Fields<T>::template kSizes<kEvent>.marks + 7) / 8;

// Gives back where it wrote up to. Of a group: `at`, if nothing was marked.
template <class O, class T> std::uint8_t *pack_fields(O &out, std::uint8_t *at, const T &it);
template <class O, class T> std::uint8_t *pack_item(O &out, std::uint8_t *at, const T &it);
template <class I, class T> void unpack_fields(I &in, T &it);

} // namespace handspan::record::packing
