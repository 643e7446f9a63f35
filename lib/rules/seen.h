// Texts that were passed over, and what was found in them: names, suites and fingerprints come
// again and again. One a worker, for the set that its scratch is of; of a fixed size.
#pragma once

#include "rules/rule.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace handspan::rules {

class Seen {
public:
  static constexpr std::size_t kText = 92, kTerms = 7, kEntries = 1'024;

  struct Entry {
    std::uint8_t field = 0xff; // 0xff: empty
    std::uint8_t length = 0;
    std::uint8_t count = 0;
    std::array<char, kText> text;
    std::array<std::uint32_t, kTerms> terms;

    [[nodiscard]] bool is(Field of, std::string_view what) const {
      return field == static_cast<std::uint8_t>(of) && length == what.size() &&
             same(text.data(), what.data(), what.size());
    }
    [[nodiscard]] std::span<const std::uint32_t> found() const {
      return std::span(terms).first(count);
    }
    void set(Field of, std::string_view what, std::span<const std::uint32_t> found) {
      field = static_cast<std::uint8_t>(of);
      length = static_cast<std::uint8_t>(what.size());
      count = static_cast<std::uint8_t>(found.size());
      std::copy(what.begin(), what.end(), text.begin());
      std::copy(found.begin(), found.end(), terms.begin());
    }
  };
  static_assert(sizeof(Entry) == 124);

  Seen() : entries_(kEntries) {}

  static bool takes(std::string_view text) { return text.size() <= kText; }
  // What the field had the time before, if this is it: null, if not.
  [[nodiscard]] const Entry *again(Field field, std::string_view text) const {
    const Entry *last = last_[static_cast<std::size_t>(field)];
    return last != nullptr && last->is(field, text) ? last : nullptr;
  }
  // Null if it is not there.
  const Entry *find(Field field, std::string_view text) {
    const Entry &entry = place(field, text);
    if (!entry.is(field, text))
      return nullptr;
    last_[static_cast<std::size_t>(field)] = &entry;
    return &entry;
  }
  void keep(Field field, std::string_view text, std::span<const std::uint32_t> found) {
    place(field, text).set(field, text, found);
  }

private:
  // The only place for such a text.
  Entry &place(Field field, std::string_view text) {
    std::uint64_t hash = static_cast<std::uint64_t>(field) << 8 | text.size();
    const char *at = text.data(), *const end = at + text.size();
    if (text.size() < 8) {
      for (; at != end; ++at)
        hash = mixed(hash, static_cast<std::uint8_t>(*at));
    } else {
      for (; end - at > 8; at += 8)
        hash = mixed(hash, word(at));
      hash = mixed(hash, word(end - 8)); // those before it may be in it twice
    }
    return entries_[hash >> 54];
  }

  static_assert(kEntries == 1u << (64 - 54));
  // For so short texts faster than a call.
  static bool same(const char *a, const char *b, std::size_t bytes) {
    if (bytes < 8) {
      for (std::size_t at = 0; at < bytes; ++at)
        if (a[at] != b[at])
          return false;
      return true;
    }
    for (std::size_t at = 0; at + 8 < bytes; at += 8)
      if (word(a + at) != word(b + at))
        return false;
    return word(a + bytes - 8) == word(b + bytes - 8);
  }
  static std::uint64_t word(const char *at) {
    std::uint64_t bytes;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
  }
  static std::uint64_t mixed(std::uint64_t hash, std::uint64_t bytes) {
    hash = (hash ^ bytes) * 0x9e3779b97f4a7c15;
    return hash ^ hash >> 29;
  }

  std::vector<Entry> entries_;
  std::array<const Entry *, kFields> last_{};
};

} // namespace handspan::rules
