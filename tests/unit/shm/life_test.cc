// How the daemon lives, as its segment and the system tell.
#include "damage.h"

#include "shm/process.h"

#include <fstream>

#include <unistd.h>

namespace handspan::shm {
namespace {

// A segment that says to be of this process.
class Lives : public Damage {
protected:
  void SetUp() override {
    Damage::SetUp();
    header().pid = static_cast<std::uint64_t>(getpid());
    header().start_ticks = start_ticks(header().pid);
    boot_id().copy(header().boot_id, sizeof header().boot_id - 1);
    header().state = static_cast<std::uint64_t>(State::running);
  }
  Status status() { return attach()->status(1000 * base::kSecond, base::kSecond); }
};

TEST_F(Lives, EachState) {
  EXPECT_EQ(status().life, Life::running);
  for (const auto &[state, life] : {std::pair{State::starting, Life::starting},
                                    {State::stopping, Life::stopping},
                                    {State::stopped, Life::stopped}}) {
    header().state = static_cast<std::uint64_t>(state);
    EXPECT_EQ(status().life, life);
  }
  header().state = 12'345; // of a newer daemon
  EXPECT_EQ(status().life, Life::running);
}

TEST_F(Lives, OfAnotherBootItIsDead) {
  header().boot_id[0] = 'x';
  EXPECT_EQ(status().life, Life::dead);
  header().state = static_cast<std::uint64_t>(State::stopped);
  EXPECT_EQ(status().life, Life::stopped) << "and said so before";
}

TEST(Boot, IsAnotherOneOnlyWhereItIsKnown) {
  EXPECT_FALSE(is_another_boot("a", "a"));
  EXPECT_TRUE(is_another_boot("a", "b"));
  EXPECT_TRUE(is_another_boot("a", ""));
  EXPECT_FALSE(is_another_boot("", "b")) << "no /proc here";
}

TEST_F(Lives, WhoseNumberAnotherProcessHasIsDead) {
  header().start_ticks += 1;
  EXPECT_EQ(status().life, Life::dead);
}

TEST_F(Lives, AHeartbeatThatCanNotBeIsOfNoAge) {
  header().heartbeat = -5;
  EXPECT_EQ(status().heartbeat_age, 0);
  header().heartbeat = 999 * base::kSecond;
  EXPECT_EQ(status().heartbeat_age, base::kSecond);
}

TEST(Replaced, BySomethingOnAnotherFileSystem) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  // A path that leads to another file system at once: /proc has a file of that name.
  std::filesystem::copy_file(writer->path(), folder.path("version"));
  const std::string link = folder.path("link");
  std::filesystem::create_directory_symlink(folder.path(), link);
  const auto reader = open_reader(link + "/version");
  ASSERT_NE(reader, nullptr);
  EXPECT_FALSE(reader->status(0, base::kSecond).replaced);
  std::filesystem::remove(link);
  std::filesystem::create_directory_symlink("/proc", link);
  EXPECT_TRUE(reader->status(0, base::kSecond).replaced);
}

TEST(Replaced, WhatIsGoneIsNotReplaced) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  writer->set_state(State::running);
  const auto reader = open_reader(writer->path());
  std::filesystem::remove(writer->path());
  const Status status = reader->status(1000 * base::kSecond, base::kSecond);
  EXPECT_FALSE(status.replaced);
  EXPECT_EQ(status.life, Life::running);
}

} // namespace
} // namespace handspan::shm
