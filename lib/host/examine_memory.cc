// Hugepages, ordinary memory, and the folder that the shared segment lies in.
#include "base/error_text.h"
#include "host/examine.h"

#include "host/hugepages.h"
#include "host/memory.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace handspan::host {
namespace {

// "1G": as dpdk-hugepages.py takes it, rounded up.
std::string setup_size(std::uint64_t bytes) {
  constexpr std::uint64_t kGiB = 1 << 30, kMiB = 1 << 20;
  if (bytes >= kGiB)
    return std::to_string((bytes + kGiB - 1) / kGiB) + 'G';
  return std::to_string(((bytes + kMiB - 1) / kMiB + 1) / 2 * 2) + 'M';
}

void each_size(const Hugepages &pages, Findings &findings) {
  for (const HugepageSize &size : pages.sizes) {
    if (size.total == 0)
      continue;
    findings.push_back({Area::hugepages,
                        Level::ok,
                        FindingId::hugepages_free,
                        {{"size", size_text(size.bytes)},
                         {"free", std::to_string(size.free)},
                         {"total", std::to_string(size.total)}}});
    for (const PagesOfNode &node : size.nodes)
      if (size.nodes.size() > 1)
        findings.push_back({Area::hugepages,
                            Level::ok,
                            FindingId::hugepages_of_node,
                            {{"node", std::to_string(node.node)},
                             {"size", size_text(size.bytes)},
                             {"free", std::to_string(node.free)},
                             {"total", std::to_string(node.total)}}});
  }
}

constexpr std::size_t kEntryRoom =
    16'384; // texts of a user or group; of a larger one its number is told

std::string owner_of(const struct stat &about) {
  std::array<char, kEntryRoom> room;
  passwd entry = {};
  passwd *found = nullptr;
  getpwuid_r(about.st_uid, &entry, room.data(), room.size(), &found);
  return found != nullptr ? found->pw_name : std::to_string(about.st_uid);
}

std::string group_of(const struct stat &about) {
  std::array<char, kEntryRoom> room;
  group entry = {};
  group *found = nullptr;
  getgrgid_r(about.st_gid, &entry, room.data(), room.size(), &found);
  return found != nullptr ? found->gr_name : std::to_string(about.st_gid);
}

std::string mode_of(const struct stat &about) {
  char text[8];
  (void)std::snprintf(text, sizeof text, "%04o", about.st_mode & 07777u);
  return text;
}

void room(const std::string &folder, const Wanted &wanted, Findings &findings) {
  struct statvfs about {};
  if (wanted.running || statvfs(folder.c_str(), &about) != 0)
    return;
  const std::uint64_t available = std::uint64_t{about.f_bavail} * about.f_frsize;
  const bool enough = available >= wanted.segment_bytes;
  findings.push_back({Area::runtime_dir,
                      enough ? Level::ok : Level::problem,
                      enough ? FindingId::runtime_dir_room : FindingId::runtime_dir_full,
                      {{"path", folder},
                       {"need", size_text(wanted.segment_bytes)},
                       {"available", size_text(available)}}});
}

} // namespace

void examine_hugepages(const Tree &tree, const Wanted &wanted, Findings &findings) {
  const auto found = [&](Level level, FindingId id, std::vector<Value> values = {}) {
    findings.push_back({Area::hugepages, level, id, std::move(values)});
  };
  if (!wanted.hugepages)
    return found(Level::ok, FindingId::hugepages_not_wanted);
  const auto pages = hugepages(tree);
  if (!pages)
    return found(Level::unknown, FindingId::hugepages_unknown, {{"why", pages.why}});
  each_size(*pages, findings);
  bool reserved = false;
  for (const HugepageSize &size : pages->sizes)
    reserved |= size.total > 0;
  const Value need{"need", size_text(wanted.buffer_bytes)};
  const Value setup{"setup", setup_size(wanted.buffer_bytes)};
  if (!reserved)
    return found(Level::problem, FindingId::hugepages_none, {need, setup});
  if (!wanted.running && pages->free_bytes() < wanted.buffer_bytes)
    found(Level::problem, FindingId::hugepages_few,
          {need, {"free", size_text(pages->free_bytes())}, setup});
  for (const std::string &mount : pages->mounts)
    found(Level::ok, FindingId::hugepages_mounted, {{"path", mount}});
  if (pages->mounts.empty())
    found(Level::problem, FindingId::hugepages_not_mounted);
}

void examine_memory(const Tree &tree, const Wanted &wanted, Findings &findings) {
  const auto found = [&](Level level, FindingId id, std::vector<Value> values) {
    findings.push_back({Area::memory, level, id, std::move(values)});
  };
  found(Level::ok, FindingId::memory_needs,
        {{"tables", size_text(wanted.table_bytes)},
         {"buffers", size_text(wanted.buffer_bytes)},
         {"segment", size_text(wanted.segment_bytes)}});
  if (wanted.running)
    return;
  const std::uint64_t bytes =
      wanted.table_bytes + wanted.segment_bytes + (wanted.hugepages ? 0 : wanted.buffer_bytes);
  const Value need{"need", size_text(bytes)};
  const auto available = available_memory(tree);
  if (!available)
    return found(Level::unknown, FindingId::memory_unknown, {need, {"why", available.why}});
  const bool enough = bytes <= *available;
  found(enough ? Level::ok : Level::problem,
        enough ? FindingId::memory_enough : FindingId::memory_short,
        {need, {"available", size_text(*available)}});
}

void examine_runtime_dir(const Tree &tree, const Wanted &wanted, Findings &findings) {
  const auto found = [&](Level level, FindingId id, std::vector<Value> values) {
    findings.push_back({Area::runtime_dir, level, id, std::move(values)});
  };
  if (wanted.runtime_dir.empty())
    return found(Level::problem, FindingId::runtime_dir_none, {{"why", wanted.no_runtime_dir}});
  const Value path{"path", wanted.runtime_dir};
  const std::string folder = tree.real(wanted.runtime_dir);
  struct stat about {};
  if (stat(folder.c_str(), &about) != 0) {
    const std::string parent = std::filesystem::path(folder).parent_path().string();
    if (errno != ENOENT)
      return found(Level::unknown, FindingId::runtime_dir_unknown,
                   {path, {"why", base::error_text(errno)}});
    if (access(parent.c_str(), W_OK | X_OK) != 0)
      return found(Level::problem, FindingId::runtime_dir_missing, {path});
    found(Level::ok, FindingId::runtime_dir_to_be_made, {path});
    return room(parent, wanted, findings);
  }
  const bool writable = S_ISDIR(about.st_mode) && access(folder.c_str(), W_OK | X_OK) == 0;
  found(writable ? Level::ok : Level::warning,
        writable ? FindingId::runtime_dir_ready : FindingId::runtime_dir_refused, {path});
  found(Level::ok, FindingId::runtime_dir_readers,
        {path, {"owner", owner_of(about)}, {"group", group_of(about)}, {"mode", mode_of(about)}});
  room(folder, wanted, findings);
}

} // namespace handspan::host
