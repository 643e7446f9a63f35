// Why a start failed, in one line that says what to do about it.
#pragma once

#include <string>

namespace handspan::capture {

struct Fault {
  std::string message;
};

} // namespace handspan::capture
