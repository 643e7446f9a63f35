#include "shm/files.h"

#include "base/error_text.h"
#include "shm/missing_pages.h"

#include <cerrno>

#include <sys/mman.h>
#include <unistd.h>

namespace handspan::shm {

Fd::~Fd() {
  if (fd_ >= 0)
    close(fd_);
}

Mapping::~Mapping() {
  if (at_ == nullptr)
    return;
  forget_cuts(at_);
  munmap(at_, size_);
}

Mapping Mapping::map(int fd, std::size_t size, int protection, int flags) {
  Mapping mapping;
  void *at = mmap(nullptr, size, protection, flags, fd, 0);
  if (at != MAP_FAILED) {
    mapping.at_ = static_cast<std::byte *>(at);
    mapping.size_ = size;
  }
  return mapping;
}

Mapping Mapping::read_only(int fd, std::size_t size) {
  Mapping mapping = map(fd, size, PROT_READ, MAP_SHARED);
  if (mapping.ok())
    outlive_cuts(mapping.data(), size);
  return mapping;
}

Mapping Mapping::writable(int fd, std::size_t size) {
  return map(fd, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE);
}

std::string refused(std::string_view what, std::string_view path, int error) {
  std::string text(what);
  text += ' ';
  text += path;
  text += ": ";
  text += base::error_text(error);
  return text;
}

std::string refused(std::string_view what, std::string_view path) {
  return refused(what, path, errno);
}

} // namespace handspan::shm
