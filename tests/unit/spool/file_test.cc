#include "helpers.h"

#include <fstream>

namespace handspan::spool {
namespace {

std::vector<std::uint8_t> sample(std::size_t entries) {
  std::vector<std::uint8_t> bytes;
  put(Beginning{3, source(9), {{80, 10}, {0, 0}}}, bytes);
  for (std::size_t n = 0; n < entries; ++n) {
    const std::vector<std::uint8_t> payload(10 + n, static_cast<std::uint8_t>(n));
    put(Entry{Kind::record, 0, {100 + n, 11 + n}, payload}, bytes);
  }
  return bytes;
}

std::string write(const Folder &folder, const std::vector<std::uint8_t> &bytes) {
  const std::string path = folder.path("file");
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char *>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return path;
}

TEST(SpoolFile, GivesWhatWasPut) {
  const Folder folder;
  FileReader reader;
  std::string why;
  ASSERT_TRUE(reader.open(write(folder, sample(3)), why)) << why;
  EXPECT_EQ(reader.beginning().number, 3u);
  EXPECT_EQ(reader.beginning().source.id, 9u);
  EXPECT_EQ(reader.beginning().places, (std::vector<Place>{{80, 10}, {0, 0}}));
  const Ending ending = ending_of(reader);
  EXPECT_EQ(ending.entries, 3u);
  EXPECT_EQ(ending.places, (std::vector<Place>{{102, 13}, {0, 0}}));
}

TEST(SpoolFile, CutAnywhereItEndsBehindItsLastWholeEntry) {
  const Folder folder;
  const std::vector<std::uint8_t> whole = sample(3);
  const std::size_t beginning = sample(0).size();
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    FileReader reader;
    std::string why;
    const bool opened =
        reader.open(write(folder, {whole.begin(), whole.begin() + static_cast<long>(size)}), why);
    ASSERT_EQ(opened, size >= beginning) << size;
    if (!opened)
      continue;
    const Ending ending = ending_of(reader);
    const std::size_t entries = size == whole.size()       ? 3
                                : size >= sample(2).size() ? 2
                                : size >= sample(1).size() ? 1
                                                           : 0;
    EXPECT_EQ(ending.entries, entries) << size;
    EXPECT_EQ(ending.good, sample(entries).size()) << size;
  }
}

TEST(SpoolFile, AnyByteThatChangedIsFound) {
  const Folder folder;
  const std::vector<std::uint8_t> whole = sample(2);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::vector<std::uint8_t> damaged = whole;
    damaged[at] ^= 0x10;
    FileReader reader;
    std::string why;
    if (!reader.open(write(folder, damaged), why))
      continue;
    EXPECT_LT(ending_of(reader).entries, 2u) << at;
  }
}

} // namespace
} // namespace handspan::spool
