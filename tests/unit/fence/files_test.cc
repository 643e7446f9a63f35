#include "fence/files.h"

#include "../temporary_folder.h"
#include "child.h"
#include "fence/capabilities.h"

#include <atomic>
#include <cerrno>
#include <fstream>
#include <functional>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handspan::fence {
namespace {

constexpr int kNoFence = 200, kSucceeded = 0;

class Files : public ::testing::Test {
protected:
  void SetUp() override {
    if (landlock_version() == 0)
      GTEST_SKIP() << "this kernel has no Landlock";
    for (const char *name : {"own", "read", "other"}) {
      mkdir(folder_.path(name).c_str(), 0700);
      std::ofstream(folder_.path(name) + "/file") << "text";
    }
  }

  // What becomes of it behind the fence: an errno, or kSucceeded.
  int behind_the_fence(const std::function<long()> &deed) {
    return in_a_child([&] {
      std::string why;
      const std::vector<Room> rooms = {{folder_.path("own"), true},
                                       {folder_.path("read"), false},
                                       {folder_.path("missing"), true},
                                       {"/proc", false}};
      if (!drop_capabilities(why) || fence_files(rooms, why) != Fenced::yes)
        return kNoFence;
      errno = 0;
      return deed() >= 0 ? kSucceeded : errno;
    });
  }
  int opened(const std::string &path, int flags) {
    return behind_the_fence([&] { return long{open(path.c_str(), flags, 0600)}; });
  }

  test::TemporaryFolder folder_;
};

TEST_F(Files, OwnOnesAreReadAndWritten) {
  EXPECT_EQ(opened(folder_.path("own") + "/file", O_RDWR | O_TRUNC), kSucceeded);
  EXPECT_EQ(opened(folder_.path("own") + "/new", O_WRONLY | O_CREAT | O_EXCL), kSucceeded);
  const std::string from = folder_.path("own") + "/new", to = folder_.path("own") + "/moved";
  EXPECT_EQ(behind_the_fence([&] { return long{rename(from.c_str(), to.c_str())}; }), kSucceeded);
  EXPECT_EQ(behind_the_fence([&] { return long{unlink(to.c_str())}; }), kSucceeded);
}

TEST_F(Files, SomeAreReadAlone) {
  const std::string file = folder_.path("read") + "/file";
  EXPECT_EQ(opened(file, O_RDONLY), kSucceeded);
  EXPECT_EQ(opened(file, O_WRONLY), EACCES);
  EXPECT_EQ(opened(folder_.path("read") + "/new", O_WRONLY | O_CREAT), EACCES);
  EXPECT_EQ(behind_the_fence([&] { return long{unlink(file.c_str())}; }), EACCES);
}

TEST_F(Files, OthersAreNotFound) {
  EXPECT_EQ(opened(folder_.path("other") + "/file", O_RDONLY), EACCES);
  EXPECT_EQ(opened("/etc/shadow", O_RDONLY), EACCES);
  EXPECT_EQ(opened("/etc/passwd", O_RDONLY), EACCES);
  EXPECT_EQ(opened("/tmp/handspan-fence", O_WRONLY | O_CREAT), EACCES);
}

TEST_F(Files, ALinkLeadsNowhereElse) {
  const std::string link = folder_.path("own") + "/link";
  ASSERT_EQ(symlink((folder_.path("other") + "/file").c_str(), link.c_str()), 0);
  EXPECT_EQ(opened(link, O_RDONLY), EACCES);
}

TEST_F(Files, NobodyConnects) {
  if (landlock_version() < 4)
    GTEST_SKIP() << "this kernel's Landlock does not know of TCP";
  EXPECT_EQ(behind_the_fence([] {
              sockaddr_in address = {};
              address.sin_family = AF_INET;
              address.sin_port = htons(9);
              address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
              return long{connect(socket(AF_INET, SOCK_STREAM, 0),
                                  reinterpret_cast<const sockaddr *>(&address), sizeof address)};
            }),
            EACCES);
}

TEST_F(Files, ThreadsThatWereThereAreFencedToo) {
  const std::string file = folder_.path("other") + "/file";
  EXPECT_EQ(in_a_child([&] {
              std::atomic<bool> fenced{false};
              int found = kNoFence;
              std::thread other([&] {
                while (!fenced.load())
                  std::this_thread::yield();
                found = open(file.c_str(), O_RDONLY) >= 0 ? kSucceeded : errno;
              });
              std::string why;
              const bool good =
                  drop_capabilities(why) && fence_files({{"/proc", false}}, why) == Fenced::yes;
              fenced.store(true);
              other.join();
              return good ? found : kNoFence;
            }),
            EACCES);
}

TEST(Folders, AreThoseOfThePathAndOfWhereItLeads) {
  const test::TemporaryFolder folder;
  mkdir(folder.path("a").c_str(), 0700);
  mkdir(folder.path("b").c_str(), 0700);
  std::ofstream(folder.path("b") + "/file") << "text";
  ASSERT_EQ(symlink("../b/file", (folder.path("a") + "/link").c_str()), 0);
  EXPECT_EQ(folders_of(folder.path("a") + "/link"),
            (std::vector<std::string>{folder.path("a"), folder.path("b")}));
  EXPECT_TRUE(folders_of("").empty());
}

} // namespace
} // namespace handspan::fence
