// A small text file, whole: configuration and rules, read once at start or reload.
#pragma once

#include "base/error_text.h"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

namespace handspan::base {

// The file's bytes; nothing, and `why` filled ("No such file or directory"), if it can't be read or
// is longer than `max` bytes.
inline std::optional<std::string> read_text_file(const std::string &path, std::size_t max,
                                                 std::string &why) {
  struct Close {
    void operator()(std::FILE *f) const { (void)std::fclose(f); }
  };
  errno = 0;
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  if (!file) {
    why = error_text(errno);
    return std::nullopt;
  }
  std::string text;
  char piece[4096];
  while (const std::size_t n = std::fread(piece, 1, sizeof piece, file.get())) {
    if (n > max - text.size()) {
      why = "longer than " + std::to_string(max) + " bytes";
      return std::nullopt;
    }
    text.append(piece, n);
  }
  if (std::ferror(file.get())) {
    why = error_text(errno);
    return std::nullopt;
  }
  return text;
}

} // namespace handspan::base
