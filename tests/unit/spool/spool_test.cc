#include "helpers.h"
#include "spool/state.h"

#include <csignal>
#include <random>

#include <sys/wait.h>
#include <unistd.h>

namespace handspan::spool {
namespace {

constexpr std::chrono::milliseconds kNow(0);

TEST(Spool, FullFilesComeInOrderAndGoWhenNobodyNeedsThem) {
  const Folder folder;
  Spool spool;
  std::string why;
  ASSERT_TRUE(spool.open(folder.path(), why)) << why;
  EXPECT_FALSE(spool.last());
  spool.expect("a", 0);
  spool.expect("b", 0);
  ASSERT_TRUE(spool.begin(source(1), {{0, 0}}, why)) << why;
  for (std::uint64_t n = 0; n < 6; ++n) {
    add(spool, 0, n);
    if (n % 2 == 1) {
      ASSERT_TRUE(spool.seal(why)) << why;
    }
  }
  const auto first = spool.next(0, kNow);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->entries, 2u);
  EXPECT_EQ(numbers_in(first->path), (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(spool.waiting(0).entries, 6u);
  spool.needs("a", first->number + 2);
  EXPECT_TRUE(std::filesystem::exists(first->path)) << "b needs it";
  spool.needs("b", first->number + 1);
  EXPECT_FALSE(std::filesystem::exists(first->path));
  EXPECT_EQ(spool.waiting(0).entries, 4u);
}

TEST(Spool, OneProcessAlone) {
  const Folder folder;
  Spool one, other;
  std::string why;
  ASSERT_TRUE(one.open(folder.path(), why)) << why;
  EXPECT_FALSE(other.open(folder.path(), why));
  EXPECT_NE(why.find("another process"), std::string::npos);
}

// A file that can't become a batch now is one before those that were filled later: a sink that has
// seen these asks for nothing older.
TEST(Spool, AFileThatCouldNotBeHandedOverComesBeforeTheNext) {
  const Folder folder;
  Spool spool;
  std::string why;
  ASSERT_TRUE(spool.open(folder.path(), why)) << why;
  ASSERT_TRUE(spool.begin(source(1), {{0, 0}}, why)) << why;
  add(spool, 0, 0);
  std::filesystem::create_directories(folder.path("1-1.batch/in-the-way"));
  EXPECT_FALSE(spool.seal(why));
  EXPECT_NE(why.find("1-1.batch"), std::string::npos) << why;
  add(spool, 0, 1);
  EXPECT_FALSE(spool.seal(why));
  EXPECT_FALSE(spool.next(0, kNow));
  std::filesystem::remove_all(folder.path("1-1.batch"));
  ASSERT_TRUE(spool.seal(why)) << why;
  for (const std::uint64_t n : {0, 1}) {
    const auto batch = spool.next(n + 1, kNow);
    ASSERT_TRUE(batch);
    EXPECT_EQ(numbers_in(batch->path), (std::vector<std::uint64_t>{n}));
  }
}

TEST(Spool, WhatCannotBeReadNowIsKept) {
  const Folder folder;
  std::filesystem::create_symlink("7.open", folder.path("7.open")); // too many levels of links
  Spool spool;
  std::string why;
  EXPECT_FALSE(spool.open(folder.path(), why));
  EXPECT_NE(why.find("7.open"), std::string::npos) << why;
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path("7.open")));
}

TEST(Spool, AnEmptyFileRemembersThePlaces) {
  const Folder folder;
  std::string why;
  for (std::uint64_t n = 0; n < 4; ++n) {
    Spool spool;
    ASSERT_TRUE(spool.open(folder.path(), why)) << why;
    if (n > 0) {
      ASSERT_TRUE(spool.last());
      EXPECT_EQ(spool.last()->places, (std::vector<Place>{{8 * n, n}}));
      EXPECT_EQ(spool.last()->source.id, 5u);
    }
    ASSERT_TRUE(spool.begin(source(5), {{8 * n, n}}, why)) << why;
    add(spool, 0, n);
    ASSERT_TRUE(spool.seal(why)) << why;
    spool.needs("all", UINT64_MAX);
  }
}

// A process fills a spool as it pleases and is killed; the next one goes on where that one stood.
TEST(Spool, KilledAtAnyMomentNothingIsLostOrDoubled) {
  const Folder folder;
  std::mt19937 random(1);
  for (int kill_number = 0; kill_number < 30; ++kill_number) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      Spool spool;
      std::string why;
      if (!spool.open(folder.path(), why))
        _exit(1);
      std::uint64_t n = spool.last() ? spool.last()->places[0].number : 0;
      if (!spool.begin(source(1), {{8 * n, n}}, why))
        _exit(2);
      for (;; ++n) {
        add(spool, 0, n);
        if (n % 3 == 0)
          (void)spool.flush(why);
        if (n % 50 == 0)
          (void)spool.seal(why);
      }
    }
    usleep(500 + random() % 20'000);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  }
  Spool spool;
  std::string why;
  ASSERT_TRUE(spool.open(folder.path(), why)) << why;
  std::uint64_t expected = 0;
  for (const Batch &batch : spool.from(0))
    for (const std::uint64_t n : numbers_in(batch.path))
      ASSERT_EQ(n, expected++);
  EXPECT_GT(expected, 100u);
  ASSERT_TRUE(spool.last());
  EXPECT_EQ(spool.last()->places[0].number, expected);
}

TEST(SinkState, WhatIsNoneIsNotTaken) {
  const Folder folder;
  SinkState state{5, 6, "as before"};
  for (const char *text :
       {"", "next", "next 1 until", "next x until 2 memo ", "next 1 until 2", "next 1 until 2 me"})
    EXPECT_FALSE(load(folder.write("sink.state", text), state)) << text;
  EXPECT_EQ(state.memo, "as before");
}

TEST(SinkState, WhatCanNotBeStoredLeavesWhatWas) {
  const Folder folder;
  const std::string path = folder.path("sink.state");
  std::string why;
  EXPECT_FALSE(store(folder.path("no/sink.state"), {1, 2, ""}, why));
  EXPECT_EQ(why, folder.path("no/sink.state") + ": No such file or directory");
  ASSERT_TRUE(store(path, {1, 2, "kept"}, why)) << why;
  std::filesystem::create_symlink("/dev/full", path + ".new");
  EXPECT_FALSE(store(path, {3, 4, "new"}, why));
  EXPECT_EQ(why, path + ": No space left on device");
  SinkState state;
  ASSERT_TRUE(load(path, state));
  EXPECT_EQ(state.memo, "kept");
}

TEST(SinkState, ComesBackAsItWasStored) {
  const Folder folder;
  const std::string path = folder.path("sink.state");
  SinkState state;
  EXPECT_FALSE(load(path, state));
  std::string why;
  ASSERT_TRUE(store(path, {17, 20, "file 3 bytes"}, why)) << why;
  ASSERT_TRUE(load(path, state));
  EXPECT_EQ(state.next, 17u);
  EXPECT_EQ(state.until, 20u);
  EXPECT_EQ(state.memo, "file 3 bytes");
  ASSERT_TRUE(store(path, {18, 0, ""}, why)) << why;
  ASSERT_TRUE(load(path, state));
  EXPECT_EQ(state.memo, "");
}

} // namespace
} // namespace handspan::spool
