// A file descriptor and a mapping that are given back, and the words for what the system refused.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace handspan::shm {

class Fd {
public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd &operator=(Fd &&other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();

  [[nodiscard]] bool ok() const { return fd_ >= 0; }
  [[nodiscard]] int get() const { return fd_; }

private:
  int fd_ = -1;
};

class Mapping {
public:
  Mapping() = default;
  Mapping(Mapping &&other) noexcept
      : at_(std::exchange(other.at_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Mapping &operator=(Mapping &&other) noexcept {
    std::swap(at_, other.at_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Mapping();

  // Shared, for reading only, or with all its pages made ready for writing. Not ok() if the system
  // refuses; errno says why.
  static Mapping read_only(int fd, std::size_t size);
  static Mapping writable(int fd, std::size_t size);

  [[nodiscard]] bool ok() const { return at_ != nullptr; }
  [[nodiscard]] std::byte *data() const { return at_; }
  [[nodiscard]] std::size_t size() const { return size_; }

private:
  static Mapping map(int fd, std::size_t size, int protection, int flags);

  std::byte *at_ = nullptr;
  std::size_t size_ = 0;
};

// "cannot open /run/x: Permission denied", from errno or from the number given.
std::string refused(std::string_view what, std::string_view path);
std::string refused(std::string_view what, std::string_view path, int error);

} // namespace handspan::shm
