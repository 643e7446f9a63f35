#include "rights.h"

#include "fence/capabilities.h"
#include "fence/user.h"
#include "host/hugepages.h"

#include <algorithm>

#include <sys/socket.h>
#include <unistd.h>

namespace handspan::daemon {
namespace {

void add_folders(const std::string &file, bool writable, std::vector<fence::Room> &rooms) {
  for (std::string &folder : fence::folders_of(file))
    rooms.push_back({std::move(folder), writable});
}

// "net_memif0,socket=/run/a.sock": files that a device was told of. Captures are read; of sockets
// the device makes a new one when a peer has left.
void add_files_of(std::string_view device, std::vector<fence::Room> &rooms) {
  while (!device.empty()) {
    const std::string_view argument = device.substr(0, device.find(','));
    device.remove_prefix(std::min(device.size(), argument.size() + 1));
    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos || argument.substr(equals + 1, 1) != "/")
      continue;
    add_folders(std::string(argument.substr(equals + 1)), !argument.starts_with("rx_"), rooms);
  }
}

void add_rules(const Keeps &keeps, std::vector<fence::Room> &rooms) {
  rooms.push_back({keeps.config.rules.file, false}); // a folder, maybe
  add_folders(keeps.config.rules.file, false, rooms);
  if (keeps.rules == nullptr)
    return;
  for (const rules::Rule &rule : keeps.rules->rules())
    for (const rules::Condition &condition : rule.conditions)
      add_folders(condition.list, false, rooms);
}

bool change_user(const Keeps &keeps, Fences &fences, std::string &why) {
  const std::string &name = keeps.config.rights.user;
  if (name.empty())
    return true;
  const auto user = fence::find_user(name, why);
  if (!user) {
    why = name + ": " + why;
    return false;
  }
  if (geteuid() != 0) {
    if (geteuid() != user->uid)
      fences.warnings.push_back("only root can become " + name + " (rights.user): it stays uid " +
                                std::to_string(geteuid()));
    return true;
  }
  for (const std::string &path : {keeps.config.log.file, keeps.rules_cache, keeps.dpdk_folder})
    if (!path.empty() && !fence::give(*user, path, why))
      return false;
  if (!fence::become(*user, why))
    return false;
  fences.infos.push_back("runs as " + name + " now");
  return true;
}

void close_files(const Keeps &keeps, Fences &fences) {
  std::string why;
  switch (fence::fence_files(rooms_of(keeps), why)) {
  case fence::Fenced::yes:
    fences.files = true;
    return;
  case fence::Fenced::no_support:
    return fences.warnings.push_back(
        "files are not fenced: this kernel has no Landlock (5.13 and later, lsm=landlock)");
  case fence::Fenced::failed:
    return fences.warnings.push_back("files are not fenced: " + why);
  }
}

} // namespace

std::vector<fence::Room> rooms_of(const Keeps &keeps) {
  std::vector<fence::Room> rooms = {{"/proc", false},
                                    {"/sys", false},
                                    {"/etc/localtime", false},
                                    {"/usr/share/zoneinfo", false},
                                    {"/dev/null", true},
                                    {"/dev/urandom", false},
                                    {"/dev/vfio", true},
                                    {"/dev/net/tun", true},
                                    {keeps.segment_folder, true},
                                    {keeps.dpdk_folder, true}};
  add_folders(keeps.config_file, false, rooms);
  add_folders(keeps.config.log.file, true, rooms);
  add_rules(keeps, rooms);
  if (!keeps.rules_cache.empty()) {
    rooms.push_back({keeps.rules_cache, true});
    if (access(keeps.rules_cache.c_str(), F_OK) != 0) // it is made when rules come later
      add_folders(keeps.rules_cache, true, rooms);
  }
  for (const std::string &device : keeps.config.capture.ports)
    add_files_of(device, rooms);
  if (const auto pages = host::hugepages(host::Tree()))
    for (const std::string &mount : pages->mounts)
      rooms.push_back({mount, true});
  return rooms;
}

fence::CallNeeds calls_of(const Keeps &keeps) {
  fence::CallNeeds needs;
  needs.families = {AF_UNIX};
  const auto asks_the_kernel = [](const std::string &driver) {
    return driver.starts_with("mlx") || driver.starts_with("net_mlx") || driver == "net_mana";
  };
  if (std::any_of(keeps.drivers.begin(), keeps.drivers.end(), asks_the_kernel))
    needs.families.insert(needs.families.end(), {AF_INET, AF_NETLINK});
  return needs;
}

bool give_up_rights(const Keeps &keeps, Fences &fences, std::string &why) {
  if (!change_user(keeps, fences, why)) {
    why = "the user can't be changed (rights.user): " + why;
    return false;
  }
  if (!fence::drop_capabilities(why)) {
    why = "capabilities can't be given up: " + why;
    return false;
  }
  if (keeps.config.rights.landlock)
    close_files(keeps, fences);
  if (!keeps.config.rights.seccomp)
    return true;
  std::string refusal;
  fences.calls = fence::fence_calls(calls_of(keeps), refusal);
  if (!fences.calls)
    fences.warnings.push_back("system calls are not fenced: " + refusal);
  return true;
}

} // namespace handspan::daemon
