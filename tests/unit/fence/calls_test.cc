#include "fence/calls.h"

#include "child.h"
#include "fence/capabilities.h"

#include <cerrno>
#include <csignal>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace handspan::fence {
namespace {

constexpr int kNoFence = 200, kSucceeded = 0;

// What becomes of it behind the fence: an errno, or kSucceeded.
int behind_the_fence(const CallNeeds &needs, const std::function<long()> &deed) {
  return in_a_child([&] {
    std::string why;
    if (!drop_capabilities(why) || !fence_calls(needs, why))
      return kNoFence;
    errno = 0;
    return deed() >= 0 ? kSucceeded : errno;
  });
}
int behind_the_fence(const std::function<long()> &deed) {
  return behind_the_fence({.families = {AF_UNIX}}, deed);
}

long run_program() {
  char name[] = "/bin/true";
  char *arguments[] = {name, nullptr};
  return execve(name, arguments, nullptr);
}

long map(int protection) {
  return mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

TEST(Calls, ThatRunOtherProgramsAreRefused) {
  EXPECT_EQ(behind_the_fence(run_program), EPERM);
  EXPECT_EQ(behind_the_fence([] { return long{fork()}; }), EPERM);
  EXPECT_EQ(behind_the_fence([] { return long{vfork()}; }), EPERM);
  EXPECT_EQ(behind_the_fence([] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }), EPERM);
  EXPECT_EQ(behind_the_fence([] { return long{kill(getppid(), 0)}; }), EPERM);
}

TEST(Calls, ThatChangeTheMachineAreRefused) {
  for (const long number :
       {SYS_mount, SYS_umount2, SYS_unshare, SYS_setns, SYS_bpf, SYS_init_module, SYS_reboot,
        SYS_setuid, SYS_chroot, SYS_keyctl, SYS_perf_event_open, SYS_process_vm_readv,
        SYS_userfaultfd, SYS_personality, SYS_io_uring_setup})
    EXPECT_EQ(behind_the_fence([=] { return syscall(number, 0, 0, 0, 0, 0); }), EPERM) << number;
}

TEST(Calls, SocketsOfOtherFamiliesAreRefused) {
  for (const int family : {AF_INET, AF_INET6, AF_PACKET, AF_NETLINK, AF_VSOCK})
    EXPECT_EQ(behind_the_fence([=] { return long{socket(family, SOCK_DGRAM, 0)}; }), EPERM)
        << family;
  EXPECT_EQ(behind_the_fence([] { return long{socket(AF_UNIX, SOCK_DGRAM, 0)}; }), kSucceeded);
  const CallNeeds needs{.families = {AF_UNIX, AF_INET}};
  EXPECT_EQ(behind_the_fence(needs, [] { return long{socket(AF_INET, SOCK_DGRAM, 0)}; }),
            kSucceeded);
  EXPECT_EQ(behind_the_fence(needs, [] { return long{socket(AF_PACKET, SOCK_DGRAM, 0)}; }), EPERM);
}

TEST(Calls, MemoryDoesNotBecomeAProgram) {
  EXPECT_EQ(behind_the_fence([] { return map(PROT_READ | PROT_WRITE); }), kSucceeded);
  EXPECT_EQ(behind_the_fence([] { return map(PROT_READ | PROT_EXEC); }), EPERM);
  const CallNeeds loads{.families = {AF_UNIX}, .maps_programs = true};
  EXPECT_EQ(behind_the_fence(loads, [] { return map(PROT_READ | PROT_EXEC); }), kSucceeded);
  EXPECT_EQ(behind_the_fence(loads, [] { return map(PROT_READ | PROT_WRITE | PROT_EXEC); }), EPERM);
}

TEST(Calls, SomeAreRefusedByWhatTheyAsk) {
  EXPECT_EQ(behind_the_fence([] {
              char letter = 'x';
              return long{ioctl(0, TIOCSTI, &letter)};
            }),
            EPERM);
  // Its number has all the bits of that one.
  EXPECT_EQ(behind_the_fence([] {
              int ends[2], waiting = 0;
              return pipe(ends) == 0 ? long{ioctl(ends[0], FIONREAD, &waiting)} : -1;
            }),
            kSucceeded);
  EXPECT_EQ(behind_the_fence([] { return long{prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)}; }), EPERM);
  EXPECT_EQ(behind_the_fence([] { return long{prctl(PR_SET_NAME, "a", 0, 0, 0)}; }), kSucceeded);
  EXPECT_EQ(behind_the_fence([] {
              rlimit limit = {};
              return long{getrlimit(RLIMIT_NOFILE, &limit)};
            }),
            kSucceeded);
}

TEST(Calls, ThreadsAndTheirWorkGoOn) {
  EXPECT_EQ(behind_the_fence([] {
              long read_some = -1;
              std::thread([&] {
                const int file = open("/dev/zero", O_RDONLY);
                char byte = 1;
                read_some = read(file, &byte, 1);
              }).join();
              return read_some;
            }),
            kSucceeded);
}

TEST(Calls, ThreadsThatWereThereAreFencedToo) {
  EXPECT_EQ(in_a_child([] {
              std::atomic<bool> fenced{false};
              int found = kNoFence;
              std::thread other([&] {
                while (!fenced.load())
                  std::this_thread::yield();
                found = socket(AF_INET, SOCK_DGRAM, 0) >= 0 ? kSucceeded : errno;
              });
              std::string why;
              const bool good = drop_capabilities(why) && fence_calls({.families = {AF_UNIX}}, why);
              fenced.store(true);
              other.join();
              return good ? found : kNoFence;
            }),
            EPERM);
}

} // namespace
} // namespace handspan::fence
