#include "files/minute_files.h"

#include "base/error_text.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <sstream>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace handspan::exporter {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kPart = ".part";

std::string reason(const std::string &path) {
  return path + ": " + base::error_text(errno);
}

std::string utc(base::Nanos moment) {
  const std::time_t seconds = moment / base::kSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  (void)std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
  return text;
}

} // namespace

MinuteFiles::~MinuteFiles() {
  if (file_ >= 0)
    ::close(file_);
}

std::string MinuteFiles::path(bool hidden) const {
  return settings_.folder + '/' + (hidden ? '.' + name_ + std::string(kPart) : name_);
}

std::string MinuteFiles::mark() const {
  return name_.empty() ? std::string()
                       : name_ + ' ' + std::to_string(length_) + ' ' + std::to_string(slot_);
}

bool MinuteFiles::open(const std::string &mark, std::string &why) {
  if (file_ >= 0)
    ::close(std::exchange(file_, -1));
  std::error_code fault;
  fs::create_directories(settings_.folder, fault);
  if (!fs::is_directory(settings_.folder, fault)) {
    why = settings_.folder + ": no folder, and none can be made";
    return false;
  }
  std::istringstream in(mark);
  if (!(in >> name_ >> length_ >> slot_))
    name_.clear();
  clean(true);
  if (name_.empty() || !fs::exists(path(true))) { // it was complete
    name_.clear();
    return true;
  }
  file_ = ::open(path(true).c_str(), O_WRONLY | O_CLOEXEC);
  if (file_ >= 0 && ::ftruncate(file_, static_cast<off_t>(length_)) == 0)
    return true;
  why = reason(path(true));
  return false;
}

bool MinuteFiles::append(std::string_view head, std::string_view bytes, base::Nanos now,
                         std::uint64_t part, std::string &why) {
  finish(now);
  if (name_.empty()) {
    slot_ = now / settings_.file_time;
    name_ = settings_.name + '-' + utc(slot_ * settings_.file_time) + '-' + std::to_string(part) +
            settings_.ending;
    length_ = 0;
    file_ = ::open(path(true).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file_ < 0) {
      why = reason(path(true));
      name_.clear();
      return false;
    }
  }
  const std::uint64_t behind = length_ == 0 ? head.size() : 0;
  if ((behind > 0 && !write(head, 0, why)) || !write(bytes, length_ + behind, why))
    return false;
  (void)::fdatasync(file_);
  length_ += behind + bytes.size();
  return true;
}

bool MinuteFiles::write(std::string_view bytes, std::uint64_t at, std::string &why) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n =
        ::pwrite(file_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(at + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      why = reason(path(true));
      return false;
    }
    done += static_cast<std::size_t>(n);
  }
  return true;
}

void MinuteFiles::finish(base::Nanos now) {
  if (name_.empty() || (now != base::kNever && now / settings_.file_time <= slot_))
    return;
  (void)!::ftruncate(file_, static_cast<off_t>(length_)); // what failed lies behind it
  ::close(file_);
  file_ = -1;
  if (length_ > 0)
    (void)::rename(path(true).c_str(), path(false).c_str());
  else
    (void)::unlink(path(true).c_str());
  name_.clear();
  clean(false);
}

// Hidden files that nobody goes on with; complete ones beyond the bounds, the oldest first.
void MinuteFiles::clean(bool hidden_ones) {
  struct Complete {
    std::string name;
    std::uint64_t bytes;
    fs::file_time_type time;
  };
  std::vector<Complete> complete;
  std::uint64_t bytes = 0;
  std::error_code fault;
  const std::string begin = settings_.name + '-';
  for (const fs::directory_entry &item : fs::directory_iterator(settings_.folder, fault)) {
    const std::string name = item.path().filename().string();
    if (hidden_ones && name.starts_with('.' + begin) && name.ends_with(kPart) &&
        name != '.' + name_ + std::string(kPart))
      fs::remove(item.path(), fault);
    if (!name.starts_with(begin) || !name.ends_with(settings_.ending))
      continue;
    std::error_code unknown; // then it stays: what is too much or too old can't be said
    const std::uint64_t size = item.file_size(unknown);
    const fs::file_time_type time = unknown ? fs::file_time_type{} : item.last_write_time(unknown);
    if (unknown)
      continue;
    complete.push_back({name, size, time});
    bytes += size;
  }
  std::sort(complete.begin(), complete.end(),
            [](const Complete &a, const Complete &b) { return a.name < b.name; });
  const auto oldest =
      fs::file_time_type::clock::now() - std::chrono::nanoseconds(settings_.keep_time);
  for (const Complete &one : complete) {
    if (bytes <= settings_.keep_bytes && one.time >= oldest)
      break;
    bytes -= one.bytes;
    fs::remove(settings_.folder + '/' + one.name, fault);
  }
}

} // namespace handspan::exporter
