#include "../as_nobody.h"
#include "helpers.h"

#include "shm/place.h"
#include "shm/runtime_dir.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handspan::shm {
namespace {

mode_t mode_of(const std::string &path) {
  struct stat about {};
  EXPECT_EQ(lstat(path.c_str(), &about), 0) << path;
  return about.st_mode & 07777;
}

std::string error_of(const Writer::Config &config) {
  std::string error;
  EXPECT_EQ(Writer::create(config, error), nullptr);
  return error;
}

TEST(Place, ModesDoNotDependOnTheUmask) {
  const Folder folder;
  const mode_t before = umask(0);
  const auto writer = make_writer(config_in(folder));
  umask(before);
  EXPECT_EQ(mode_of(folder.path("run")), 0750u);
  EXPECT_EQ(mode_of(folder.path("run/test")), 0750u);
  EXPECT_EQ(mode_of(writer->path()), 0640u);
  EXPECT_FALSE(std::filesystem::exists(writer->path() + ".new"));
}

TEST(Place, ASecondInstanceIsRefusedByName) {
  const Folder folder;
  const auto first = make_writer(config_in(folder));
  const std::string error = error_of(config_in(folder));
  EXPECT_NE(error.find("\"test\" is already running"), std::string::npos) << error;
  EXPECT_NE(error.find("process " + std::to_string(getpid())), std::string::npos) << error;
  EXPECT_TRUE(std::filesystem::exists(first->path())) << "the first one's segment stays";
  auto other = config_in(folder);
  other.instance = "other";
  EXPECT_NE(make_writer(other), nullptr);
}

TEST(Place, ALockWithoutAHolderAndAnUnfinishedFileAreTakenOver) {
  const Folder folder;
  std::filesystem::create_directories(folder.path("run/test"));
  chmod(folder.path("run/test").c_str(), 0750);
  std::ofstream(folder.path("run/test/lock")) << "1\n";
  std::ofstream(folder.path("run/test/stats.shm.new")) << "left by a crash";
  const auto writer = make_writer(config_in(folder));
  EXPECT_FALSE(std::filesystem::exists(folder.path("run/test/stats.shm.new")));
  EXPECT_NE(open_reader(writer->path()), nullptr);
}

TEST(Place, InstanceNamesCanNotLeaveTheFolder) {
  EXPECT_TRUE(valid_instance("default"));
  EXPECT_TRUE(valid_instance("A-z_09"));
  EXPECT_TRUE(valid_instance(std::string(32, 'x')));
  for (const std::string &name :
       {std::string(), std::string(".."), std::string("a/b"), std::string("a b"),
        std::string(33, 'x'), std::string("a\0b", 3), std::string("\xc3\xa4")})
    EXPECT_FALSE(valid_instance(name)) << name;
  const Folder folder;
  auto config = config_in(folder);
  config.instance = "../up";
  EXPECT_NE(error_of(config).find("no instance name"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder.path("run")));
}

TEST(Place, ShapesOutOfBoundsAreRefused) {
  const Folder folder;
  for (const std::uint64_t bytes : {0ul, 4ul, kMinRing - 1, kMaxRing + 1}) {
    auto config = config_in(folder);
    config.shape.ring_bytes = bytes;
    EXPECT_NE(error_of(config).find("a ring has from"), std::string::npos);
  }
  auto config = config_in(folder);
  config.shape.workers = 0;
  EXPECT_NE(error_of(config).find("1 to 256 workers"), std::string::npos);
  config.shape.workers = 257;
  EXPECT_NE(error_of(config).find("257"), std::string::npos);
  const auto refuses = [&](auto change, const char *words) {
    config = config_in(folder);
    change(config.shape);
    EXPECT_NE(error_of(config).find(words), std::string::npos) << words;
  };
  refuses([](Shape &s) { s.receivers = kMaxReceivers + 1; }, "at most 256 receivers, not 257");
  refuses([](Shape &s) { s.ports.resize(kMaxPorts + 1); }, "at most 256 ports, not 257");
  refuses([](Shape &s) { s.rules = kMaxCountedRules + 1; }, "at most 65536 rules, not 65537");
  refuses([](Shape &s) { s.failure_bytes = kMinRing - 1; }, "a ring has from");
  refuses([](Shape &s) { s.story_bytes = kMaxRing + 1; }, "a ring has from");
  EXPECT_FALSE(std::filesystem::exists(folder.path("run")));
}

TEST(Place, AStartThatFailsLeavesNothing) {
  const Folder folder;
  {
    const auto writer = make_writer(config_in(folder)); // and never runs
    EXPECT_TRUE(std::filesystem::exists(folder.path("run/test/lock")));
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path("run")));
}

