// What the table of a record's fields is made of. A field has a name, a way to be had, and words
// for people; parts and lists hold fields. The table itself stands in fields_*.h; the JSON of a
// record (json.cc) and the fields that a filter may ask for (fields.cc) are made from it.
// Internal to lib/render.
#pragma once

#include "base/address.h"
#include "base/fixed.h"
#include "base/side.h"
#include "base/time.h"
#include "record/record.h"
#include "record/rules.h"
#include "render/facts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace handspan::render {

// A key as it stands in an object, `,"packets":`, made while Handspan is built and copied in one
// go: what that writes behind `size` is overwritten by what follows. It has no character that JSON
// escapes.
struct KeyText {
  static constexpr std::size_t kRoom = 48;
  template <std::size_t N> consteval KeyText(const char (&name)[N]) : size(N + 3) {
    static_assert(N + 3 <= kRoom);
    text[0] = ',';
    text[1] = text[N + 1] = '"';
    text[N + 2] = ':';
    std::copy(name, name + N - 1, text + 2);
  }
  [[nodiscard]] constexpr std::string_view name() const { return {text + 2, size - 4}; }
  char text[kRoom] = {};
  std::size_t size;
};
template <KeyText kText> constexpr const KeyText &operator""_key() {
  return kText; // a template's argument lives as long as the program
}

// What a field may be, beside a number, a bool, an enum of record/codes.h, an address, a Both of
// these or a FixedVector of them. An optional one that is empty is left out.
struct Bytes {
  std::uint64_t count = 0;
};
struct Span { // a length of time, left out unless it is known
  base::Nanos from = base::kNever, to = base::kNever;
};
struct Moment {
  base::Nanos at = base::kNever;
};
struct Date { // seconds since the epoch; left out if kNever
  std::int64_t seconds = base::kNever;
};
struct Name { // of ours: it has no character that JSON escapes
  std::string_view name;
};
template <class Text> struct Coded { // a number of the wire by its name; left out if kNoCode
  Text name;
  std::uint16_t number = record::kNoCode;
};
template <int kDigits> struct Code { // a number in hexadecimal
  std::uint64_t number = 0;
};
struct Id { // of a connection; left out if it has none
  record::FlowId id;
};
struct Digest { // left out if it is all zeros
  std::span<const std::uint8_t> bytes;
  bool known = true;
  [[nodiscard]] bool is_known() const {
    return known &&
           std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; });
  }
};
struct Title { // "PROXY v1", told as "proxy_v1"; left out if empty
  std::string_view title;
};
struct Lines { // several texts in one; left out if empty
  record::Text text;
  char separator = '\n';
};
struct Groups { // named groups that were offered, by their names; left out if there are none
  const record::Tls *tls = nullptr;
};
struct WholeText { // told even if it is empty
  record::Text text;
};
struct NumberOrWord { // a word where there is no number (kNoNumber)
  std::uint32_t number = record::kNoNumber;
  record::Text word;
};
struct Sentence {}; // the record's summary

// A title as a name: what is neither letter nor digit becomes '_'. At most as long.
inline char *put_title(char *at, std::string_view title) {
  return std::transform(title.begin(), title.end(), at, [](char c) {
    const bool capital = c >= 'A' && c <= 'Z';
    const bool fit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || capital;
    return capital ? static_cast<char>(c - 'A' + 'a') : fit ? c : '_';
  });
}

void each_line(std::string_view lines, char separator, auto take) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find(separator), lines.size());
    take(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

// The word of a code, as it stands in JSON.
template <class Enum> std::string_view word_of(Enum code) {
  return record::name(code);
}
inline std::string_view word_of(base::Side side) {
  return side_name(side);
}
inline std::string_view word_of(record::Kind kind) {
  return kind == record::Kind::handshake ? "handshake" : "connection";
}

template <class T> std::optional<T> when(bool known, const T &value) {
  return known ? std::optional<T>(value) : std::nullopt;
}
// Told only where it is so.
inline std::optional<bool> if_so(bool yes) {
  return when(yes, true);
}

struct Words {
  std::string_view english, chinese;
};

// One value of an object: had by get(record, it) or get(it), `it` being what the object tells of.
template <KeyText kName, class Get> struct Field {
  static constexpr const KeyText &key = kName;
  Get get;
  Words words;
};
template <KeyText kName, class Get>
constexpr auto field(Get get, std::string_view english, std::string_view chinese) {
  return Field<kName, Get>{get, {english, chinese}};
}

// What stands between braces: `of` gives a pointer to (or an optional of) what its members tell of.
// Empty: it is left out.
enum class Shape : std::uint8_t { object, object_if_any, list };
template <KeyText kName, Shape kShape, class Of, class... Members> struct Part {
  static constexpr const KeyText &key = kName;
  static constexpr Shape shape = kShape;
  Of of;
  Words words;
  std::tuple<Members...> members;
};
template <KeyText kName, class Of, class... Members>
constexpr auto object(Of of, std::string_view english, std::string_view chinese,
                      const Members &...members) {
  return Part<kName, Shape::object, Of, Members...>{of, {english, chinese}, {members...}};
}
// Left out, too, if none of its members is known.
template <KeyText kName, class Of, class... Members>
constexpr auto object_if_any(Of of, std::string_view english, std::string_view chinese,
                             const Members &...members) {
  return Part<kName, Shape::object_if_any, Of, Members...>{of, {english, chinese}, {members...}};
}
// An object for each element of what `of` gives.
template <KeyText kName, class Of, class... Members>
constexpr auto list(Of of, std::string_view english, std::string_view chinese,
                    const Members &...members) {
  return Part<kName, Shape::list, Of, Members...>{of, {english, chinese}, {members...}};
}

template <class Get, class It>
decltype(auto) had(const Get &get, const record::Record &record, const It &it) {
  if constexpr (std::is_invocable_v<Get, const record::Record &, const It &>)
    return get(record, it);
  else
    return std::invoke(get, it);
}

template <class T> struct IsPart : std::false_type {};
template <KeyText kName, Shape kShape, class Of, class... Members>
struct IsPart<Part<kName, kShape, Of, Members...>> : std::true_type {};

} // namespace handspan::render
