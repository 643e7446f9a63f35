#include "record/record.h"

#include <cstddef>
#include <cstring>

namespace handspan::record {

void Record::seal() {
  bytes = static_cast<std::uint32_t>(offsetof(Record, text) + text_used);
  // A ring copies whole words: what stands behind the text in its last word goes along.
  const std::size_t rest = (8 - bytes % 8) % 8;
  const std::size_t room = text.size() - text_used;
  std::memset(text.data() + text_used, 0, rest < room ? rest : room);
}

} // namespace handspan::record
