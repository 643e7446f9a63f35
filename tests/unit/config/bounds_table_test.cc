// docs/security.md's table of bounds names keys, defaults, counters and marks that there are, and
// leaves none of them out.
#include "config/config.h"
#include "config/keys.h"
#include "record/codes.h"
#include "record/counters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace handspan::config {
namespace {

struct Row {
  std::string what, value, key, counter, mark;
};

std::string trimmed(const std::string &cell) {
  const std::size_t begin = cell.find_first_not_of(" `");
  const std::size_t end = cell.find_last_not_of(" `");
  return begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1);
}

std::vector<Row> table() {
  std::ifstream file(HANDSPAN_DOCS "/security.md");
  std::vector<Row> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## "))
      inside = line == "## Bounds";
    if (!inside || !line.starts_with("| ") || line.starts_with("| what |"))
      continue;
    std::array<std::string, 5> cells;
    std::size_t at = 1;
    for (std::string &cell : cells) {
      const std::size_t end = line.find('|', at);
      cell = trimmed(line.substr(at, end - at));
      at = end + 1;
    }
    rows.push_back({cells[0], cells[1], cells[2], cells[3], cells[4]});
  }
  return rows;
}

const Key *key_named(const std::string &name) {
  const auto &all = keys();
  const auto at =
      std::find_if(all.begin(), all.end(), [&](const Key &k) { return k.full_name() == name; });
  return at == all.end() ? nullptr : &*at;
}

bool is_counter(const std::string &name) {
  const auto all = record::worker_descriptors();
  return std::any_of(all.begin(), all.end(), [&](const record::Descriptor &d) {
    return d.kind == record::StatKind::counter && d.name == name;
  });
}

TEST(BoundsTable, NamesWhatThereIs) {
  const Config defaults;
  const auto rows = table();
  ASSERT_FALSE(rows.empty());
  for (const Row &row : rows) {
    SCOPED_TRACE(row.what);
    const Key *key = key_named(row.key);
    ASSERT_NE(key, nullptr) << row.key;
    EXPECT_EQ(row.value, key->show(defaults));
    EXPECT_TRUE(is_counter(row.counter)) << row.counter;
    EXPECT_FALSE(row.mark.empty());
  }
}

TEST(BoundsTable, LeavesNoBoundOut) {
  std::set<std::string> named;
  for (const Row &row : table())
    named.insert(row.key);
  for (const Key &key : keys())
    EXPECT_TRUE(key.section != "limits" || named.contains(key.full_name())) << key.full_name();
}

TEST(BoundsTable, LeavesNoMarkOut) {
  const auto rows = table();
  const auto stands = [&](std::string_view mark, std::string_view key, std::string_view counter) {
    return std::any_of(rows.begin(), rows.end(), [&](const Row &row) {
      return row.mark == mark && row.key == key && row.counter == counter;
    });
  };
#define HANDSPAN_LIMIT(name, key, counter, cost, english, chinese)                                 \
  EXPECT_TRUE(stands(#name, key, #counter)) << #name;
#include "record/limits.def"
#undef HANDSPAN_LIMIT
}

} // namespace
} // namespace handspan::config
