// What golden captures are expected to tell.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace handspan::test {

// Calls look(folder, line) with each expected record of each of them; how many there were.
template <class Look> std::size_t each_golden_record(const Look &look) {
  std::size_t seen = 0;
  for (const auto &item : std::filesystem::directory_iterator(HANDSPAN_GOLDEN)) {
    std::ifstream file(item.path() / "expected.jsonl");
    for (std::string line; std::getline(file, line); ++seen)
      look(item.path(), line);
  }
  return seen;
}

} // namespace handspan::test
