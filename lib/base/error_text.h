// What an errno means. std::strerror() may give every thread the same room for its answer.
#pragma once

#include <array>
#include <cstring>
#include <string>

namespace handspan::base {

inline std::string error_text(int error) {
  std::array<char, 128> room;
  return strerror_r(error, room.data(), room.size()); // GNU's: what it returns need not be the room
}

} // namespace handspan::base
