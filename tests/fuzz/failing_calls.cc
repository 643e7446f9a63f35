#include "failing_calls.h"

#include <cerrno>
#include <cstdarg>
#include <cstdio>

#include <fcntl.h>
#include <sys/types.h>

namespace {

using handspan::fuzz::Failing;

Failing which = Failing::none;
std::uint32_t left = 0, failed = 0;

bool fails() {
  if (which == Failing::none || (left > 0 && --left > 0))
    return false;
  if (which == Failing::one)
    which = Failing::none;
  errno = ++failed % 2 != 0 ? ENOSPC : EIO;
  return true;
}

} // namespace

namespace handspan::fuzz {

void fail(Failing how, std::uint32_t number) {
  which = number == 0 ? Failing::none : how;
  left = number;
  failed = 0;
}

std::uint32_t failures() {
  return failed;
}

} // namespace handspan::fuzz

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the names that --wrap
// gives
extern "C" {

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return fails() ? -1 : __real_open64(path, flags, mode);
}

std::FILE *__real_fopen64(const char *path, const char *mode);
std::FILE *__wrap_fopen64(const char *path, const char *mode) {
  return fails() ? nullptr : __real_fopen64(path, mode);
}

// A disk that is full takes the first half.
ssize_t __real_write(int file, const void *from, std::size_t bytes);
ssize_t __wrap_write(int file, const void *from, std::size_t bytes) {
  if (!fails())
    return __real_write(file, from, bytes);
  return failed % 3 != 0 ? -1 : __real_write(file, from, bytes / 2);
}

ssize_t __real_pwrite64(int file, const void *from, std::size_t bytes, off_t at);
ssize_t __wrap_pwrite64(int file, const void *from, std::size_t bytes, off_t at) {
  if (!fails())
    return __real_pwrite64(file, from, bytes, at);
  return failed % 3 != 0 ? -1 : __real_pwrite64(file, from, bytes / 2, at);
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to) {
  return fails() ? -1 : __real_rename(from, to);
}

int __real_unlink(const char *path);
int __wrap_unlink(const char *path) {
  return fails() ? -1 : __real_unlink(path);
}

int __real_truncate64(const char *path, off_t size);
int __wrap_truncate64(const char *path, off_t size) {
  return fails() ? -1 : __real_truncate64(path, size);
}

int __real_ftruncate64(int file, off_t size);
int __wrap_ftruncate64(int file, off_t size) {
  return fails() ? -1 : __real_ftruncate64(file, size);
}

} // extern "C"
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
