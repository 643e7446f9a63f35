// Preloaded into a program (LD_PRELOAD), makes one call fail, once: the HANDSPAN_TORTURE-th of
// those below, counted over all threads. What failed, and how many calls there were, is told in the
// file HANDSPAN_TORTURE_REPORT. 0 only counts.
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

std::atomic<long> calls{0};

// From where each call was made.
constexpr long kPlaces = 1 << 16;
std::atomic<const void *> places[kPlaces];
std::atomic<const char *> names[kPlaces];

long wanted() {
  static const long number = [] {
    const char *text = std::getenv("HANDSPAN_TORTURE");
    return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
  }();
  return number;
}

// By calls into the kernel alone: the library's own are those that are counted here.
void report(const char *line) {
  static const char *path = std::getenv("HANDSPAN_TORTURE_REPORT");
  if (path == nullptr)
    return;
  const long file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (file < 0)
    return;
  (void)syscall(SYS_write, file, line, std::strlen(line));
  syscall(SYS_close, file);
}

const char *module_of(const Dl_info &place) {
  const char *path = place.dli_fname == nullptr ? "?" : place.dli_fname;
  const char *slash = std::strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

bool fails(const char *name, const void *caller) {
  const long number = calls.fetch_add(1) + 1;
  if (wanted() == 0 && number < kPlaces) {
    names[number].store(name);
    places[number].store(caller);
  }
  if (number != wanted())
    return false;
  Dl_info place = {};
  dladdr(caller, &place);
  char line[512];
  std::snprintf(line, sizeof line, "failed %s in %s %s\n", name, module_of(place),
                place.dli_sname ? place.dli_sname : "");
  report(line);
  return true;
}

__attribute__((destructor)) void tell() {
  char line[512];
  std::snprintf(line, sizeof line, "calls %ld\n", calls.load());
  report(line);
  for (long i = 1; wanted() == 0 && i < kPlaces; ++i)
    if (const void *at = places[i].load(); at != nullptr) {
      Dl_info place = {};
      dladdr(at, &place);
      std::snprintf(line, sizeof line, "%ld %s %p %s\n", i, names[i].load(), at, module_of(place));
      report(line);
    }
}

template <class Function> Function *next(const char *name) {
  return reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name));
}

template <class Result> Result failed(int error, Result result) {
  errno = error;
  return result;
}

} // namespace

