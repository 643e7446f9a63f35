// Words and domains, by hash: which of up to a million entries are this text, or a domain that this
// name lies below? One look for each dot in the name, whatever the number of entries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::rules {

class WordSet {
public:
  // How an entry is meant.
  enum class Covers : std::uint8_t {
    itself = 1,
    below = 2, // names that end with a dot and the entry
    both = 3,
  };

  // `value` comes back where the entry is found; letters count as small ones. Any number of
  // entries may be the same word.
  void add(std::string_view word, Covers covers, std::uint32_t value);
  // Once, when all are in.
  void seal();

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }

  // Calls hit(value, offset of the entry in `text`) for each entry that covers it. `below`: the
  // text is a name, whose ends are looked for as well. Allocates nothing.
  template <class Hit> void find(std::string_view text, bool below, Hit &&hit) const {
    std::uint32_t hash = kBasis;
    for (std::size_t i = text.size(); i-- > 0;) {
      const bool whole = i == 0;
      hash = step(hash, text[i]);
      if (whole || (below && text[i - 1] == '.'))
        look(text.substr(i), hash, whole, i, hit);
    }
  }

private:
  static constexpr std::uint32_t kBasis = 0x811c9dc5, kPrime = 0x01000193; // FNV-1a
  static constexpr std::uint32_t kNone = 0xffffffff;

  struct Entry {
    std::uint32_t hash = 0;
    std::uint32_t at = 0; // in words_
    std::uint32_t value = 0;
    std::uint32_t next = kNone; // of the same word
    std::uint16_t length = 0;
    Covers covers = Covers::itself;
  };

  static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
  static std::uint32_t step(std::uint32_t hash, char c) {
    return (hash ^ static_cast<std::uint8_t>(lower(c))) * kPrime;
  }
  // The high bits are the well mixed ones.
  [[nodiscard]] std::size_t place(std::uint32_t hash) const {
    return (hash * 0x9e3779b1u) >> shift_;
  }
  [[nodiscard]] bool is(const Entry &entry, std::string_view text) const;
  void put(std::uint32_t entry);

  template <class Hit>
  void look(std::string_view text, std::uint32_t hash, bool whole, std::size_t at, Hit &hit) const {
    if (table_.empty())
      return;
    for (std::size_t i = place(hash); table_[i] != kNone; i = (i + 1) & (table_.size() - 1)) {
      const Entry &word = entries_[table_[i]];
      if (word.hash != hash || !is(word, text))
        continue;
      const auto wanted = static_cast<std::uint8_t>(whole ? Covers::itself : Covers::below);
      for (std::uint32_t n = table_[i]; n != kNone; n = entries_[n].next)
        if ((static_cast<std::uint8_t>(entries_[n].covers) & wanted) != 0)
          hit(entries_[n].value, at);
      return;
    }
  }

  std::string words_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> table_; // of words; a power of two, half empty at least
  unsigned shift_ = 0;
};

} // namespace handspan::rules
