// The folder and the lock of an instance, on the daemon's side. Private to this folder.
#pragma once

#include "shm/files.h"

#include <string>
#include <string_view>

#include <sys/types.h>

namespace handspan::shm {

// Makes (0750) and opens <runtime_dir>/<instance>. Not ok(), with `error` set, if it can't be had
// or if somebody else could exchange the files in it. group: -1 leaves it as it is.
Fd open_place(const std::string &runtime_dir, std::string_view instance, gid_t group,
              std::string &error);

// Takes the lock in that folder for as long as the descriptor lives; the kernel gives it back if
// the process dies. Not ok() if another process has it: `error` names that process.
Fd take_lock(const Fd &place, const std::string &path, std::string_view instance,
             std::string &error);

} // namespace handspan::shm
