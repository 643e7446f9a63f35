// How a field that holds others is packed, one way for each kind. Private to packed.cc.
#pragma once

#include "record/packing.h"
#include "record/varint.h"

#include <tuple>
#include <type_traits>
#include <utility>

namespace handspan::record::packing {

struct Group {
  template <class, bool> static constexpr std::size_t kMarks = 1;
  template <class T, bool kEvent>
  static constexpr std::size_t kMost = Fields<T>::template kSizes<kEvent>.most;
  template <class O, class T, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &out, MarksToSet &marks, std::uint8_t *at,
                                                   const T &it, Born) {
    std::uint8_t *end = at;
    if (Fields<T>::there(it))
      end = pack_fields(out, at, it);
    if (end != at)
      marks.set();
    marks.next();
    return end;
  }
  template <class I, class T, class Born>
  static void unpack(I &in, MarksToTake &marks, T &it, Born) {
    if (marks.take())
      unpack_fields(in, it);
  }
};

// A FixedVector of structs: how many, then one behind the other, marks or none.
struct List {
  template <class, bool> static constexpr std::size_t kMarks = 1;
  template <class T> using Item = std::remove_cvref_t<decltype(std::declval<T>()[0])>;
  template <class T, bool kEvent>
  static constexpr std::size_t
      kMost = kMaxVarint +
              sizeof(T::items) / sizeof(Item<T>) * Fields<Item<T>>::template kSizes<kEvent>.most;
  template <class O, class T, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &out, MarksToSet &marks, std::uint8_t *at,
                                                   const T &it, Born) {
    if (!it.empty()) {
      marks.set();
      at = put_varint(at, it.size());
      out.previous = out.first;
      for (const auto &item : it)
        at = pack_item(out, at, item);
    }
    marks.next();
    return at;
  }
  template <class I, class T, class Born>
  static void unpack(I &in, MarksToTake &marks, T &it, Born) {
    if (!marks.take())
      return;
    in.previous = in.first;
    for (std::uint64_t left = get_varint(in.bytes); left > 0 && in.bytes.ok(); --left) {
      Item<T> item{};
      unpack_fields(in, item);
      if (!it.push(item))
        in.bytes.fail(); // more than there can be
    }
  }
};

// The same of both sides, with one mark.
template <class Kind> struct Pair {
  template <class T> using Side = decltype(T::client);
  template <class, bool> static constexpr std::size_t kMarks = 1;
  template <class T, bool kEvent>
  static constexpr std::size_t kMost = 2 * Kind::template kMost<Side<T>, kEvent>;
  template <class O, class T, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &out, MarksToSet &marks, std::uint8_t *at,
                                                   const T &it, Born) {
    constexpr T kBorn = Born{}();
    if (((it.client ^ kBorn.client) | (it.server ^ kBorn.server)) != 0) {
      marks.set();
      at = Kind::put(out, Kind::put(out, at, it.client), it.server);
    }
    marks.next();
    return at;
  }
  template <class I, class T, class Born>
  static void unpack(I &in, MarksToTake &marks, T &it, Born) {
    if (!marks.take())
      return;
    it.client = Kind::template get<Side<T>>(in);
    it.server = Kind::template get<Side<T>>(in);
  }
};

// The same of each element of an array.
template <class Kind> struct Each {
  template <class T, bool kEvent>
  static constexpr std::size_t kMarks =
      std::tuple_size_v<T> *Kind::template kMarks<typename T::value_type, kEvent>;
  template <class T, bool kEvent>
  static constexpr std::size_t kMost =
      std::tuple_size_v<T> *Kind::template kMost<typename T::value_type, kEvent>;
  template <class O, class T, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &out, MarksToSet &marks, std::uint8_t *at,
                                                   const T &it, Born) {
    const auto one = [&](const auto &item) __attribute__((always_inline)) {
      at = Kind::pack(out, marks, at, item, [] { return Born{}()[0]; });
    };
    std::apply(
        [&](const auto &...items) __attribute__((always_inline)) { (one(items), ...); }, it);
    return at;
  }
  template <class I, class T, class Born>
  static void unpack(I &in, MarksToTake &marks, T &it, Born) {
    for (auto &item : it)
      Kind::unpack(in, marks, item, [] { return Born{}()[0]; });
  }
};

// A group of each side.
struct Groups {
  template <class, bool> static constexpr std::size_t kMarks = 2;
  template <class T, bool kEvent>
  static constexpr std::size_t kMost = 2 * Group::kMost<decltype(T::client), kEvent>;
  template <class O, class T, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &out, MarksToSet &marks, std::uint8_t *at,
                                                   const T &it, Born born) {
    return Group::pack(out, marks, Group::pack(out, marks, at, it.client, born), it.server, born);
  }
  template <class I, class T, class Born>
  static void unpack(I &in, MarksToTake &marks, T &it, Born born) {
    Group::unpack(in, marks, it.client, born);
    Group::unpack(in, marks, it.server, born);
  }
};

// Not packed here.
struct Elsewhere {
  template <class, bool> static constexpr std::size_t kMarks = 0;
  template <class, bool> static constexpr std::size_t kMost = 0;
  template <class O, class T, class Born>
  [[gnu::always_inline]] static std::uint8_t *pack(O &, MarksToSet &, std::uint8_t *at, const T &,
                                                   Born) {
    return at;
  }
  template <class I, class T, class Born> static void unpack(I &, MarksToTake &, T &, Born) {}
};

} // namespace handspan::record::packing
