#include "stream/assembler.h"

#include <algorithm>
#include <cstring>

namespace handspan::stream {

namespace {
std::int32_t distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}
} // namespace

// Bytes that came before for the same place stay; if these differ, somebody plays games (or a
// middlebox rewrites), and that is worth a count.
void Assembler::compare(const Buffer &kept, std::uint32_t seq, base::Bytes data) {
  const std::int32_t offset = distance(kept.seq, seq);
  const std::uint8_t *ours = kept.data;
  std::size_t have = kept.captured;
  if (offset > 0) {
    const std::size_t skip = std::min<std::size_t>(have, static_cast<std::uint32_t>(offset));
    ours += skip;
    have -= skip;
  } else {
    data = data.subspan(std::min<std::size_t>(data.size(), kept.seq - seq));
  }
  const std::size_t n = std::min(have, data.size());
  if (n > 0 && std::memcmp(ours, data.data(), n) != 0)
    ++counters_.conflicts;
}

// Segments that wait in the place of one that nothing speaks against.
void Assembler::drop_doubted(Queue &queue, std::uint32_t seq, std::uint32_t length) {
  for (std::uint32_t *link = &queue.first; *link != kNone;) {
    const std::uint32_t index = *link;
    Buffer &b = buffers_[index];
    const bool overlap = distance(b.seq, seq + length) > 0 && distance(seq, b.seq + b.length) > 0;
    if (!b.origin.doubted || !overlap) {
      link = &b.next;
      continue;
    }
    contradicted_ += !b.origin.awaits_ack;
    *link = b.next;
    --queue.waiting;
    free_.give(index);
  }
}

bool Assembler::insert_piece(Queue &queue, std::uint32_t *link, std::uint32_t seq, base::Bytes data,
                             std::uint32_t length, const Origin &origin) {
  const std::uint32_t reserve = queue.proven ? 0 : free_.capacity() / 2;
  const bool room = queue.waiting < per_queue_ && free_.used() + reserve < free_.capacity();
  const std::uint32_t index = room ? free_.take() : kNone;
  if (index == kNone)
    return false;
  Buffer &b = buffers_[index];
  b.seq = seq;
  b.length = length;
  b.captured = static_cast<std::uint32_t>(std::min<std::size_t>(data.size(), length));
  b.origin = origin;
  if (b.captured > 0)
    std::memcpy(b.data, data.data(), b.captured);
  b.next = *link;
  *link = index;
  ++queue.waiting;
  return true;
}

bool Assembler::keep(Queue &queue, std::uint32_t seq, base::Bytes data, std::uint32_t length,
                     const Origin &origin) {
  const auto advance = [&](std::uint32_t n) {
    seq += n;
    length -= n;
    data = data.subspan(std::min<std::size_t>(data.size(), n));
  };
  if (ahead(queue, seq) < 0)
    advance(std::min(length, queue.next - seq));

  std::uint32_t *link = &queue.first;
  while (length > 0) {
    const Buffer *after = *link == kNone ? nullptr : &buffers_[*link];
    if (after && distance(after->seq, seq) >= 0) { // begins inside or behind this one
      const std::int32_t inside = distance(seq, after->seq + after->length);
      if (inside > 0) {
        compare(*after, seq, data);
        advance(std::min(length, static_cast<std::uint32_t>(inside)));
      }
      link = &buffers_[*link].next;
      continue;
    }
    std::uint32_t piece = std::min(length, kBytes);
    if (after)
      piece = std::min(piece, static_cast<std::uint32_t>(distance(seq, after->seq)));
    if (!insert_piece(queue, link, seq, data.first(std::min<std::size_t>(piece, data.size())),
                      piece, origin))
      return false;
    link = &buffers_[*link].next;
    advance(piece);
  }
  return true;
}

} // namespace handspan::stream
