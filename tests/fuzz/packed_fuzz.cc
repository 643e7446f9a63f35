// Packed bytes of any kind: what they unpack to can be used, and packed and unpacked again it takes
// the same bytes.
//
// Input: one byte says what the rest is. Even: a record; odd: a story.
#include "record/packed.h"
#include "use.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace {

using namespace handspan;

template <class Item> void unpack(base::Bytes bytes) {
  static auto item = std::make_unique<Item>(), again = std::make_unique<Item>();
  static auto room = std::make_unique<record::PackRoom>();
  if (!record::unpack(bytes, *item))
    return;
  fuzz::use(*item);
  const std::size_t size = record::pack(*item, *room);
  fuzz::require(size <= room->size());
  const std::vector<std::uint8_t> packed(room->data(), room->data() + size);
  fuzz::require(record::unpack(packed, *again));
  fuzz::use(*again);
  fuzz::require(record::pack(*again, *room) == size &&
                std::equal(packed.begin(), packed.end(), room->begin()));
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