#define FAILS(name) fails(#name, __builtin_return_address(0))
// Its result when it fails, with errno.
#define CALL(Result, name, parameters, arguments, error, result)                                   \
  extern "C" Result name parameters {                                                              \
    static auto *const real = next<Result parameters>(#name);                                      \
    return FAILS(name) ? failed<Result>(error, result) : real arguments;                           \
  }
#define OPENS(name, parameters, flags, arguments)                                                  \
  extern "C" int name parameters {                                                                 \
    va_list rest;                                                                                  \
    va_start(rest, flags);                                                                         \
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;           \
    va_end(rest);                                                                                  \
    static auto *const real = next<int parameters>(#name);                                         \
    return FAILS(name) ? failed(EMFILE, -1) : real arguments;                                      \
  }

// Files.
OPENS(open, (const char *path, int flags, ...), flags, (path, flags, mode))
OPENS(open64, (const char *path, int flags, ...), flags, (path, flags, mode))
OPENS(openat, (int at, const char *path, int flags, ...), flags, (at, path, flags, mode))
OPENS(openat64, (int at, const char *path, int flags, ...), flags, (at, path, flags, mode))
CALL(FILE *, fopen, (const char *path, const char *mode), (path, mode), EMFILE, nullptr)
CALL(FILE *, fopen64, (const char *path, const char *mode), (path, mode), EMFILE, nullptr)
CALL(FILE *, fdopen, (int file, const char *mode), (file, mode), ENOMEM, nullptr)
CALL(DIR *, opendir, (const char *path), (path), EMFILE, nullptr)
CALL(ssize_t, read, (int file, void *to, size_t n), (file, to, n), EIO, -1)
CALL(ssize_t, pread, (int file, void *to, size_t n, off_t at), (file, to, n, at), EIO, -1)
CALL(ssize_t, pread64, (int file, void *to, size_t n, off64_t at), (file, to, n, at), EIO, -1)
CALL(ssize_t, write, (int file, const void *from, size_t n), (file, from, n), ENOSPC, -1)
CALL(ssize_t, pwrite, (int file, const void *from, size_t n, off_t at), (file, from, n, at), ENOSPC,
     -1)
CALL(ssize_t, pwrite64, (int file, const void *from, size_t n, off64_t at), (file, from, n, at),
     ENOSPC, -1)
CALL(size_t, fwrite, (const void *from, size_t size, size_t n, FILE *to), (from, size, n, to),
     ENOSPC, 0)
CALL(int, fflush, (FILE * file), (file), ENOSPC, EOF)
CALL(int, ftruncate, (int file, off_t bytes), (file, bytes), ENOSPC, -1)
CALL(int, ftruncate64, (int file, off64_t bytes), (file, bytes), ENOSPC, -1)
CALL(int, fallocate, (int file, int mode, off_t at, off_t n), (file, mode, at, n), ENOSPC, -1)
CALL(int, posix_fallocate, (int file, off_t at, off_t n), (file, at, n), 0, ENOSPC)
CALL(int, posix_fallocate64, (int file, off64_t at, off64_t n), (file, at, n), 0, ENOSPC)
CALL(int, rename, (const char *from, const char *to), (from, to), EACCES, -1)
CALL(int, renameat, (int at, const char *from, int there, const char *to), (at, from, there, to),
     EACCES, -1)
CALL(int, unlink, (const char *path), (path), EACCES, -1)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), EACCES, -1)
CALL(int, mkdirat, (int at, const char *path, mode_t mode), (at, path, mode), EACCES, -1)
CALL(int, mkostemp, (char *path, int flags), (path, flags), EACCES, -1)
CALL(int, mkostemp64, (char *path, int flags), (path, flags), EACCES, -1)
CALL(int, flock, (int file, int what), (file, what), ENOLCK, -1)
CALL(int, fchmod, (int file, mode_t mode), (file, mode), EPERM, -1)
CALL(int, fchmodat, (int at, const char *path, mode_t mode, int flags), (at, path, mode, flags),
     EPERM, -1)
CALL(int, fstat, (int file, struct stat *about), (file, about), EIO, -1)
CALL(int, fstat64, (int file, struct stat64 *about), (file, about), EIO, -1)
CALL(int, stat, (const char *path, struct stat *about), (path, about), EIO, -1)
CALL(int, stat64, (const char *path, struct stat64 *about), (path, about), EIO, -1)
CALL(int, lstat, (const char *path, struct stat *about), (path, about), EIO, -1)
CALL(int, fstatvfs, (int file, struct statvfs *about), (file, about), EIO, -1)
CALL(int, access, (const char *path, int mode), (path, mode), EACCES, -1)
CALL(int, dup, (int file), (file), EMFILE, -1)
CALL(int, dup2, (int file, int to), (file, to), EMFILE, -1)
CALL(int, pipe, (int files[2]), (files), EMFILE, -1)

// Memory and threads.
CALL(void *, mmap, (void *at, size_t n, int protection, int flags, int file, off_t from),
     (at, n, protection, flags, file, from), ENOMEM, reinterpret_cast<void *>(-1))
CALL(void *, mmap64, (void *at, size_t n, int protection, int flags, int file, off64_t from),
     (at, n, protection, flags, file, from), ENOMEM, reinterpret_cast<void *>(-1))
CALL(int, mlock, (const void *at, size_t n), (at, n), ENOMEM, -1)
CALL(int, madvise, (void *at, size_t n, int advice), (at, n, advice), ENOMEM, -1)
CALL(int, memfd_create, (const char *name, unsigned flags), (name, flags), EMFILE, -1)
CALL(int, pthread_create,
     (pthread_t * thread, const pthread_attr_t *about, void *(*body)(void *), void *given),
     (thread, about, body, given), 0, EAGAIN)
CALL(int, pthread_setaffinity_np, (pthread_t thread, size_t n, const cpu_set_t *set),
     (thread, n, set), 0, EINVAL)
