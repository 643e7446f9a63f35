#include "host/tree.h"

#include "base/error_text.h"
#include "base/text_file.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <memory>

#include <dirent.h>
#include <unistd.h>

namespace handspan::host {
namespace {

constexpr std::size_t kMaxBytes = 16 << 20; // /proc/cpuinfo of hundreds of CPUs
constexpr std::string_view kBlanks = " \t\r\n";

std::string trimmed(const std::string &text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

} // namespace

std::optional<std::uint64_t> number_in(std::string_view text) {
  if (text.empty() || text.size() > 19)
    return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9')
      return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

Tree::Tree(std::string root) : root_(std::move(root)) {
  while (!root_.empty() && root_.back() == '/')
    root_.pop_back();
}

Known<std::string> Tree::text(const std::string &path) const {
  std::string why;
  const auto found = base::read_text_file(real(path), kMaxBytes, why);
  return found ? known(trimmed(*found)) : unknown<std::string>(path + ": " + why);
}

Known<std::uint64_t> Tree::number(const std::string &path) const {
  const Known<std::string> found = text(path);
  if (!found)
    return unknown<std::uint64_t>(found.why);
  const auto value = number_in(*found);
  return value ? known(*value) : unknown<std::uint64_t>(path + ": holds no number");
}

Known<std::vector<std::string>> Tree::names(const std::string &path) const {
  struct Close {
    void operator()(DIR *folder) const { closedir(folder); }
  };
  const std::unique_ptr<DIR, Close> folder(opendir(real(path).c_str()));
  if (!folder)
    return unknown<std::vector<std::string>>(path + ": " + base::error_text(errno));
  std::vector<std::string> found;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of its own
  while (const dirent *entry = readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..")
      found.emplace_back(name);
  }
  std::sort(found.begin(), found.end());
  return known(std::move(found));
}

std::optional<std::string> Tree::link(const std::string &path) const {
  char target[PATH_MAX];
  const ssize_t length = readlink(real(path).c_str(), target, sizeof target);
  if (length <= 0)
    return std::nullopt;
  const std::string_view whole(target, static_cast<std::size_t>(length));
  return std::string(whole.substr(whole.rfind('/') + 1));
}

bool Tree::exists(const std::string &path) const {
  return access(real(path).c_str(), F_OK) == 0;
}

} // namespace handspan::host
