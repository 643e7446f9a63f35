#include "shm/runtime_dir.h"

#include "base/environment.h"

#include <algorithm>

#include <unistd.h>

namespace handspan::shm {

namespace {
constexpr const char *kSystemDir = "/run/handspand";
} // namespace

std::string choose_runtime_dir(std::string_view configured, bool root, const char *xdg,
                               std::string &error) {
  if (!configured.empty())
    return std::string(configured);
  if (root)
    return kSystemDir;
  if (xdg != nullptr && xdg[0] == '/')
    return std::string(xdg) + "/handspand";
  error = "no runtime directory: XDG_RUNTIME_DIR is not set; set it, or name a directory in the "
          "configuration";
  return {};
}

std::string runtime_dir(std::string_view configured, std::string &error) {
  return choose_runtime_dir(configured, geteuid() == 0, base::environment("XDG_RUNTIME_DIR"),
                            error);
}

std::string reading_dir(std::string_view configured, std::string_view instance,
                        std::string &error) {
  const std::string own = runtime_dir(configured, error);
  return configured.empty() ? choose_reading_dir(own, kSystemDir, instance, error) : own;
}

std::string choose_reading_dir(const std::string &own, const std::string &system,
                               std::string_view instance, std::string &error) {
  const auto has = [instance](std::string_view folder) {
    return access(segment_path(folder, instance).c_str(), F_OK) == 0;
  };
  if ((!own.empty() && has(own)) || !has(system))
    return own;
  error.clear();
  return system;
}

bool valid_instance(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), allowed);
}

std::string segment_path(std::string_view runtime_dir, std::string_view instance) {
  std::string path(runtime_dir);
  path += '/';
  path += instance;
  path += '/';
  path += kSegmentName;
  return path;
}

} // namespace handspan::shm
