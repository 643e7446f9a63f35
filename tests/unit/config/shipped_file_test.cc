// conf/handspand.toml, the table of keys and the defaults say the same.
#include "config/config.h"
#include "config/keys.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace handspan::config {
namespace {

constexpr const char *kPath = HANDSPAN_CONF "/handspand.toml";

// A key as it stands in the file.
struct Entry {
  std::string value;
  std::string comment; // the lines above it, joined
  std::size_t line = 0;
};

std::vector<std::string> shipped_lines() {
  std::ifstream file(kPath);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

std::map<std::string, Entry> shipped_entries() {
  std::map<std::string, Entry> entries;
  std::string section, comment;
  const auto lines = shipped_lines();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string &line = lines[i];
    if (line.starts_with("# ")) {
      comment.append(comment.empty() ? "" : " ").append(line, 2);
      continue;
    }
    if (line.starts_with("["))
      section = line.substr(1, line.find(']') - 1);
    else if (const auto equals = line.find(" = "); equals != std::string::npos)
      entries[section + '.' + line.substr(0, equals)] = {line.substr(equals + 3), comment, i + 1};
    comment.clear();
  }
  return entries;
}

std::string text_of(const std::vector<Fault> &faults) {
  std::string text;
  for (const Fault &fault : faults)
    text += fault.text() + '\n';
  return text;
}

TEST(ShippedFile, GivesExactlyTheDefaults) {
  std::vector<Fault> faults;
  const auto config = load(kPath, faults);
  ASSERT_TRUE(config) << text_of(faults);
  EXPECT_EQ(*config, Config{});
}

TEST(ShippedFile, HoldsEveryKeyAndNoOther) {
  std::set<std::string> known, shipped;
  for (const Key &key : keys())
    known.insert(key.full_name());
  for (const auto &[name, entry] : shipped_entries())
    shipped.insert(name);
  EXPECT_EQ(known.size(), keys().size()) << "a key stands twice in the table";
  EXPECT_EQ(known, shipped);
}

TEST(ShippedFile, CommentsGiveUnitBoundsAndDefaultOfEveryKey) {
  const auto entries = shipped_entries();
  for (const Key &key : keys()) {
    const auto entry = entries.find(key.full_name());
    ASSERT_NE(entry, entries.end()) << key.full_name();
    EXPECT_NE(entry->second.comment.find(key.right), std::string::npos)
        << key.full_name() << " lacks: " << key.right;
    const std::string standard = "Default " + entry->second.value;
    const std::size_t at = entry->second.comment.find(standard);
    ASSERT_NE(at, std::string::npos) << key.full_name() << " lacks: " << standard;
    const char after = entry->second.comment[at + standard.size()];
    EXPECT_TRUE(after == '.' || after == ',') << key.full_name();
  }
}

// Each key in turn is given a date, which none takes: the fault must point at it and say what is
// right.
TEST(ShippedFile, WrongTypeIsRefusedAtEveryKey) {
  const auto entries = shipped_entries();
  for (const Key &key : keys()) {
    auto lines = shipped_lines();
    const std::size_t line = entries.at(key.full_name()).line;
    lines[line - 1] = std::string(key.name) + " = 1979-05-27";
    std::ostringstream toml;
    for (const std::string &l : lines)
      toml << l << '\n';
    std::vector<Fault> faults;
    EXPECT_FALSE(parse(toml.str(), "h.toml", faults));
    ASSERT_EQ(faults.size(), 1u) << text_of(faults);
    EXPECT_EQ(faults[0].line, line);
    EXPECT_EQ(faults[0].column, key.name.size() + 4);
    EXPECT_EQ(faults[0].what, key.full_name() + " is a date or time, but must be " + key.right);
  }
}

} // namespace
} // namespace handspan::config
