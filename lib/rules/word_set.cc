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
  for (std::size_t n = 0; n < entries_.size(); ++n) {
    std::size_t i = place(entries_[n].hash);
    while (table_[i] != kNone)
      i = (i + 1) & (places - 1);
    table_[i] = static_cast<std::uint32_t>(n);
  }
  words_.shrink_to_fit();
  entries_.shrink_to_fit();
}

bool WordSet::is(const Entry &entry, std::string_view text) const {
  return entry.length == text.size() &&
         std::equal(text.begin(), text.end(), words_.begin() + entry.at,
                    [](char c, char small) { return lower(c) == small; });
}

} // namespace handspan::rules
