#include "rules/source.h"

#include "base/error_text.h"
#include "rules/descriptor.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handspan::rules {

namespace {

std::string_view kind_of(mode_t mode) {
  return S_ISDIR(mode)    ? "a directory"
         : S_ISFIFO(mode) ? "a pipe"
         : S_ISSOCK(mode) ? "a socket"
         : S_ISCHR(mode)  ? "a device"
         : S_ISBLK(mode)  ? "a device"
                          : "something else";
}

// What open(2) said; of a link that leads nowhere, where it leads.
std::string reason(const std::string &path, int error) {
  std::error_code none;
  const auto target = std::filesystem::read_symlink(path, none);
  std::string why = base::error_text(error);
  if (!none)
    why += " (it is a symbolic link to " + target.string() + ")";
  return why;
}

} // namespace

std::optional<std::string> read_file(const std::string &path, std::size_t max, std::string &why) {
  // A pipe must not keep whoever opens it waiting.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about;
  if (file.fd < 0 || ::fstat(file.fd, &about) != 0) {
    why = reason(path, errno);
    return std::nullopt;
  }
  if (!S_ISREG(about.st_mode)) {
    why = "it is " + std::string(kind_of(about.st_mode)) + ", and a regular file is needed";
    return std::nullopt;
  }
  std::string text;
  for (;;) {
    char piece[65'536];
    const ssize_t n = ::read(file.fd, piece, sizeof piece);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      why = base::error_text(errno);
      return std::nullopt;
    }
    if (n == 0)
      return text;
    if (static_cast<std::size_t>(n) > max - text.size()) {
      why = "it is longer than " + std::to_string(max) + " bytes";
      return std::nullopt;
    }
    text.append(piece, static_cast<std::size_t>(n));
  }
}

std::vector<std::string> files_of(const std::string &path, Findings &findings) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error))
    return {path};
  std::vector<std::string> files;
  for (std::filesystem::directory_iterator at(path, error), end; !error && at != end;
       at.increment(error))
    if (at->path().extension() == ".toml")
      files.push_back(at->path().string());
  std::sort(files.begin(), files.end());
  if (error)
    findings.fault(path, 0, "can't read the folder of rules: " + error.message());
  else if (files.empty())
    findings.fault(path, 0, "the directory holds no file of rules: their names end with .toml");
  else if (files.size() > kMaxFiles)
    findings.fault(
        path, 0, "the directory holds more than " + std::to_string(kMaxFiles) + " files of rules");
  return findings.bad() ? std::vector<std::string>() : files;
}

} // namespace handspan::rules
