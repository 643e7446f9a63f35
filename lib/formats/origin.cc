#include "formats/origin.h"

#include <cstdio>

namespace handspan::formats {

std::string start_text(const Origin &origin) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(origin.start));
  return text;
}

std::string record_id(const Origin &origin, unsigned worker, std::uint64_t number) {
  return start_text(origin) + ':' + std::to_string(worker) + ':' + std::to_string(number);
}

} // namespace handspan::formats
