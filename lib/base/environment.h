// What the environment says.
#pragma once

#include <cstdlib>

namespace handspan::base {

// Null: nothing. The environment is changed, if at all, before there are other threads.
inline const char *environment(const char *name) {
  return std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody changes it meanwhile
}

} // namespace handspan::base
