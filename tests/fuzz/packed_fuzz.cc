// Packed bytes of any kind: what they unpack to can be used, and comes back as it is when it is
// packed again. Not so the bytes: they may hold what says of itself that it means nothing.
//
// Input: one byte says what the rest is. Even: a record; odd: a story.
#include "record/packed.h"
#include "use.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace {

using namespace handspan;

std::vector<std::uint8_t> packed(const auto &item) {
  static auto room = std::make_unique<record::PackRoom>();
  const std::size_t size = record::pack(item, *room);
  fuzz::require(size <= room->size());
  return {room->data(), room->data() + size};
}

template <class Item> void unpack(base::Bytes bytes) {
  static auto item = std::make_unique<Item>();
  if (!record::unpack(bytes, *item))
    return;
  fuzz::use(*item);
  fuzz::require(record::unpack(packed(*item), *item));
  const std::vector<std::uint8_t> once = packed(*item);
  fuzz::require(record::unpack(once, *item));
  fuzz::use(*item);
  fuzz::require(packed(*item) == once);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size == 0)
    return 0;
  const base::Bytes rest{data + 1, size - 1};
  if (data[0] % 2 == 0)
    unpack<record::Record>(rest);
  else
    unpack<record::Story>(rest);
  return 0;
}
