// A spool whose disk is full or not to be written to, and folders in which others left things.
#include "../as_nobody.h"
#include "helpers.h"

#include <csignal>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handspan::spool {
namespace {

constexpr std::chrono::milliseconds kNow(0);

// No file may become longer than this, until the object goes.
class FullDisk {
public:
  explicit FullDisk(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
    rlimit small = before_;
    small.rlim_cur = bytes;
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk &) = delete;
  FullDisk &operator=(const FullDisk &) = delete;

private:
  void (*handler_)(int);
  rlimit before_{};
};

class Filled : public ::testing::Test {
protected:
  void SetUp() override {
    ASSERT_TRUE(spool_.open(folder_.path(), why_)) << why_;
    ASSERT_TRUE(spool_.begin(source(1), {{0, 0}}, why_)) << why_;
  }
  void add_to(std::uint64_t end) {
    for (; added_ < end; ++added_)
      add(spool_, 0, added_);
  }
  void expect_all() {
    std::uint64_t expected = 0;
    for (const Batch &batch : spool_.from(0))
      for (const std::uint64_t n : numbers_in(batch.path))
        EXPECT_EQ(n, expected++);
    EXPECT_EQ(expected, added_);
  }

  const Folder folder_;
  Spool spool_;
  std::string why_;
  std::uint64_t added_ = 0;
};

TEST_F(Filled, AFullDiskKeepsAllInMemoryUntilThereIsRoom) {
  add_to(10);
  ASSERT_TRUE(spool_.flush(why_)) << why_;
  const std::uint64_t written = spool_.bytes();
  add_to(200);
  {
    const FullDisk disk(written + 100);
    EXPECT_FALSE(spool_.flush(why_));
    EXPECT_NE(why_.find("File too large"), std::string::npos) << why_;
    EXPECT_FALSE(spool_.seal(why_)) << "nor is it handed over";
    EXPECT_FALSE(spool_.begin(source(2), {{0, 0}}, why_));
    EXPECT_TRUE(spool_.from(0).empty());
    // Who comes now finds what was whole before.
    FileReader reader;
    ASSERT_TRUE(reader.open(folder_.path("1.open"), why_)) << why_;
    EXPECT_EQ(ending_of(reader).entries, 10u);
    EXPECT_EQ(reader.good(), written);
    EXPECT_EQ(std::filesystem::file_size(folder_.path("1.open")), written);
  }
  ASSERT_TRUE(spool_.seal(why_)) << why_;
  expect_all();
}

TEST_F(Filled, NotMoreWaitsInMemoryThanItsBound) {
  const std::vector<std::uint8_t> payload(std::size_t{1} << 20);
  for (int i = 0; i < 8; ++i) {
    EXPECT_TRUE(spool_.has_room());
    spool_.add({Kind::minute, 0, {}, payload});
  }
  EXPECT_FALSE(spool_.has_room());
  ASSERT_TRUE(spool_.flush(why_)) << why_;
  EXPECT_TRUE(spool_.has_room());
}

TEST_F(Filled, WhereNoFileCanBeMadeThisOneGoesOn) {
  add_to(5);
  chmod(folder_.path().c_str(), 0555);
  {
    const test::AsNobody nobody;
    EXPECT_FALSE(spool_.seal(why_));
    EXPECT_NE(why_.find("Permission denied"), std::string::npos) << why_;
  }
  chmod(folder_.path().c_str(), 0755);
  add_to(9);
  ASSERT_TRUE(spool_.seal(why_)) << why_;
  EXPECT_EQ(spool_.from(0).size(), 1u);
  expect_all();
}

TEST_F(Filled, WhatIsNoRecordOfAWorkerMovesNoPlace) {
  const std::vector<std::uint8_t> payload(3);
  spool_.add({Kind::minute, 0, {80, 10}, payload});
  spool_.add({Kind::record, 7, {80, 10}, payload});
  EXPECT_EQ(spool_.last()->places, (std::vector<Place>{{0, 0}}));
  ASSERT_TRUE(spool_.flush(why_)) << why_;
  FileReader reader;
  ASSERT_TRUE(reader.open(folder_.path("1.open"), why_)) << why_;
  const Ending ending = ending_of(reader);
  EXPECT_EQ(ending.entries, 2u);
  EXPECT_EQ(ending.places, (std::vector<Place>{{0, 0}}));
}

TEST_F(Filled, AnEmptyOneIsNotHandedOver) {
  EXPECT_TRUE(spool_.seal(why_));
  EXPECT_TRUE(spool_.from(0).empty());
  EXPECT_EQ(spool_.waiting(0).oldest, base::kNever);
}

TEST_F(Filled, WhoWaitsIsWokenByAFileAndByTheEnd) {
  EXPECT_FALSE(spool_.next(0, kNow));
  std::optional<Batch> got;
  std::thread sink([&] { got = spool_.next(0, std::chrono::seconds(60)); });
  add_to(3);
  ASSERT_TRUE(spool_.seal(why_)) << why_;
  sink.join();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->entries, 3u);
  std::thread other([&] { got = spool_.next(got->number + 1, std::chrono::seconds(60)); });
  spool_.stop();
  other.join();
  EXPECT_FALSE(got);
}

