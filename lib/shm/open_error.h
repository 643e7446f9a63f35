// Why a segment can't be opened.
#pragma once

#include <string>

namespace handspan::shm {

struct OpenError {
  enum class Kind {
    none,
    not_found, // no daemon of that name has run here
    denied,    // not for this user
    foreign,   // not a segment, or a damaged one
    version,   // a segment of a daemon that this program can't read
    system,    // anything else that the system refused
  };
  Kind kind = Kind::none;
  std::string message; // one line that says what to do
};

// Of the system's: `error` is an errno.
OpenError refusal(const std::string &path, int error);

} // namespace handspan::shm
