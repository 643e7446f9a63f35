#include "fence/user.h"

#include "base/error_text.h"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace handspan::fence {
namespace {

constexpr std::size_t kEntryRoom = 16'384; // of passwd(5)

bool give_one(const User &user, const std::string &path, std::string &why) {
  if (fchownat(AT_FDCWD, path.c_str(), user.uid, user.gid, AT_SYMLINK_NOFOLLOW) == 0 ||
      errno == ENOENT)
    return true;
  why = path + " can't be given to " + user.name + ": " + base::error_text(errno);
  return false;
}

} // namespace

std::optional<User> find_user(const std::string &name, std::string &why) {
  std::vector<char> room(kEntryRoom);
  passwd entry = {};
  passwd *found = nullptr;
  const int error = getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
  if (found != nullptr)
    return User{name, entry.pw_uid, entry.pw_gid};
  why = error == 0 ? "there is no such user" : base::error_text(error);
  return std::nullopt;
}

bool give(const User &user, const std::string &path, std::string &why) {
  std::error_code error;
  if (!give_one(user, path, why))
    return false;
  if (!std::filesystem::is_directory(std::filesystem::symlink_status(path, error)))
    return true;
  for (std::filesystem::directory_iterator at(path, error), end; !error && at != end;
       at.increment(error))
    if (!give_one(user, at->path().string(), why))
      return false;
  if (error)
    why = path + " can't be read: " + error.message();
  return why.empty();
}

bool become(const User &user, std::string &why) {
  // The C library has all threads do each.
  if (initgroups(user.name.c_str(), user.gid) == 0 &&
      setresgid(user.gid, user.gid, user.gid) == 0 && setresuid(user.uid, user.uid, user.uid) == 0)
    return true;
  why = base::error_text(errno);
  return false;
}

} // namespace handspan::fence
