#include "shm/place.h"

#include "shm/runtime_dir.h"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handspan::shm {

namespace {

// Makes a folder if there is none. Its mode does not depend on the umask.
bool make_folder(int parent, const char *name, gid_t group) {
  if (mkdirat(parent, name, 0750) != 0)
    return errno == EEXIST;
  if (group != static_cast<gid_t>(-1) &&
      fchownat(parent, name, static_cast<uid_t>(-1), group, AT_SYMLINK_NOFOLLOW) != 0)
    return false;
  return fchmodat(parent, name, 0750, 0) == 0;
}

// The process that holds the lock wrote its number into it.
std::string holder(int lock) {
  char text[24] = {};
  const ssize_t n = pread(lock, text, sizeof text - 1, 0);
  const long pid = n > 0 ? std::strtol(text, nullptr, 10) : 0;
  return pid > 0 ? "process " + std::to_string(pid) : "another process";
}

} // namespace

Fd open_place(const std::string &runtime_dir, std::string_view instance, gid_t group,
              std::string &error) {
  if (!make_folder(AT_FDCWD, runtime_dir.c_str(), group)) {
    error = refused("cannot make the runtime directory", runtime_dir);
    return {};
  }
  const Fd runtime(open(runtime_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!runtime.ok()) {
    error = refused("cannot open the runtime directory", runtime_dir);
    return {};
  }
  const std::string name(instance);
  const std::string path = runtime_dir + "/" + name;
  if (!make_folder(runtime.get(), name.c_str(), group)) {
    error = refused("cannot make the directory", path);
    return {};
  }
  Fd place(openat(runtime.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!place.ok()) {
    error = refused("cannot open the directory", path);
    return {};
  }
  struct stat about {};
  if (fstat(place.get(), &about) != 0 || about.st_uid != geteuid() ||
      (about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    error = path + " is not ours alone to write: remove it, or choose another runtime directory";
    return {};
  }
  return place;
}

Fd take_lock(const Fd &place, const std::string &path, std::string_view instance,
             std::string &error) {
  Fd lock(openat(place.get(), std::string(kLockName).c_str(),
                 O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!lock.ok()) {
    error = refused("cannot open the lock", path);
    return {};
  }
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      error = "instance \"" + std::string(instance) + "\" is already running (" +
              holder(lock.get()) + "): stop it, or choose another instance name";
    } else {
      error = refused("cannot lock", path);
    }
    return {};
  }
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(lock.get(), 0) != 0 ||
      pwrite(lock.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    error = refused("cannot write", path);
    return {};
  }
  return lock;
}

} // namespace handspan::shm
