#include "status_file.h"

#include "base/environment.h"

#include <cstdio>
#include <filesystem>

#include <unistd.h>

namespace handspan::exporter {
namespace {

std::string usual_folder() {
  if (const char *given = base::environment("RUNTIME_DIRECTORY"))
    return given;
  if (geteuid() == 0)
    return "/run/handspand-export";
  const char *user = base::environment("XDG_RUNTIME_DIR");
  return user == nullptr ? std::string() : std::string(user) + "/handspand-export";
}

} // namespace

StatusFile::StatusFile(const std::string &folder, const std::string &instance) {
  const std::string where = folder.empty() ? usual_folder() : folder;
  if (where.empty())
    return;
  std::error_code fault;
  std::filesystem::create_directories(where, fault);
  path_ = where + '/' + instance + ".json";
}

void StatusFile::write(std::string_view text) const {
  if (path_.empty())
    return;
  const std::string made = path_ + ".new";
  std::FILE *const file = std::fopen(made.c_str(), "wbe");
  if (file == nullptr)
    return;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) == 0 && written)
    (void)std::rename(made.c_str(), path_.c_str());
}

} // namespace handspan::exporter
