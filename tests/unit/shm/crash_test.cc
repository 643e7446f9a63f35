// What other processes see: of a writer that lives, and of one that was killed.
#include "helpers.h"

#include "shm/process.h"

#include <csignal>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handspan::shm {
namespace {

// A child that is killed and reaped even if a test fails on the way.
class Child {
public:
  template <class Body> explicit Child(Body body) : pid_(fork()) {
    if (pid_ == 0) {
      body();
      _exit(0);
    }
  }
  ~Child() {
    if (!reaped_)
      kill_and_wait();
  }
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    reaped_ = true;
    return status;
  }
  void kill_and_wait() {
    kill(pid_, SIGKILL);
    wait();
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

private:
  pid_t pid_;
  bool reaped_ = false;
};

struct Pipe {
  Pipe() { EXPECT_EQ(pipe(ends), 0); }
  ~Pipe() {
    close(ends[0]);
    close(ends[1]);
  }
  void tell() const { EXPECT_EQ(write(ends[1], "x", 1), 1); }
  [[nodiscard]] bool heard() const {
    char byte;
    return read(ends[0], &byte, 1) == 1;
  }
  int ends[2]{};
};

TEST(Crash, AReadingProcessCanNotWrite) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  Child child([&] {
    signal(SIGSEGV, SIG_DFL);
    const Mapping mapping = Mapping::read_only(open(writer->path().c_str(), O_RDONLY), kPage);
    if (!mapping.ok() || mapping.data()[0] == std::byte{0})
      _exit(1);
    *static_cast<volatile std::byte *>(mapping.data()) = std::byte{0};
    _exit(2);
  });
  const int status = child.wait();
  ASSERT_TRUE(WIFSIGNALED(status)) << "exit " << WEXITSTATUS(status);
  EXPECT_EQ(WTERMSIG(status), SIGSEGV);
  EXPECT_NE(open_reader(writer->path()), nullptr);
}

// The mapping of a Reader itself, seen from the kernel.
TEST(Crash, AReaderMapsReadOnly) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  Child child([&] {
    OpenError error;
    const auto reader = Reader::open(writer->path(), error);
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    int readable = 0;
    // The child has inherited the writer's mapping; the reader's is the other one.
    while (maps != nullptr && fgets(line, sizeof line, maps) != nullptr)
      if (std::string_view(line).find("stats.shm") != std::string_view::npos &&
          std::string_view(line).find(" r--s ") != std::string_view::npos)
        ++readable;
    _exit(reader != nullptr && readable == 1 ? 0 : 1);
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(Crash, AKilledWriterIsDeadItsRecordsReadableAndItsLockFree) {
  const Folder folder;
  const Pipe ready;
  Child child([&] {
    std::string error;
    const auto writer = Writer::create(config_in(folder), error);
    if (writer == nullptr)
      _exit(1);
    writer->set_state(State::running);
    auto record = std::make_unique<record::Record>();
    for (std::uint64_t n = 0; n < 100; ++n) {
      stamp(*record, n);
      writer->worker(0).append(*record);
    }
    writer->worker(0).publish();
    ready.tell();
    for (;;)
      pause();
  });
  ASSERT_TRUE(ready.heard());
  const auto reader = open_reader(folder.path("run/test/stats.shm"));
  EXPECT_EQ(reader->status(monotonic_now(), INT64_MAX).life, Life::running);
  EXPECT_EQ(reader->info().pid, static_cast<std::uint64_t>(child.pid()));
  std::string error;
  EXPECT_EQ(Writer::create(config_in(folder), error), nullptr);
  EXPECT_NE(error.find("process " + std::to_string(child.pid())), std::string::npos) << error;

  child.kill_and_wait();
  EXPECT_EQ(reader->status(monotonic_now(), INT64_MAX).life, Life::dead);
  auto cursor = reader->cursor(0, Start::oldest);
  auto record = std::make_unique<record::Record>();
  for (std::uint64_t n = 0; n < 100; ++n) {
    ASSERT_EQ(cursor->poll(*record).kind, Poll::Kind::record);
    EXPECT_TRUE(whole(*record, n));
  }
  EXPECT_EQ(cursor->poll(*record).kind, Poll::Kind::nothing);

  const auto next = make_writer(config_in(folder));
  ASSERT_NE(next, nullptr);
  EXPECT_TRUE(reader->status(monotonic_now(), INT64_MAX).replaced);
}

TEST(Crash, AProcessIsKnownByMoreThanItsNumber) {
  const auto self = static_cast<std::uint64_t>(getpid());
  const std::uint64_t ticks = start_ticks(self);
  EXPECT_NE(ticks, 0u);
  EXPECT_EQ(look_at(self, ticks), Process::alive);
  EXPECT_EQ(look_at(self, ticks + 1), Process::gone) << "the number has been given again";
  EXPECT_EQ(look_at(0, 0), Process::gone);
  EXPECT_EQ(look_at(UINT64_MAX, 0), Process::gone);
  EXPECT_FALSE(boot_id().empty());
}

TEST(Crash, AZombieIsDead) {
  const Pipe ready;
  Child child([&] { ready.tell(); });
  ASSERT_TRUE(ready.heard());
  const auto pid = static_cast<std::uint64_t>(child.pid());
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child.pid()), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(look_at(pid, start_ticks(pid)), Process::gone);
}

} // namespace
} // namespace handspan::shm