TEST(SpoolFolder, NamesOfOthersAreLeftAlone) {
  const Folder folder;
  const std::vector<std::string> others = {"x.batch",    "3.batch", "3x4.batch", "3-.batch",
                                           "3-4x.batch", "x.open",  "3x.open",   "note"};
  for (const std::string &name : others)
    folder.write(name, "text");
  folder.write("9.open.new", "of a start that was killed");
  Spool spool;
  std::string why;
  ASSERT_TRUE(spool.open(folder.path(), why)) << why;
  EXPECT_TRUE(spool.from(0).empty());
  for (const std::string &name : others)
    EXPECT_TRUE(std::filesystem::exists(folder.path(name))) << name;
  EXPECT_FALSE(std::filesystem::exists(folder.path("9.open.new")));
}

TEST(SpoolFolder, WhatIsNoFolderIsRefused) {
  const Folder folder;
  const std::string file = folder.write("file", "");
  Spool spool;
  std::string why;
  EXPECT_FALSE(spool.open(file, why));
  EXPECT_EQ(why, file + "/lock: Not a directory");
}

std::string begun(std::uint64_t number, std::uint64_t entries) {
  std::vector<std::uint8_t> bytes;
  put(Beginning{number, source(4), {{0, 0}}}, bytes);
  const std::vector<std::uint8_t> payload(20);
  for (std::uint64_t n = 0; n < entries; ++n)
    put(Entry{Kind::record, 0, {8 * (n + 1), n + 1}, payload}, bytes);
  return {bytes.begin(), bytes.end()};
}

TEST(SpoolFolder, FilesThatWereBeingFilledBecomeBatches) {
  const Folder folder;
  folder.write("4.open", begun(4, 2));
  folder.write("5.open", begun(5, 3) + "torn");
  folder.write("6.open", begun(6, 0));
  folder.write("7.open", "nothing that could be read");
  Spool spool;
  std::string why;
  ASSERT_TRUE(spool.open(folder.path(), why)) << why;
  const std::vector<Batch> batches = spool.from(0);
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[0].path, folder.path("4-2.batch"));
  EXPECT_EQ(batches[1].path, folder.path("5-3.batch"));
  EXPECT_EQ(std::filesystem::file_size(batches[1].path), begun(5, 3).size()) << "what is torn goes";
  EXPECT_FALSE(std::filesystem::exists(folder.path("6.open")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("7.open")));
  ASSERT_TRUE(spool.last());
  EXPECT_EQ(spool.last()->source.id, 4u);
  EXPECT_EQ(spool.last()->number, 8u) << "a number is used once";
}

TEST(SpoolFolder, WhatCanNotBeTakenUpIsSaid) {
  const Folder folder;
  folder.write("4.open", begun(4, 2));
  std::filesystem::create_directories(folder.path("4-2.batch/inside")); // in the batch's place
  Spool spool;
  std::string why;
  EXPECT_FALSE(spool.open(folder.path(), why));
  EXPECT_NE(why.find("4-2.batch"), std::string::npos) << why;
}

TEST(SpoolFile, OnesThatCanNotBeAreRefused) {
  const Folder folder;
  FileReader reader;
  std::string why;
  EXPECT_FALSE(reader.open(folder.path("none"), why));
  EXPECT_EQ(why, "No such file or directory");
  const std::string path = folder.write("long", "");
  std::filesystem::resize_file(path, kMaxFile + 1); // a hole
  EXPECT_FALSE(reader.open(path, why));
  EXPECT_EQ(why, "too long for a file of a spool");
  std::vector<std::uint8_t> bytes;
  put(Beginning{3, source(9), {}}, bytes); // of no workers
  EXPECT_TRUE(reader.open(folder.write("few", {bytes.begin(), bytes.end()}), why)) << why;
  EXPECT_TRUE(reader.beginning().places.empty());
  bytes.clear();
  put(Beginning{3, source(9), std::vector<Place>(kMaxWorkers + 1)}, bytes);
  EXPECT_FALSE(reader.open(folder.write("many", {bytes.begin(), bytes.end()}), why));
}

} // namespace
} // namespace handspan::spool
