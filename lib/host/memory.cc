#include "host/memory.h"

#include <array>
#include <sstream>

namespace handspan::host {

Known<std::uint64_t> available_memory(const Tree &tree) {
  const std::string path = "/proc/meminfo";
  const auto text = tree.text(path);
  if (!text)
    return unknown<std::uint64_t>(text.why);
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string name;
    std::uint64_t kib = 0;
    if (fields >> name >> kib && name == "MemAvailable:")
      return known(kib * 1'024);
  }
  return unknown<std::uint64_t>(path + ": tells no MemAvailable");
}

std::string size_text(std::uint64_t bytes) {
  static constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  std::uint64_t scale = 1;
  while (unit + 1 < kUnits.size() && bytes / scale >= 1'024) {
    scale *= 1'024;
    ++unit;
  }
  const std::uint64_t tenths = bytes / scale * 10 + bytes % scale * 10 / scale;
  std::string text = std::to_string(tenths / 10);
  if (tenths < 1'000 && tenths % 10 != 0)
    text += '.' + std::to_string(tenths % 10);
  return text + ' ' + kUnits[unit];
}

} // namespace handspan::host
