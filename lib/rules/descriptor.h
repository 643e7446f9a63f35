// An open file that is closed with its scope. Internal to lib/rules.
#pragma once

#include <unistd.h>

namespace handspan::rules {

struct Descriptor {
  explicit Descriptor(int number) : fd(number) {}
  ~Descriptor() {
    if (fd >= 0)
      ::close(fd);
  }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  int fd;
};

} // namespace handspan::rules
