// The machine's files below a root: "/" for this one, a made-up tree in tests. Small files of the
// kernel's making, read whole; nothing is ever written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::host {

// What was asked for, or why it can't be had.
template <class T> struct Known {
  std::optional<T> value;
  std::string why; // set if there is no value: "/sys/…: No such file or directory"

  explicit operator bool() const { return value.has_value(); }
  const T &operator*() const { return *value; }
  const T *operator->() const { return &*value; }
};

template <class T> Known<T> known(T value) {
  return {std::move(value), {}};
}
template <class T> Known<T> unknown(std::string why) {
  return {std::nullopt, std::move(why)};
}

class Tree {
public:
  explicit Tree(std::string root = "/");

  // Paths are written as on the machine: "/proc/meminfo". Texts come without blanks at their ends,
  // at most 16 MiB of them.
  [[nodiscard]] Known<std::string> text(const std::string &path) const;
  [[nodiscard]] Known<std::uint64_t> number(const std::string &path) const;
  // Names in a folder, sorted, without "." and "..".
  [[nodiscard]] Known<std::vector<std::string>> names(const std::string &path) const;
  // The last part of where a link points: of /sys/…/driver the driver's name.
  [[nodiscard]] std::optional<std::string> link(const std::string &path) const;
  [[nodiscard]] bool exists(const std::string &path) const;
  // As the system calls it below the root.
  [[nodiscard]] std::string real(const std::string &path) const { return root_ + path; }

private:
  std::string root_; // without a slash at its end
};

// A decimal number and nothing else; at most 19 digits.
std::optional<std::uint64_t> number_in(std::string_view text);

} // namespace handspan::host
