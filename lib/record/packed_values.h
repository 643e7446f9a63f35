// How the value of a field is packed, one way for each kind. Private to packed.cc.
#pragma once

#include "base/address.h"
#include "record/packing.h"
#include "record/varint.h"

#include <array>
#include <cstring>
#include <string_view>

namespace handspan::record::packing {

// One mark, and what it says.
template <class Derived> struct Marked {
  template <class, bool> static constexpr std::size_t kMarks = 1;

  template <class O, class T, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &out, MarksToSet &marks, std::uint8_t *at,
                                                   const T &it, Born) {
    if (it != Born{}()) {
      marks.set();
      at = Derived::put(out, at, it);
    }
    marks.next();
    return at;
  }
  template <class I, class T, class Born, class... More>
  static void unpack(I &in, MarksToTake &marks, T &it, Born, More... more) {
    if (marks.take())
      it = Derived::template get<T>(in, more...);
  }
};

// Of one or two bytes as it is, a longer one as a varint.
struct Number : Marked<Number> {
  template <class T> static constexpr bool kShort = sizeof(T) <= 2;
  template <class T, bool>
  static constexpr std::size_t kMost = kShort<T> ? sizeof(T) : varint_bytes(8 * sizeof(T));
  template <class O, class T>
  [[gnu::always_inline]] static std::uint8_t *put(O &, std::uint8_t *at, const T &it) {
    if constexpr (!kShort<T>)
      return put_varint(at, it);
    std::memcpy(at, &it, sizeof(T));
    return at + sizeof(T);
  }
  template <class T, class I> static T get(I &in) {
    if constexpr (!kShort<T>)
      return static_cast<T>(get_varint(in.bytes));
    T value{};
    const base::Bytes bytes = in.bytes.take(sizeof(T));
    if (!bytes.empty())
      std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }
};

// A byte, or an enumeration, of which `last` is the greatest.
struct Code : Marked<Code> {
  template <class T, bool> static constexpr std::size_t kMost = sizeof(T);
  template <class O, class T>
  [[gnu::always_inline]] static std::uint8_t *put(O &, std::uint8_t *at, const T &it) {
    static_assert(sizeof(T) == 1);
    *at = static_cast<std::uint8_t>(it);
    return at + 1;
  }
  template <class T, class I, class Last, class Otherwise>
  static T get(I &in, Last last, Otherwise otherwise) {
    const std::uint8_t value = in.bytes.u8();
    return value > static_cast<std::uint8_t>(last) ? static_cast<T>(otherwise)
                                                   : static_cast<T>(value);
  }
};

// The mark is all there is.
struct Flag {
  template <class, bool> static constexpr std::size_t kMarks = 1;
  template <class, bool> static constexpr std::size_t kMost = 0;
  template <class O, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &, MarksToSet &marks, std::uint8_t *at,
                                                   bool it, Born) {
    static_assert(!Born{}());
    if (it)
      marks.set();
    marks.next();
    return at;
  }
  template <class I, class Born> static void unpack(I &, MarksToTake &marks, bool &it, Born) {
    it = marks.take();
  }
};

// A signed number: a length of time, a date.
struct Length : Marked<Length> {
  template <class, bool> static constexpr std::size_t kMost = kMaxVarint;
  template <class O>
  [[gnu::always_inline]] static std::uint8_t *put(O &, std::uint8_t *at, std::int64_t it) {
    return put_long_varint(at, folded(it));
  }
  template <class, class I> static std::int64_t get(I &in) {
    return unfolded(get_varint(in.bytes));
  }
};

// The time from which the others are counted. Stands before them.
struct Origin : Marked<Origin> {
  template <class, bool> static constexpr std::size_t kMost = kMaxVarint;
  template <class O>
  [[gnu::always_inline]] static std::uint8_t *put(O &out, std::uint8_t *at, Nanos it) {
    out.first = it;
    return Length::put(out, at, it);
  }
  template <class T, class I> static Nanos get(I &in) {
    in.first = Length::get<T>(in) + in.shift;
    return in.first;
  }
};

struct Time : Marked<Time> {
  template <class, bool> static constexpr std::size_t kMost = kMaxVarint;
  template <class O>
  [[gnu::always_inline]] static std::uint8_t *put(O &out, std::uint8_t *at, Nanos it) {
    return put_long_varint(at, from(out.first, it));
  }
  template <class, class I> static Nanos get(I &in) { return past(in.first, get_varint(in.bytes)); }
};

