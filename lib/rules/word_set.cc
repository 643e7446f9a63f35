#include "rules/word_set.h"

#include <algorithm>
#include <bit>

namespace handspan::rules {

void WordSet::add(std::string_view word, Covers covers, std::uint32_t value) {
  Entry entry;
  entry.hash = kBasis;
  for (std::size_t i = word.size(); i-- > 0;)
    entry.hash = step(entry.hash, word[i]);
  entry.at = static_cast<std::uint32_t>(words_.size());
  entry.length = static_cast<std::uint16_t>(word.size());
  entry.value = value;
  entry.covers = covers;
  for (const char c : word)
    words_ += lower(c);
  entries_.push_back(entry);
}

void WordSet::seal() {
  if (entries_.empty())
    return;
  const std::size_t places = std::bit_ceil(std::max<std::size_t>(16, 2 * entries_.size()));
  shift_ = static_cast<unsigned>(32 - std::countr_zero(places));
  table_.assign(places, kNone);
  for (std::uint32_t n = 0; n < entries_.size(); ++n)
    put(n);
  words_.shrink_to_fit();
  entries_.shrink_to_fit();
}

// Entries of one word hang together, the last one first: a word that a list has a million times is
// there once.
void WordSet::put(std::uint32_t n) {
  Entry &entry = entries_[n];
  const std::string_view word(words_.data() + entry.at, entry.length);
  std::size_t i = place(entry.hash);
  while (table_[i] != kNone &&
         (entries_[table_[i]].hash != entry.hash || !is(entries_[table_[i]], word)))
    i = (i + 1) & (table_.size() - 1);
  if (table_[i] != kNone && entries_[table_[i]].value == entry.value) {
    Entry &same = entries_[table_[i]];
    same.covers = static_cast<Covers>(static_cast<unsigned>(same.covers) |
                                      static_cast<unsigned>(entry.covers));
    return;
  }
  entry.next = table_[i];
  table_[i] = n;
}

bool WordSet::is(const Entry &entry, std::string_view text) const {
  return entry.length == text.size() &&
         std::equal(text.begin(), text.end(), words_.begin() + entry.at,
                    [](char c, char small) { return lower(c) == small; });
}

} // namespace handspan::rules
