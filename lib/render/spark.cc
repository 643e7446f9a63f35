#include "render/spark.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace handspan::render {

std::string spark(std::span<const std::uint64_t> values) {
  static constexpr std::array<std::string_view, 8> kBlocks = {"▁", "▂", "▃", "▄",
                                                              "▅", "▆", "▇", "█"};
  std::uint64_t most = 0;
  for (const std::uint64_t value : values)
    most = std::max(most, value);
  std::string out;
  for (const std::uint64_t value : values) {
    if (value == 0) {
      out += ' ';
      continue;
    }
    const double share = static_cast<double>(value) / static_cast<double>(most);
    out += kBlocks[std::min<std::size_t>(static_cast<std::size_t>(share * 8), 7)];
  }
  return out;
}

} // namespace handspan::render