CALL(int, sched_setaffinity, (pid_t thread, size_t n, const cpu_set_t *set), (thread, n, set),
     EINVAL, -1)
CALL(int, sched_getaffinity, (pid_t thread, size_t n, cpu_set_t *set), (thread, n, set), EINVAL, -1)

// Sockets, and what is waited for.
CALL(int, socket, (int family, int kind, int protocol), (family, kind, protocol), EMFILE, -1)
CALL(int, bind, (int file, const sockaddr *to, socklen_t n), (file, to, n), EADDRINUSE, -1)
CALL(int, listen, (int file, int n), (file, n), EADDRINUSE, -1)
CALL(ssize_t, sendto,
     (int file, const void *from, size_t n, int flags, const sockaddr *to, socklen_t length),
     (file, from, n, flags, to, length), ENOBUFS, -1)
CALL(int, epoll_create, (int n), (n), EMFILE, -1)
CALL(int, epoll_create1, (int flags), (flags), EMFILE, -1)
CALL(int, eventfd, (unsigned value, int flags), (value, flags), EMFILE, -1)
CALL(int, timerfd_create, (int clock, int flags), (clock, flags), EMFILE, -1)
CALL(int, signalfd, (int file, const sigset_t *set, int flags), (file, set, flags), EMFILE, -1)
CALL(ssize_t, getrandom, (void *to, size_t n, unsigned flags), (to, n, flags), ENOSYS, -1)
CALL(int, gethostname, (char *to, size_t n), (to, n), EFAULT, -1)

// seccomp, Landlock, capset: what has no function of its own.
extern "C" long syscall(long number, ...) noexcept {
  va_list rest;
  va_start(rest, number);
  long a[6];
  for (long &argument : a)
    argument = va_arg(rest, long);
  va_end(rest);
  static auto *const real = next<long(long, ...)>("syscall");
  const bool ours = number == SYS_openat || number == SYS_write || number == SYS_close;
  return !ours && FAILS(syscall) ? failed(EPERM, -1L)
                                 : real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

// DPDK.
struct rte_mempool;
struct rte_ring;
struct rte_memzone;
struct rte_mbuf_dynfield;
struct rte_intr_handle;
#define TAKES(Result, name, parameters, arguments)                                                 \
  CALL(Result, name, parameters, arguments, ENOMEM, nullptr)
TAKES(void *, rte_malloc, (const char *kind, size_t n, unsigned align), (kind, n, align))
TAKES(void *, rte_zmalloc, (const char *kind, size_t n, unsigned align), (kind, n, align))
TAKES(void *, rte_calloc, (const char *kind, size_t n, size_t size, unsigned align),
      (kind, n, size, align))
TAKES(void *, rte_malloc_socket, (const char *kind, size_t n, unsigned align, int socket),
      (kind, n, align, socket))
TAKES(void *, rte_zmalloc_socket, (const char *kind, size_t n, unsigned align, int socket),
      (kind, n, align, socket))
TAKES(rte_mempool *, rte_mempool_create_empty,
      (const char *name, unsigned n, unsigned size, unsigned cache, unsigned extra, int socket,
       unsigned flags),
      (name, n, size, cache, extra, socket, flags))
TAKES(rte_mempool *, rte_pktmbuf_pool_create,
      (const char *name, unsigned n, unsigned cache, uint16_t extra, uint16_t room, int socket),
      (name, n, cache, extra, room, socket))
TAKES(rte_ring *, rte_ring_create, (const char *name, unsigned n, int socket, unsigned flags),
      (name, n, socket, flags))
TAKES(const rte_memzone *, rte_memzone_reserve,
      (const char *name, size_t n, int socket, unsigned flags), (name, n, socket, flags))
TAKES(const rte_memzone *, rte_memzone_reserve_aligned,
      (const char *name, size_t n, int socket, unsigned flags, unsigned align),
      (name, n, socket, flags, align))
TAKES(rte_intr_handle *, rte_intr_instance_alloc, (uint32_t flags), (flags))
CALL(int, rte_mbuf_dynfield_register, (const rte_mbuf_dynfield *field), (field), 0, -1)
CALL(int, rte_mempool_populate_default, (rte_mempool * pool), (pool), 0, -ENOMEM)