TEST(Place, AStartThatFailsRemovesOnlyWhatItMade) {
  const Folder folder;
  make_writer(config_in(folder))->set_state(State::running); // and ends
  make_writer(config_in(folder));
  EXPECT_TRUE(std::filesystem::exists(folder.path("run/test/lock"))) << "it was there before";
  std::filesystem::remove(folder.path("run/test/lock"));
  std::ofstream(folder.path("run/test/note")) << "somebody's";
  make_writer(config_in(folder));
  EXPECT_FALSE(std::filesystem::exists(folder.path("run/test/lock")));
  EXPECT_TRUE(std::filesystem::exists(folder.path("run/test/note")));
  auto other = config_in(folder);
  other.instance = "other";
  make_writer(other);
  EXPECT_FALSE(std::filesystem::exists(folder.path("run/other")));
}

TEST(Place, ARefusedSecondStartTakesNothingFromTheFirst) {
  const Folder folder;
  const auto first = make_writer(config_in(folder));
  first->set_state(State::running);
  error_of(config_in(folder));
  EXPECT_TRUE(std::filesystem::exists(folder.path("run/test/lock")));
  EXPECT_NE(error_of(config_in(folder)).find("already running"), std::string::npos);
}

// Starts that fail, beside each other: at no moment two hold the instance, and each is either told
// that it is running or has it.
TEST(Place, StartsThatFailDoNotLetTwoIn) {
  const Folder folder;
  std::atomic<int> holders{0};
  std::atomic<int> taken{0};
  std::atomic<bool> fine{true};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int turn = 0; turn < 1'500; ++turn) {
        std::string error;
        const auto place = Place::take(folder.path("run"), "test", kNoGroup, error);
        if (place == nullptr) {
          fine = fine && error.find("already running") != std::string::npos;
          continue;
        }
        fine = fine && holders.fetch_add(1) == 0;
        ++taken;
        if (turn % 8 == 0) // else it goes while the others are about to lock it
          std::this_thread::sleep_for(std::chrono::microseconds(200));
        holders.fetch_sub(1);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_TRUE(fine);
  EXPECT_GT(taken, 0);
}

void expect_no_space(const Folder &folder, const Writer::Config &config) {
  const std::string error = error_of(config);
  EXPECT_NE(error.find("cannot reserve "), std::string::npos) << error;
  EXPECT_NE(error.find("smaller rings"), std::string::npos) << error;
  EXPECT_FALSE(std::filesystem::exists(folder.path("run/test/stats.shm")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("run/test/stats.shm.new")));
}

TEST(Place, MoreThanTheFileSystemHasIsNotEvenTried) {
  const Folder folder;
  auto config = config_in(folder);
  config.shape.workers = 256;
  config.shape.ring_bytes = kMaxRing; // 4 TiB
  if (std::filesystem::space(folder.path()).available >= std::uint64_t{1} << 42)
    GTEST_SKIP() << "this file system has room for it";
  expect_no_space(folder, config);
}

TEST(Place, SpaceThatTheSystemRefusesIsSaidBeforeAnythingRuns) {
  const Folder folder;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 100'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  expect_no_space(folder, config_in(folder));
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
}

TEST(Place, AFolderThatOthersCanWriteToIsRefused) {
  const Folder folder;
  std::filesystem::create_directories(folder.path("run/test"));
  chmod(folder.path("run/test").c_str(), 0777);
  EXPECT_NE(error_of(config_in(folder)).find("not ours alone"), std::string::npos);
}

// Whoever can write to the folder above could put another one in the instance's place.
TEST(Place, ARuntimeFolderThatOthersCanWriteToIsRefused) {
  for (const mode_t mode : {0777u, 01777u, 0770u}) {
    const Folder folder;
    std::filesystem::create_directories(folder.path("run"));
    chmod(folder.path("run").c_str(), mode);
    const std::string error = error_of(config_in(folder));
    EXPECT_NE(error.find("not ours alone to write: its mode is"), std::string::npos) << error;
    EXPECT_NE(error.find("chmod go-w"), std::string::npos) << error;
    EXPECT_FALSE(std::filesystem::exists(folder.path("run/test"))) << "nothing is left";
  }
}

TEST(Place, ARuntimeFolderOfSomebodyElseIsRefused) {
  if (geteuid() != 0)
    GTEST_SKIP() << "only root can give a folder away";
  for (const char *whose : {"run", "run/test"}) {
    const Folder folder;
    std::filesystem::create_directories(folder.path("run/test"));
    ASSERT_EQ(chown(folder.path(whose).c_str(), 65'534, 65'534), 0);
    const std::string error = error_of(config_in(folder));
    EXPECT_NE(error.find("another user (uid 65534)"), std::string::npos) << error;
  }
}

