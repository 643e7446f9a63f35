#include "render/repeats.h"

#include <algorithm>

namespace handspan::render {

namespace mark = record::mark;

Repeats::Repeats(std::span<const record::PacketFact> facts) {
  for (const record::PacketFact &fact : facts)
    if (fact.has(mark::retransmission | mark::duplicate))
      sendings_.push_back({key_of(fact)});
  const auto before = [](const Sending &a, const Sending &b) { return a.key < b.key; };
  const auto same = [](const Sending &a, const Sending &b) { return a.key == b.key; };
  std::sort(sendings_.begin(), sendings_.end(), before);
  sendings_.erase(std::unique(sendings_.begin(), sendings_.end(), same), sendings_.end());
}

Repeat Repeats::next(std::size_t place, const record::PacketFact &fact) {
  const Key key = key_of(fact);
  const auto found = std::lower_bound(
      sendings_.begin(), sendings_.end(), key,
      [](const Sending &sending, const Key &wanted) { return sending.key < wanted; });
  if (found == sendings_.end() || found->key != key)
    return {};
  Sending &sending = *found;
  const bool known = sending.first != kNoPacket;
  if (known && fact.has(mark::duplicate))
    return {sending.last, 0};
  if (known && fact.has(mark::retransmission)) {
    sending.last = place;
    return {sending.first, ++sending.again};
  }
  sending = {key, place, place, 0}; // sequence numbers come round again, too
  return {};
}

} // namespace handspan::render
