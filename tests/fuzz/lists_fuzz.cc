// A list of a rule, networks or names, and what is looked for in it: found where going through the
// list from end to end finds it.
//
//   input = kind (1), even: networks, odd: names | list, a line each | 0xff | questions, a line
//   each
#include "base/bytes.h"
#include "rules/prefix_trie.h"
#include "rules/source.h"
#include "rules/word_set.h"
#include "use.h"

#include "../unit/temporary_folder.h"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace handspan;
using fuzz::require;
using rules::WordSet;
using Hits = std::vector<std::uint32_t>;

// The entries, as a file of them is read.
std::vector<std::string> entries_of(std::string_view text, rules::Field field) {
  static const test::TemporaryFolder folder;
  rules::Rule rule;
  rules::Condition condition;
  condition.field = field;
  condition.list = folder.write("list", std::string(text));
  rules::Findings findings;
  std::vector<std::string> entries;
  std::uint32_t before = 0;
  const bool good =
      rules::read_list(rule, condition, findings, [&](std::string_view value, std::uint32_t line) {
        require(line > before);
        before = line;
        entries.emplace_back(value);
      });
  require(good != findings.bad());
  return entries;
}

template <class Each> void each_line(std::string_view text, Each each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    each(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Hits sorted(Hits hits) {
  std::sort(hits.begin(), hits.end());
  return hits;
}

bool holds(const rules::Prefix &prefix, const base::Address &address) {
  if (prefix.is_v4() != address.is_v4())
    return false;
  for (std::size_t bit = 0; bit < prefix.length; ++bit)
    if (((prefix.address.bytes[bit / 8] ^ address.bytes[bit / 8]) >> (7 - bit % 8) & 1) != 0)
      return false;
  return true;
}

void networks(const std::vector<std::string> &entries, std::string_view questions) {
  std::vector<rules::Prefix> prefixes;
  rules::PrefixTrie trie;
  for (const std::string &entry : entries) {
    const auto prefix = rules::parse_prefix(entry);
    require(prefix.has_value());
    trie.add(*prefix, static_cast<std::uint32_t>(prefixes.size()));
    prefixes.push_back(*prefix);
  }
  trie.seal();
  each_line(questions, [&](std::string_view question) {
    const auto asked = rules::parse_prefix(question);
    if (!asked)
      return;
    Hits found, expected;
    trie.find(asked->address, [&](std::uint32_t value) { found.push_back(value); });
    for (std::uint32_t i = 0; i < prefixes.size(); ++i)
      if (holds(prefixes[i], asked->address))
        expected.push_back(i);
    require(sorted(found) == expected);
  });
}

std::string lower(std::string_view text) {
  std::string small(text);
  for (char &c : small)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return small;
}

// "example.com", "*.example.com", ".example.com"
struct Name {
  explicit Name(std::string_view entry)
      : covers(entry.starts_with('*')   ? WordSet::Covers::below
               : entry.starts_with('.') ? WordSet::Covers::both
                                        : WordSet::Covers::itself),
        word(lower(entry.substr(entry.starts_with("*.")  ? 2
                                : entry.starts_with('.') ? 1
                                                         : 0))) {}

  [[nodiscard]] bool is(const std::string &text) const {
    const bool itself = covers != WordSet::Covers::below && text == word;
    return itself || (covers != WordSet::Covers::itself && text.ends_with('.' + word));
  }

  WordSet::Covers covers;
  std::string word;
};

void names(const std::vector<std::string> &entries, std::string_view questions) {
  std::vector<Name> all;
  WordSet set;
  for (const std::string &entry : entries) {
    all.emplace_back(entry);
    set.add(all.back().word, all.back().covers, static_cast<std::uint32_t>(all.size() - 1));
  }
  set.seal();
  each_line(questions, [&](std::string_view question) {
    Hits found, expected;
    set.find(question, true, [&](std::uint32_t value, std::size_t) { found.push_back(value); });
    for (std::uint32_t i = 0; i < all.size(); ++i)
      if (all[i].is(lower(question)))
        expected.push_back(i);
    require(sorted(found) == expected);
  });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view input = base::text_of({data + 1, size - 1});
  const std::size_t cut = std::min(input.find('\xff'), input.size());
  const std::string_view list = input.substr(0, cut);
  const std::string_view questions = input.substr(std::min(cut + 1, input.size()));
  if (data[0] % 2 == 0)
    networks(entries_of(list, rules::Field::client), questions);
  else
    names(entries_of(list, rules::Field::sni), questions);
  return 0;
}
