// Puts the payload of one direction in order: segments come split, repeated, overlapping or
// swapped; bytes leave in sequence, each once. Segments that must wait are copied into a pool of
// fixed buffers, bounded for the worker and for each direction. The first bytes seen for a place
// win; later ones that differ are counted.
#pragma once

#include "base/bytes.h"
#include "base/index_pool.h"
#include "base/memory.h"

#include <algorithm>
#include <cstdint>

namespace handspan::stream {

// One direction of one connection; all zero but `first` when unused.
struct Queue {
  std::uint32_t next = 0;                       // sequence number of the next byte to be delivered
  std::uint32_t first = base::IndexPool::kNone; // waiting segments, in order
  std::uint16_t waiting = 0;
  bool started = false;

  // The direction's first byte has this sequence number.
  void start(std::uint32_t seq) {
    next = seq;
    started = true;
  }
};

struct Counters {
  std::uint64_t pool_full = 0; // segments not kept
  std::uint64_t conflicts = 0; // repeated bytes that differed
};

class Assembler {
public:
  // Throws std::bad_alloc.
  Assembler(std::uint32_t buffers, std::uint32_t per_queue)
      : buffers_(buffers), free_(buffers), per_queue_(std::min<std::uint32_t>(per_queue, 0xffff)) {}

  // Memory that so many buffers take once all have been in use.
  static constexpr std::uint64_t bytes_for(std::uint32_t buffers) {
    return std::uint64_t{buffers} * sizeof(Buffer) + base::IndexPool::bytes_for(buffers);
  }

  // Takes a segment that begins at `seq`, has `length` bytes on the wire and `data` of them (fewer
  // if the capture cut it). `out` gets, in order, zero or more calls of
  //   out.bytes(base::Bytes) and out.missing(std::uint32_t)   — bytes that will not come.
  // A hole is waited for until the queue's bound or the pool's end is reached; then it is missing.
  template <class Out>
  void push(Queue &queue, std::uint32_t seq, base::Bytes data, std::uint32_t length, Out &&out) {
    if (!queue.started)
      queue.start(seq);
    if (ahead(queue, seq) > 0 || queue.first != kNone)
      push_slow(queue, seq, data, length, out);
    else
      deliver(queue, queue.next - seq, data, length, out);
  }

  // Hands out what waits, holes as missing, and forgets it: the stream is not wanted any more, or
  // nothing will come.
  template <class Out> void flush(Queue &queue, Out &&out) {
    while (queue.first != kNone) {
      lose(queue, buffers_[queue.first].seq, out);
      drain(queue, out);
    }
  }

  // The receiver has all bytes before `end`, and says so in an answer: holes there are the
  // capture's and will not be filled. Does nothing while nothing waits.
  template <class Out> void acknowledged(Queue &queue, std::uint32_t end, Out &&out) {
    while (queue.first != kNone && ahead(queue, end) >= ahead(queue, buffers_[queue.first].seq)) {
      lose(queue, buffers_[queue.first].seq, out);
      drain(queue, out);
    }
  }

  void discard(Queue &queue) {
    while (queue.first != kNone)
      drop_first(queue);
  }

  [[nodiscard]] const Counters &counters() const { return counters_; }
  [[nodiscard]] std::uint32_t used() const { return free_.used(); }

private:
  static constexpr std::uint32_t kNone = base::IndexPool::kNone;
  static constexpr std::uint32_t kBytes = 2048 - 16; // with the head: a buffer of 2 KiB

  struct Buffer {
    std::uint32_t seq;
    std::uint32_t length; // on the wire
    std::uint32_t next;
    std::uint16_t captured;
    std::uint16_t reserved;
    std::uint8_t data[kBytes];
  };

  // How far `seq` lies beyond the next byte; negative for what is past.
  static std::int32_t ahead(const Queue &queue, std::uint32_t seq) {
    return static_cast<std::int32_t>(seq - queue.next);
  }

  // The part of a segment that lies `repeated` bytes beyond its begin and later.
  template <class Out>
  static void deliver(Queue &queue, std::uint32_t repeated, base::Bytes data, std::uint32_t length,
                      Out &out) {
    if (repeated >= length)
      return;
    queue.next += length - repeated;
    if (repeated < data.size())
      out.bytes(data.subspan(repeated));
    const std::uint32_t have =
        data.size() > repeated ? static_cast<std::uint32_t>(data.size()) : repeated;
    if (have < length)
      out.missing(length - have);
  }

  template <class Out>
  void push_slow(Queue &queue, std::uint32_t seq, base::Bytes data, std::uint32_t length,
                 Out &out) {
    if (ahead(queue, seq) <= 0) { // what fills the hole in front needs no buffer
      const std::uint32_t hole = buffers_[queue.first].seq - queue.next;
      const std::uint32_t n = std::min(length, queue.next - seq + hole);
      const std::size_t have = std::min<std::size_t>(n, data.size());
      deliver(queue, queue.next - seq, data.first(have), n, out);
      seq += n;
      length -= n;
      data = data.subspan(have);
    }
    bool room = true;
    while (!keep(queue, seq, data, length)) {
      counters_.pool_full += room;
      room = false;
      if (queue.first == kNone) { // not even one buffer: let it pass as it is
        lose(queue, seq, out);
        deliver(queue, queue.next - seq, data, length, out);
        return;
      }
      lose(queue, buffers_[queue.first].seq, out);
      drain(queue, out);
    }
    drain(queue, out);
  }

  // What lies before `seq` will not come.
  template <class Out> static void lose(Queue &queue, std::uint32_t seq, Out &out) {
    if (ahead(queue, seq) <= 0)
      return;
    const std::uint32_t hole = seq - queue.next;
    queue.next = seq;
    out.missing(hole);
  }

  // Delivers what now lies at the front without a hole.
  template <class Out> void drain(Queue &queue, Out &out) {
    while (queue.first != kNone) {
      const Buffer &b = buffers_[queue.first];
      if (ahead(queue, b.seq) > 0)
        return;
      deliver(queue, queue.next - b.seq, {b.data, b.captured}, b.length, out);
      drop_first(queue);
    }
  }

  void drop_first(Queue &queue) {
    const std::uint32_t index = queue.first;
    queue.first = buffers_[index].next;
    --queue.waiting;
    free_.give(index);
  }

  // Copies what is new of the segment into buffers, in order. False when there is no room: nothing
  // was changed that a later call would not find again.
  bool keep(Queue &queue, std::uint32_t seq, base::Bytes data, std::uint32_t length);
  bool insert_piece(Queue &queue, std::uint32_t *link, std::uint32_t seq, base::Bytes data,
                    std::uint32_t length);
  void compare(const Buffer &kept, std::uint32_t seq, base::Bytes data);

  base::BigArray<Buffer> buffers_;
  base::IndexPool free_;
  std::uint32_t per_queue_;
  Counters counters_;
};

} // namespace handspan::stream
