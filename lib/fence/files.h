// Which files may be touched: Landlock (landlock(7), Linux 5.13 and later).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handspan::fence {

// A file, or a folder with all that is below it.
struct Room {
  std::string path; // not there: passed over
  bool writable = false;
};

enum class Fenced { yes, no_support, failed };

// The kernel's version of Landlock; 0: it has none, or it is switched off.
int landlock_version();

// From now on every thread finds the rooms alone, and, where the kernel knows how, neither listens
// for TCP nor connects. What is open stays open. Takes drop_capabilities() before.
Fenced fence_files(const std::vector<Room> &rooms, std::string &why);

// The folder of a file, by the path that was given and by where links lead.
std::vector<std::string> folders_of(const std::string &file);

} // namespace handspan::fence
