#include "shm/place.h"

#include "shm/runtime_dir.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handspan::shm {

namespace {

constexpr const char *kLock = "lock";
static_assert(kLockName == kLock);
constexpr int kTries = 100; // each lost to another start that failed at the same moment

// Makes a folder if there is none. Its mode does not depend on the umask.
bool make_folder(int parent, const char *name, gid_t group, bool &made) {
  if (mkdirat(parent, name, 0750) != 0)
    return errno == EEXIST;
  made = true;
  if (group != static_cast<gid_t>(-1) &&
      fchownat(parent, name, static_cast<uid_t>(-1), group, AT_SYMLINK_NOFOLLOW) != 0)
    return false;
  return fchmodat(parent, name, 0750, 0) == 0;
}

// Whether somebody else could exchange what lies in the folder: says so in `error`.
bool is_open_to_others(int folder, const std::string &path, std::string &error) {
  struct stat about {};
  if (fstat(folder, &about) != 0) {
    error = refused("cannot look at the directory", path);
    return true;
  }
  if (about.st_uid != geteuid() && about.st_uid != 0) {
    error = path + " is not ours alone to write: it belongs to another user (uid " +
            std::to_string(about.st_uid) + "): chown it, or choose another runtime directory";
    return true;
  }
  if ((about.st_mode & (S_IWGRP | S_IWOTH)) == 0)
    return false;
  char mode[8] = {};
  (void)std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(about.st_mode & 07777));
  error = path + " is not ours alone to write: its mode is " + mode +
          ": chmod go-w it, or choose another runtime directory";
  return true;
}

// The process that holds the lock wrote its number into it.
std::string holder(int lock) {
  char text[24] = {};
  const ssize_t n = pread(lock, text, sizeof text - 1, 0);
  const long pid = n > 0 ? std::strtol(text, nullptr, 10) : 0;
  return pid > 0 ? "process " + std::to_string(pid) : "another process";
}

} // namespace

std::unique_ptr<Place> Place::take(const std::string &runtime_dir, std::string_view instance,
                                   gid_t group, std::string &error) {
  for (int left = kTries; left > 0; --left) {
    error.clear();
    std::unique_ptr<Place> place(new Place(runtime_dir, instance));
    Try tried = place->open_folder(group, error);
    if (tried == Try::done)
      tried = place->take_lock(error);
    if (tried == Try::done)
      return place;
    if (tried == Try::failed)
      break;
  }
  return nullptr;
}

Place::Try Place::open_folder(gid_t group, std::string &error) {
  const auto refuse = [&error](const char *what, const std::string &path) {
    const Try tried = errno == ENOENT ? Try::gone : Try::failed;
    error = refused(what, path);
    return tried;
  };
  if (!make_folder(AT_FDCWD, runtime_dir_.c_str(), group, made_runtime_))
    return refuse("cannot make the runtime directory", runtime_dir_);
  runtime_ = Fd(open(runtime_dir_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!runtime_.ok())
    return refuse("cannot open the runtime directory", runtime_dir_);
  if (is_open_to_others(runtime_.get(), runtime_dir_, error))
    return Try::failed;
  if (!make_folder(runtime_.get(), instance_.c_str(), group, made_folder_))
    return refuse("cannot make the directory", path());
  folder_ = Fd(
      openat(runtime_.get(), instance_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder_.ok())
    return refuse("cannot open the directory", path());
  return is_open_to_others(folder_.get(), path(), error) ? Try::failed : Try::done;
}

Place::Try Place::open_lock(std::string &error) {
  constexpr int kFlags = O_RDWR | O_NOFOLLOW | O_CLOEXEC;
  lock_ = Fd(openat(folder_.get(), kLock, kFlags | O_CREAT | O_EXCL, 0640));
  made_lock_ = lock_.ok();
  if (!made_lock_ && errno == EEXIST)
    lock_ = Fd(openat(folder_.get(), kLock, kFlags));
  if (lock_.ok())
    return Try::done;
  const Try tried = errno == ENOENT ? Try::gone : Try::failed;
  error = refused("cannot open the lock", path() + "/" + kLock);
  return tried;
}

Place::Try Place::take_lock(std::string &error) {
  if (const Try tried = open_lock(error); tried != Try::done)
    return tried;
  if (flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      error = "instance \"" + instance_ + "\" is already running (" + holder(lock_.get()) +
              "): stop it, or choose another instance name";
    else
      error = refused("cannot lock", path() + "/" + kLock);
    return Try::failed;
  }
  // Locks are removed only by who holds them: from here on this one stays where it is, or it was
  // taken away before.
  if (!is_in_place()) {
    error = path() + "/" + kLock + " is taken away again and again";
    return Try::gone;
  }
  locked_ = true;
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(lock_.get(), 0) != 0 ||
      pwrite(lock_.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    error = refused("cannot write", path() + "/" + kLock);
    return Try::failed;
  }
  return Try::done;
}

// Whether the file that was locked is the one that others find by its path.
bool Place::is_in_place() const {
  struct stat ours {
  }, there{};
  return fstat(lock_.get(), &ours) == 0 && lstat((path() + "/" + kLock).c_str(), &there) == 0 &&
         ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

Place::~Place() {
  if (keeps_)
    return;
  if (made_lock_ && locked_)
    unlinkat(folder_.get(), kLock, 0);
  if (made_folder_) // and empty
    unlinkat(runtime_.get(), instance_.c_str(), AT_REMOVEDIR);
  if (made_runtime_)
    rmdir(runtime_dir_.c_str());
}

} // namespace handspan::shm
