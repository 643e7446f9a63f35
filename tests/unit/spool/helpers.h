// A folder that goes away, and entries that can be told apart.
#pragma once

#include "../temporary_folder.h"

#include "spool/spool.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace handspan::spool {

using Folder = handspan::test::TemporaryFolder;

inline Source source(std::uint64_t id) {
  Source made;
  made.id = id;
  made.layout = 7;
  return made;
}

// Entry n of a worker's ring: what it holds tells its number.
inline void add(Spool &spool, std::uint8_t worker, std::uint64_t n) {
  const std::vector<std::uint8_t> payload(1 + n % 50, static_cast<std::uint8_t>(n));
  spool.add({Kind::record, worker, {8 * (n + 1), n + 1}, payload});
}

inline std::vector<std::uint64_t> numbers_in(const std::string &path) {
  FileReader reader;
  std::string why;
  EXPECT_TRUE(reader.open(path, why)) << why;
  std::vector<std::uint64_t> numbers;
  for (Entry entry; reader.next(entry);)
    numbers.push_back(entry.after.number - 1);
  return numbers;
}

} // namespace handspan::spool
