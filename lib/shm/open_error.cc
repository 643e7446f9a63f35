#include "shm/open_error.h"

#include "shm/files.h"

#include <cerrno>

namespace handspan::shm {

OpenError refusal(const std::string &path, int error) {
  switch (error) {
  case ENOENT:
  case ENOTDIR:
    return {OpenError::Kind::not_found,
            "no daemon has run here: " + path + " does not exist; start handspand first"};
  case EACCES:
  case EPERM:
    return {OpenError::Kind::denied, refused("cannot read", path, error) +
                                         ": join the group that the daemon's files belong to"};
  case ELOOP:
    return {OpenError::Kind::foreign, path + " is a symbolic link, not a segment"};
  default:
    return {OpenError::Kind::system, refused("cannot read", path, error)};
  }
}

} // namespace handspan::shm
