#include "fence/files.h"

#include "base/error_text.h"
#include "fence/threads.h"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace handspan::fence {
namespace {

// The kernel's interface grows, and its headers are those of the machine that builds: so it is
// written down here (include/uapi/linux/landlock.h).
struct RulesetAttribute {
  std::uint64_t files = 0, net = 0;
};
struct __attribute__((packed)) BeneathAttribute {
  std::uint64_t allowed = 0;
  std::int32_t parent = -1;
};
constexpr unsigned kVersionFlag = 1;
constexpr int kRuleBeneath = 1;
constexpr int kNetVersion = 4; // in which TCP came

namespace right {
constexpr std::uint64_t write_file = 1 << 1, read_file = 1 << 2, read_folder = 1 << 3,
                        remove_folder = 1 << 4, remove_file = 1 << 5, make_folder = 1 << 7,
                        make_file = 1 << 8, make_socket = 1 << 9, refer = 1 << 13,
                        truncate = 1 << 14, device_ioctl = 1 << 15;
constexpr std::uint64_t read = read_file | read_folder;
constexpr std::uint64_t write = write_file | remove_folder | remove_file | make_folder | make_file |
                                make_socket | refer | truncate | device_ioctl;
constexpr std::uint64_t of_files = read_file | write_file | truncate | device_ioctl | 1;
} // namespace right

// All that the version knows of: what is not named is not fenced.
std::uint64_t rights_of(int version) {
  constexpr std::uint64_t kOfVersion[] = {
      0, (1 << 13) - 1, (1 << 14) - 1, (1 << 15) - 1, (1 << 15) - 1, (1 << 16) - 1};
  constexpr int kKnown = static_cast<int>(std::size(kOfVersion)) - 1;
  return kOfVersion[version < kKnown ? version : kKnown];
}

std::atomic<int> ruleset_file{-1};

int restrict_self() {
  return syscall(SYS_landlock_restrict_self, ruleset_file.load(), 0) == 0 ? 0 : errno;
}

bool add(int ruleset, const Room &room, std::uint64_t known, std::string &why) {
  const int file = open(room.path.c_str(), O_PATH | O_CLOEXEC);
  if (file < 0)
    return true;
  struct stat about {};
  BeneathAttribute rule;
  rule.parent = file;
  rule.allowed = (right::read | (room.writable ? right::write : 0)) & known;
  if (fstat(file, &about) == 0 && !S_ISDIR(about.st_mode))
    rule.allowed &= right::of_files;
  const bool added = syscall(SYS_landlock_add_rule, ruleset, kRuleBeneath, &rule, 0) == 0;
  if (!added)
    why = room.path + ": " + base::error_text(errno);
  close(file);
  return added;
}

} // namespace

int landlock_version() {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersionFlag);
  return version < 0 ? 0 : static_cast<int>(version);
}

Fenced fence_files(const std::vector<Room> &rooms, std::string &why) {
  const int version = landlock_version();
  if (version == 0)
    return Fenced::no_support;
  RulesetAttribute attribute;
  attribute.files = rights_of(version);
  attribute.net = 3; // to bind and to connect
  const std::size_t size = version < kNetVersion ? sizeof attribute.files : sizeof attribute;
  const int ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &attribute, size, 0));
  bool good = ruleset >= 0;
  if (!good)
    why = base::error_text(errno);
  for (std::size_t i = 0; good && i < rooms.size(); ++i)
    good = add(ruleset, rooms[i], attribute.files, why);
  if (good) {
    ruleset_file.store(ruleset);
    good = in_every_thread(restrict_self, why);
  }
  if (ruleset >= 0)
    close(ruleset);
  return good ? Fenced::yes : Fenced::failed;
}

std::vector<std::string> folders_of(const std::string &file) {
  namespace fs = std::filesystem;
  if (file.empty())
    return {};
  std::error_code error;
  const fs::path given = fs::absolute(file, error), target = fs::weakly_canonical(given, error);
  return {given.parent_path().string(), target.parent_path().string()};
}

} // namespace handspan::fence
