#include "fence/calls.h"

#include "base/error_text.h"

#include <cerrno>
#include <cstddef>

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace handspan::fence {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "the list of system calls is known for x86-64 and arm64"
#endif

// What any of these programs does once it runs: reads and writes files and sockets, waits, takes
// memory, makes threads, asks what the time is.
constexpr int kPlain[] = {
    // files that are open
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_pwrite64,
    SYS_lseek,
    SYS_close,
    SYS_fstat,
    SYS_fstatfs,
    SYS_fsync,
    SYS_fdatasync,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fadvise64,
    SYS_flock,
    SYS_fcntl,
    SYS_dup,
    SYS_dup3,
    SYS_pipe2,
    SYS_getdents64,
    SYS_sendfile,
    SYS_copy_file_range,
    SYS_fchmod,
    // and by name: Landlock says which
    SYS_openat,
    SYS_newfstatat,
    SYS_statx,
    SYS_statfs,
    SYS_faccessat,
    SYS_readlinkat,
    SYS_unlinkat,
    SYS_renameat,
    SYS_renameat2,
    SYS_mkdirat,
    SYS_linkat,
    SYS_fchmodat,
    SYS_utimensat,
    SYS_getcwd,
    SYS_chdir,
    SYS_umask,
    // waiting
    SYS_ppoll,
    SYS_pselect6,
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_eventfd2,
    SYS_timerfd_create,
    SYS_timerfd_settime,
    SYS_timerfd_gettime,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_futex,
    SYS_restart_syscall,
    SYS_sched_yield,
    // memory; mmap and mprotect stand below
    SYS_munmap,
    SYS_mremap,
    SYS_madvise,
    SYS_brk,
    SYS_msync,
    SYS_mlock,
    SYS_mlock2,
    SYS_munlock,
    SYS_mincore,
    SYS_membarrier,
    SYS_memfd_create,
    SYS_get_mempolicy,
    SYS_set_mempolicy,
    SYS_mbind,
    SYS_move_pages,
    // threads and the process itself
    SYS_exit,
    SYS_exit_group,
    SYS_set_robust_list,
    SYS_rseq,
    SYS_set_tid_address,
    SYS_getpid,
    SYS_gettid,
    SYS_getppid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_sched_getaffinity,
    SYS_sched_setaffinity,
    SYS_sched_getparam,
    SYS_sched_getscheduler,
    SYS_sched_get_priority_max,
    SYS_sched_get_priority_min,
    SYS_getcpu,
    SYS_getrusage,
    SYS_times,
    SYS_uname,
    SYS_sysinfo,
    SYS_getrandom,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigtimedwait,
    SYS_rt_sigsuspend,
    SYS_sigaltstack,
    // the time
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_gettimeofday,
    // sockets; socket and socketpair stand below
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_connect,
    SYS_shutdown,
    SYS_sendto,
    SYS_sendmsg,
    SYS_sendmmsg,
    SYS_recvfrom,
    SYS_recvmsg,
    SYS_recvmmsg,
    SYS_getsockname,
    SYS_getpeername,
    SYS_getsockopt,
    SYS_setsockopt,
#if defined(__x86_64__)
    // older forms of those above, which arm64 never had
    SYS_open,
    SYS_creat,
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_unlink,
    SYS_rename,
    SYS_mkdir,
    SYS_rmdir,
    SYS_link,
    SYS_chmod,
    SYS_dup2,
    SYS_pipe,
    SYS_poll,
    SYS_select,
    SYS_epoll_create,
    SYS_epoll_wait,
    SYS_eventfd,
    SYS_pause,
    SYS_getrlimit,
    SYS_time,
    SYS_utimes,
    SYS_futimesat,
#endif
#if defined(SYS_faccessat2)
    SYS_faccessat2,
#endif
#if defined(SYS_futex_waitv)
    SYS_futex_waitv,
#endif
#if defined(SYS_close_range)
    SYS_close_range,
#endif
#if defined(SYS_epoll_pwait2)
    SYS_epoll_pwait2,
#endif
};

constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;

class Program {
public:
  Program() {
    load(offsetof(seccomp_data, arch));
    add(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0);
    answer(SECCOMP_RET_KILL_PROCESS); // numbers of another list
    load(offsetof(seccomp_data, nr));
  }

  void call(int number, std::uint32_t result = SECCOMP_RET_ALLOW) {
    only(number, 1);
    answer(result);
  }
  // Where the argument is one of these.
  void call_with(int number, unsigned argument, const std::vector<std::uint32_t> &values) {
    only(number, values.size() + 3);
    load_argument(argument);
    for (std::size_t i = 0; i < values.size(); ++i)
      add(BPF_JMP | BPF_JEQ | BPF_K, values[i], static_cast<std::uint8_t>(values.size() - i), 0);
    answer(kRefuse);
    answer(SECCOMP_RET_ALLOW);
  }
  // Where the argument is any but this.
  void call_without(int number, unsigned argument, std::uint32_t value) {
    only(number, 4);
    load_argument(argument);
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    answer(kRefuse);
    answer(SECCOMP_RET_ALLOW);
  }
  // Where, of these bits of the argument, not all are set (or, with `wanted`, all are).
  void call_by_bits(int number, unsigned argument, std::uint32_t bits, bool wanted) {
    only(number, 5);
    load_argument(argument);
    add(BPF_ALU | BPF_AND | BPF_K, bits);
    add(BPF_JMP | BPF_JEQ | BPF_K, bits, wanted ? 1 : 0, wanted ? 0 : 1);
    answer(kRefuse);
    answer(SECCOMP_RET_ALLOW);
  }
  std::vector<sock_filter> finish() {
    answer(kRefuse);
    return std::move(code_);
  }

private:
  void add(unsigned code, std::uint32_t k, std::uint8_t yes = 0, std::uint8_t no = 0) {
    code_.push_back({static_cast<std::uint16_t>(code), yes, no, k});
  }
  void load(std::size_t offset) {
    add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
  }
  // Its lower half: what is looked at here has no more bits.
  void load_argument(unsigned i) { load(offsetof(seccomp_data, args) + i * sizeof(std::uint64_t)); }
  void answer(std::uint32_t result) { add(BPF_RET | BPF_K, result); }
  // The next `steps` are for this call alone; all of them end in an answer.
  void only(int number, std::size_t steps) {
    add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0,
        static_cast<std::uint8_t>(steps));
  }

  std::vector<sock_filter> code_;
};

} // namespace

