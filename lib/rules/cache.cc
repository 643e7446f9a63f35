#include "rules/cache.h"

#include "base/error_text.h"
#include "rules/descriptor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handspan::rules {

namespace {

constexpr std::uint64_t kMagic = 0x3153455255525348; // what begins a file of ours
constexpr std::size_t kMaxKept = 64;                 // databases: those of a few sets
constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 30;

// Against a file that was damaged, not against one that was forged: nobody else may write here.
class Digest {
public:
  void add(const void *data, std::size_t bytes) {
    const auto *at = static_cast<const std::uint8_t *>(data);
    for (std::size_t i = 0; i < bytes; ++i) {
      a_ = (a_ ^ at[i]) * 0x100000001b3;
      b_ = (b_ + at[i] + 1) * 0x9e3779b97f4a7c15;
      b_ ^= b_ >> 29;
    }
  }
  void add(std::string_view text) {
    const std::uint64_t length = text.size();
    add(&length, sizeof length);
    add(text.data(), text.size());
  }
  [[nodiscard]] std::array<std::uint64_t, 2> value() const { return {a_, b_}; }

private:
  std::uint64_t a_ = 0xcbf29ce484222325, b_ = 0x2545f4914f6cdd1d;
};

// All that the compiled form depends on.
Digest digest_of(const Patterns &patterns) {
  Digest digest;
  digest.add(hs_version());
  hs_platform_info_t platform{};
  hs_populate_platform(&platform);
  digest.add(&platform, sizeof platform);
  digest.add(&patterns.mode, sizeof patterns.mode);
  for (std::size_t i = 0; i < patterns.ids.size(); ++i) {
    digest.add(patterns.expressions[i]);
    digest.add(&patterns.flags[i], sizeof patterns.flags[i]);
    digest.add(&patterns.ids[i], sizeof patterns.ids[i]);
  }
  return digest;
}

std::string name_of(const std::array<std::uint64_t, 2> &key) {
  char name[48];
  (void)std::snprintf(name, sizeof name, "%016llx%016llx.hs",
                      static_cast<unsigned long long>(key[0]),
                      static_cast<unsigned long long>(key[1]));
  return name;
}

struct Head {
  std::uint64_t magic = kMagic;
  std::array<std::uint64_t, 2> key{};     // of what was compiled
  std::array<std::uint64_t, 2> content{}; // of the bytes behind this
  std::uint64_t bytes = 0;
};

bool read_whole(int fd, void *into, std::size_t bytes) {
  auto *at = static_cast<char *>(into);
  while (bytes > 0) {
    const ssize_t n = ::read(fd, at, bytes);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    at += n;
    bytes -= static_cast<std::size_t>(n);
  }
  return true;
}

bool write_whole(int fd, const void *from, std::size_t bytes) {
  const auto *at = static_cast<const char *>(from);
  while (bytes > 0) {
    const ssize_t n = ::write(fd, at, bytes);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    at += n;
    bytes -= static_cast<std::size_t>(n);
  }
  return true;
}

// Our own regular file, that nobody else may write.
bool is_ours(const struct stat &about) {
  return about.st_uid == ::geteuid() && (about.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::array<std::uint64_t, 2> digest_of(const void *bytes, std::size_t count) {
  Digest digest;
  digest.add(bytes, count);
  return digest.value();
}

} // namespace

std::unique_ptr<Cache> Cache::open(const std::string &folder, std::string &why) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    why = "can't make " + folder + ": " + base::error_text(errno);
    return nullptr;
  }
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat about;
  if (fd < 0 || ::fstat(fd, &about) != 0) {
    why = "can't open " + folder + ": " + base::error_text(errno);
  } else if (!is_ours(about)) {
    why = folder + " must belong to the user alone, and nobody else may write in it (chmod 700)";
  } else {
    return std::unique_ptr<Cache>(new Cache(fd));
  }
  if (fd >= 0)
    ::close(fd);
  return nullptr;
}

Cache::~Cache() {
  ::close(folder_);
}

Database Cache::find(const Patterns &patterns) const {
  const auto key = digest_of(patterns).value();
  const Descriptor file(
      ::openat(folder_, name_of(key).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  struct stat about;
  Head head;
  if (file.fd < 0 || ::fstat(file.fd, &about) != 0 || !S_ISREG(about.st_mode) || !is_ours(about) ||
      !read_whole(file.fd, &head, sizeof head) || head.magic != kMagic || head.key != key ||
      head.bytes > kMaxBytes ||
      static_cast<std::uint64_t>(about.st_size) != sizeof head + head.bytes)
    return nullptr;
  std::vector<char> bytes(head.bytes);
  if (!read_whole(file.fd, bytes.data(), bytes.size()) ||
      digest_of(bytes.data(), bytes.size()) != head.content)
    return nullptr;
  hs_database_t *database = nullptr;
  if (hs_deserialize_database(bytes.data(), bytes.size(), &database) != HS_SUCCESS)
    return nullptr;
  return Database(database);
}

// Under a name of its own first: whoever reads meanwhile sees all of it or nothing. That it can't
// be kept costs time at the next start, and nothing else.
void Cache::keep(const Patterns &patterns, const hs_database_t &database) const {
  struct Free {
    void operator()(char *bytes) const { std::free(bytes); } // NOLINT: Hyperscan's malloc
  };
  char *serialized = nullptr;
  std::size_t length = 0;
  if (hs_serialize_database(&database, &serialized, &length) != HS_SUCCESS)
    return;
  const std::unique_ptr<char, Free> bytes(serialized);
  Head head;
  head.key = digest_of(patterns).value();
  head.content = digest_of(bytes.get(), length);
  head.bytes = length;
  const std::string name = name_of(head.key), beside = name + '.' + std::to_string(::getpid());
  bool good = false;
  {
    const Descriptor file(::openat(folder_, beside.c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    good = file.fd >= 0 && write_whole(file.fd, &head, sizeof head) &&
           write_whole(file.fd, bytes.get(), length);
  }
  if (!good || ::renameat(folder_, beside.c_str(), folder_, name.c_str()) != 0)
    ::unlinkat(folder_, beside.c_str(), 0);
  else
    forget_oldest();
}

void Cache::forget_oldest() const {
  const int again = ::openat(folder_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *const opened = again < 0 ? nullptr : ::fdopendir(again);
  if (opened == nullptr) {
    if (again >= 0)
      ::close(again);
    return;
  }
  std::vector<std::pair<std::int64_t, std::string>> kept; // by the time it was written
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of its own
  while (const dirent *entry = ::readdir(opened)) {
    struct stat about;
    const std::string_view name = entry->d_name;
    if (name.ends_with(".hs") &&
        ::fstatat(folder_, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0)
      kept.emplace_back(about.st_mtim.tv_sec * std::int64_t{1'000'000'000} + about.st_mtim.tv_nsec,
                        name);
  }
  ::closedir(opened);
  std::sort(kept.begin(), kept.end());
  for (std::size_t i = 0; i + kMaxKept < kept.size(); ++i)
    ::unlinkat(folder_, kept[i].second.c_str(), 0);
}

} // namespace handspan::rules