// In a list: from the item before. No mark: the same time.
struct NextTime {
  template <class, bool> static constexpr std::size_t kMarks = 1;
  template <class, bool> static constexpr std::size_t kMost = kMaxVarint;
  template <class O, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &out, MarksToSet &marks, std::uint8_t *at,
                                                   Nanos it, Born) {
    if (it != out.previous) {
      marks.set();
      at = put_long_varint(at, from(out.previous, it));
      out.previous = it;
    }
    marks.next();
    return at;
  }
  template <class I, class Born> static void unpack(I &in, MarksToTake &marks, Nanos &it, Born) {
    if (marks.take())
      in.previous = past(in.previous, get_varint(in.bytes));
    it = in.previous;
  }
};

// All of an array of bytes, unless all of it is zero.
struct Digits {
  template <class, bool> static constexpr std::size_t kMarks = 1;
  template <class T, bool> static constexpr std::size_t kMost = sizeof(T);
  template <class O, class T, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &, MarksToSet &marks, std::uint8_t *at,
                                                   const T &it, Born) {
    std::array<std::uint32_t, sizeof(T) / 4> words;
    static_assert(sizeof words == sizeof(T));
    std::memcpy(words.data(), it.data(), sizeof words);
    std::uint32_t any = 0;
    for (const std::uint32_t word : words)
      any |= word;
    if (any != 0) {
      marks.set();
      std::memcpy(at, it.data(), sizeof(T));
      at += sizeof(T);
    }
    marks.next();
    return at;
  }
  template <class I, class T, class Born>
  static void unpack(I &in, MarksToTake &marks, T &it, Born) {
    if (!marks.take())
      return;
    const base::Bytes bytes = in.bytes.take(sizeof(T));
    if (!bytes.empty())
      std::memcpy(it.data(), bytes.data(), sizeof(T));
  }
};

struct Ip : Marked<Ip> {
  template <class, bool> static constexpr std::size_t kMost = 1 + sizeof(Address);
  template <class O>
  [[gnu::always_inline]] static std::uint8_t *put(O &, std::uint8_t *at, const Address &it) {
    const std::size_t skipped = it.is_v4() ? 12 : 0; // it stands in the last four
    const std::size_t length = sizeof it.bytes - skipped;
    *at++ = static_cast<std::uint8_t>(length);
    // All sixteen are written: what follows takes the place of what is too much.
    std::array<std::uint8_t, sizeof it.bytes + 12> bytes{};
    std::memcpy(bytes.data(), it.bytes.data(), sizeof it.bytes);
    std::memcpy(at, bytes.data() + skipped, sizeof it.bytes);
    return at + length;
  }
  template <class, class I> static Address get(I &in) {
    const base::Bytes bytes = in.bytes.take(in.bytes.u8());
    if (bytes.size() == 4)
      return Address::v4(bytes.data());
    if (bytes.size() == 16)
      return Address::v6(bytes.data());
    in.bytes.fail();
    return {};
  }
};

// A text behind its length.
[[gnu::always_inline]] inline std::uint8_t *put_text(std::uint8_t *at, std::string_view text) {
  at = put_varint(at, text.size());
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}
inline std::string_view get_text(base::Reader &in) {
  return base::text_of(in.take(get_varint(in)));
}

// A text with room of its own.
struct Word {
  template <class, bool> static constexpr std::size_t kMarks = 1;
  template <class T, bool> static constexpr std::size_t kMost = kMaxVarint + sizeof(T::chars);
  template <class O, class T, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &, MarksToSet &marks, std::uint8_t *at,
                                                   const T &it, Born) {
    if (!it.empty()) {
      marks.set();
      at = put_varint(at, it.length);
      std::memcpy(at, it.chars.data(), sizeof it.chars); // what follows takes the place of the rest
      at += it.length;
    }
    marks.next();
    return at;
  }
  template <class I, class T, class Born>
  static void unpack(I &in, MarksToTake &marks, T &it, Born) {
    if (marks.take())
      (void)it.assign(get_text(in.bytes));
  }
};

// A text in the record's room for texts.
struct Words {
  template <class, bool> static constexpr std::size_t kMarks = 1;
  template <class, bool> static constexpr std::size_t kMost = kMaxVarint;
  template <class O, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &out, MarksToSet &marks, std::uint8_t *at,
                                                   Text it, Born) {
    if (it.length > 0) {
      marks.set();
      // Two fields may point at one text: together they may be longer than what holds them.
      const std::string_view text = out.record->view(it).substr(0, out.text_room);
      out.text_room -= text.size();
      at = put_text(at, text);
    }
    marks.next();
    return at;
  }
  template <class I, class Born> static void unpack(I &in, MarksToTake &marks, Text &it, Born) {
    if (marks.take())
      it = in.record->put(get_text(in.bytes));
  }
};

} // namespace handspan::record::packing