std::vector<sock_filter> filter_of(const CallNeeds &needs, std::uint32_t own_process) {
  Program program;
  for (const int number : kPlain)
    program.call(number);
  // Terminals take typed words from whoever holds one.
  program.call_without(SYS_ioctl, 1, TIOCSTI);
  program.call_with(SYS_socket, 0, needs.families);
  program.call_with(SYS_socketpair, 0, {1}); // AF_UNIX
  for (const int number : {SYS_mmap, SYS_mprotect})
    program.call_by_bits(number, 2, needs.maps_programs ? PROT_EXEC | PROT_WRITE : PROT_EXEC,
                         false);
  // Threads, no processes. Flags of clone3 lie in memory, where no filter sees them: whoever is
  // told that there is no such call takes clone.
  program.call_by_bits(SYS_clone, 0, CLONE_THREAD, true);
  program.call(SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
  for (const int number : {SYS_kill, SYS_tgkill})
    program.call_with(number, 0, {own_process});
  program.call_with(SYS_prlimit64, 0, {0, own_process});
  program.call_with(SYS_prctl, 0, {PR_SET_NAME, PR_GET_NAME});
  return program.finish();
}

bool fence_calls(const CallNeeds &needs, std::string &why) {
  std::vector<sock_filter> code = filter_of(needs, static_cast<std::uint32_t>(getpid()));
  const sock_fprog program = {static_cast<unsigned short>(code.size()), code.data()};
  // The filter is for what a packet may do, not for what other processes might learn from timing:
  // without the last flag older kernels slow every thread down.
  constexpr unsigned long kFlags =
      SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  const long refused = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, kFlags, &program);
  if (refused != 0)
    why = refused > 0 ? "a thread has a filter of its own" : base::error_text(errno);
  return refused == 0;
}

} // namespace handspan::fence