TEST(Place, EverythingIsGivenToTheGroup) {
  if (geteuid() != 0)
    GTEST_SKIP() << "only root can give to any group";
  const Folder folder;
  auto config = config_in(folder);
  config.group = 65'534;
  const auto writer = make_writer(config);
  for (const std::string &path : {folder.path("run"), folder.path("run/test"), writer->path()}) {
    struct stat about {};
    ASSERT_EQ(stat(path.c_str(), &about), 0);
    EXPECT_EQ(about.st_gid, 65'534u) << path;
    EXPECT_EQ(about.st_mode & S_IRWXO, 0u) << path;
  }
}

TEST(Place, AGroupThatOneIsNotInIsRefused) {
  const Folder folder;
  chmod(folder.path().c_str(), 0777);
  const test::AsNobody nobody;
  auto config = config_in(folder);
  config.group = 4'242;
  std::string error;
  const auto writer = Writer::create(config, error);
  EXPECT_EQ(writer, nullptr);
  EXPECT_NE(error.find("cannot make the runtime directory"), std::string::npos) << error;
  EXPECT_FALSE(std::filesystem::exists(folder.path("run"))) << "nothing is left";
}

TEST(Place, WhatIsNoFolderIsRefused) {
  const Folder folder;
  folder.write("run", "a file");
  EXPECT_NE(error_of(config_in(folder)).find("cannot open the runtime directory"),
            std::string::npos);
}

TEST(Place, ASegmentThatCanNotBePutIntoItsPlaceIsRefused) {
  const Folder folder;
  std::filesystem::create_directories(folder.path("run/test/stats.shm/inside"));
  for (const char *path : {"run", "run/test"})
    chmod(folder.path(path).c_str(), 0750);
  EXPECT_NE(error_of(config_in(folder)).find("cannot put into its place"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder.path("run/test/stats.shm.new")));
}

TEST(Place, ASegmentThatCanNotBeMadeIsRefused) {
  const Folder folder;
  std::filesystem::create_directories(folder.path("run/test/stats.shm.new/inside"));
  for (const char *path : {"run", "run/test"})
    chmod(folder.path(path).c_str(), 0750);
  EXPECT_NE(error_of(config_in(folder)).find("cannot create"), std::string::npos);
}

TEST(Place, ALockThatIsALinkIsRefused) {
  const Folder folder;
  std::filesystem::create_directories(folder.path("run/test"));
  for (const char *path : {"run", "run/test"})
    chmod(folder.path(path).c_str(), 0750);
  folder.write("elsewhere", "text");
  std::filesystem::create_symlink(folder.path("elsewhere"), folder.path("run/test/lock"));
  EXPECT_NE(error_of(config_in(folder)).find("cannot open the lock"), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(folder.path("elsewhere")), 4u);
}

TEST(Place, LinksAreNotFollowed) {
  const Folder folder;
  std::filesystem::create_directories(folder.path("run"));
  std::filesystem::create_directories(folder.path("elsewhere"));
  std::filesystem::create_symlink(folder.path("elsewhere"), folder.path("run/test"));
  EXPECT_NE(error_of(config_in(folder)), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path("elsewhere")));
}

TEST(Place, AParentThatIsNotThereIsNamed) {
  const Folder folder;
  auto config = config_in(folder);
  config.runtime_dir = folder.path("no/such");
  EXPECT_NE(error_of(config).find(folder.path("no/such")), std::string::npos);
}

TEST(Place, RuntimeFolderByUserAndConfiguration) {
  std::string error;
  EXPECT_EQ(choose_runtime_dir("/x/y", true, nullptr, error), "/x/y");
  EXPECT_EQ(choose_runtime_dir("", true, "/run/user/0", error), "/run/handspand");
  EXPECT_EQ(choose_runtime_dir("", false, "/run/user/1000", error), "/run/user/1000/handspand");
  EXPECT_EQ(error, "");
  EXPECT_EQ(choose_runtime_dir("", false, nullptr, error), "");
  EXPECT_NE(error.find("XDG_RUNTIME_DIR"), std::string::npos);
  error.clear();
  EXPECT_EQ(choose_runtime_dir("", false, "relative", error), "");
  EXPECT_NE(error, "");
  EXPECT_EQ(segment_path("/run/handspand", "default"), "/run/handspand/default/stats.shm");
}

TEST(Place, AReaderLooksAtItsOwnDaemonFirstAndAtTheSystemsThen) {
  const Folder folder;
  const std::string own = folder.path("own"), system = folder.path("system");
  std::string error = "no runtime directory";
  const auto chosen = [&](const std::string &mine) {
    return choose_reading_dir(mine, system, "test", error);
  };
  EXPECT_EQ(chosen(own), own) << "neither is there: its own is what is told of";
  EXPECT_EQ(chosen(""), "");
  EXPECT_NE(error, "");
  std::filesystem::create_directories(system + "/test");
  folder.write("system/test/stats.shm", "");
  EXPECT_EQ(chosen(own), system);
  EXPECT_EQ(error, "");
  EXPECT_EQ(chosen(""), system);
  std::filesystem::create_directories(own + "/test");
  folder.write("own/test/stats.shm", "");
  EXPECT_EQ(chosen(own), own);
  EXPECT_EQ(reading_dir(own, "test", error), own) << "as configured";
}

} // namespace
} // namespace handspan::shm
