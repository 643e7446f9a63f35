// How a record's JSON is written, and the parts it is made of. Internal to lib/render.
#pragma once

#include "record/record.h"
#include "render/facts.h"
#include "render/field.h"
#include "render/json_text.h"
#include "render/units.h"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace handspan::render {

// The text, in memory that is kept from record to record.
class JsonWriter {
public:
  JsonWriter() = default;
  JsonWriter(const JsonWriter &) = delete;
  JsonWriter &operator=(const JsonWriter &) = delete;

  // Forgets what was written.
  void restart() { at_ = room_.data(); }
  // Good until something is written.
  [[nodiscard]] std::string_view text() const { return {room_.data(), at_}; }

  // `put` writes at most `most` characters to a place, and returns their end.
  void write(std::size_t most, auto put) {
    if (static_cast<std::size_t>(room_.data() + room_.size() - at_) < most)
      grow(most);
    at_ = put(at_);
  }
  void write(char mark) {
    write(1, [mark](char *at) {
      *at = mark;
      return at + 1;
    });
  }

private:
  void grow(std::size_t most) {
    const auto used = static_cast<std::size_t>(at_ - room_.data());
    room_.resize(2 * (used + most));
    at_ = room_.data() + used;
  }

  std::vector<char> room_ = std::vector<char>(8192);
  char *at_ = room_.data();
};

// Writes what `put` writes, in quotes.
char *put_quoted(char *at, auto put) {
  *at++ = '"';
  at = put(at);
  *at++ = '"';
  return at;
}

// A name of ours, in quotes: it has no character that JSON escapes.
inline char *put_json_name(char *at, std::string_view name) {
  return put_quoted(at, [name](char *begin) {
    std::memcpy(begin, name.data(), name.size());
    return begin + name.size();
  });
}

class Object;

// An array, written from its making to its end.
class Array {
public:
  Array(Object &in, const KeyText &key);
  Array(const Array &) = delete;
  Array &operator=(const Array &) = delete;
  ~Array() {
    if (empty_)
      to_.write('[');
    to_.write(']');
  }

  // An element that `put` writes, of at most `most` characters.
  void element(std::size_t most, auto put) {
    to_.write(1 + most, [&](char *at) {
      *at++ = empty_ ? '[' : ',';
      return put(at);
    });
    empty_ = false;
  }
  void number(std::unsigned_integral auto number) {
    element(kNumber, [=](char *at) { return std::to_chars(at, at + kNumber, number).ptr; });
  }
  // "0x0303" with four digits
  void hex(std::uint64_t number, int digits) {
    element(kHex64 + 2, [=](char *at) {
      *at++ = '"';
      at = put_hex(at, number, digits);
      *at++ = '"';
      return at;
    });
  }
  // A name of ours.
  void name(std::string_view name) {
    element(name.size() + 2, [=](char *at) { return put_json_name(at, name); });
  }
  // A text from outside.
  void text(std::string_view text) {
    element(json_text_room(text), [=](char *at) { return put_json_text(at, text); });
  }

  static constexpr std::size_t kNumber = 20;

private:
  friend class Object;
  JsonWriter &to_;
  bool empty_ = true;
};

// An object, written from its making to its end. While it is, nothing is put into what holds it.
class Object {
public:
  explicit Object(JsonWriter &to) : to_(to) {}
  Object(Object &in, const KeyText &key) : to_(in.to_) { in.begin(key); }
  explicit Object(Array &in) : to_(in.to_) {
    in.element(0, [](char *at) { return at; });
  }
  Object(const Object &) = delete;
  Object &operator=(const Object &) = delete;
  ~Object() {
    if (empty_ && in_ != nullptr)
      return;
    if (empty_)
      to_.write('{');
    to_.write('}');
  }

  // Left out if nothing is put into it.
  struct IfAny {};
  Object(Object &in, const KeyText &key, IfAny) : to_(in.to_), in_(&in), key_(&key) {}

  // A member whose value `put` writes, of at most `most` characters.
  void member(const KeyText &key, std::size_t most, auto put) {
    if (empty_ && in_ != nullptr)
      in_->begin(*key_);
    to_.write(KeyText::kRoom + most, [&](char *at) {
      std::memcpy(at, key.text, KeyText::kRoom);
      *at = empty_ ? '{' : ',';
      return put(at + key.size);
    });
    empty_ = false;
  }
  // The same in quotes, which `put` does not write: it has no character that JSON escapes.
  void quoted(const KeyText &key, std::size_t most, auto put) {
    member(key, most + 2, [&](char *at) { return put_quoted(at, put); });
  }

  void put(const KeyText &key, bool yes) {
    const std::string_view word = yes ? "true" : "false";
    member(key, word.size(), [=](char *at) { return std::copy(word.begin(), word.end(), at); });
  }
  void put(const KeyText &key, std::unsigned_integral auto number) {
    static constexpr std::size_t kMost = Array::kNumber;
    member(key, kMost, [=](char *at) { return std::to_chars(at, at + kMost, number).ptr; });
  }
  template <class T> void put(const KeyText &key, const base::Both<T> &both) {
    member(key, kJsonBoth, [&](char *at) { return put_json_both(at, both.client, both.server); });
  }
  // A name of ours.
  void name(const KeyText &key, std::string_view name) {
    member(key, name.size() + 2, [=](char *at) { return put_json_name(at, name); });
  }
  // A text from outside.
  void whole_text(const KeyText &key, std::string_view text) {
    member(key, json_text_room(text), [=](char *at) { return put_json_text(at, text); });
  }
  // The same, left out if it is empty.
  void text(const KeyText &key, std::string_view text) {
    if (!text.empty())
      whole_text(key, text);
  }
  // The time from one moment to a later one, in seconds; left out if it is not known.
  void span(const KeyText &key, base::Nanos from, base::Nanos to) {
    if (const auto length = between(from, to))
      member(key, kJsonSeconds, [&](char *at) { return put_json_seconds(at, *length); });
  }
  void hex(const KeyText &key, std::span<const std::uint8_t> bytes) {
    quoted(key, 2 * bytes.size(), [=](char *at) { return put_hex(at, bytes); });
  }
  // "0x0303" with four digits
  void hex(const KeyText &key, std::uint64_t number, int digits) {
    quoted(key, kHex64, [=](char *at) { return put_hex(at, number, digits); });
  }
  void address(const KeyText &key, const base::Address &address) {
    quoted(key, kAddress, [&](char *at) { return put_address(at, address); });
  }

private:
  friend class Array;
  void begin(const KeyText &key) {
    member(key, 0, [](char *at) { return at; });
  }

  JsonWriter &to_;
  Object *in_ = nullptr; // where it is left out unless something is put into it
  const KeyText *key_ = nullptr;
  bool empty_ = true;
};

inline Array::Array(Object &in, const KeyText &key) : to_(in.to_) {
  in.begin(key);
}

} // namespace handspan::render
