// Puts the payload of one direction in order: segments come split, repeated, overlapping or
// swapped; bytes leave in sequence, each once. Segments that must wait are copied into a pool of
// fixed buffers, bounded for the worker and for each direction. The first bytes seen for a place
// win, unless they are doubted and wait; later ones that differ are counted.
#pragma once

#include "base/bytes.h"
#include "base/index_pool.h"
#include "base/memory.h"
#include "base/time.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace handspan::stream {

// One direction of one connection; all zero but `first` when unused.
struct Queue {
  std::uint32_t next = 0;                       // sequence number of the next byte to be delivered
  std::uint32_t first = base::IndexPool::kNone; // waiting segments, in order
  std::uint16_t waiting = 0;
  bool started = false;
  bool proven = false; // the connection is known to have two ends

  // The direction's first byte has this sequence number.
  void start(std::uint32_t seq) {
    next = seq;
    started = true;
  }
};

// The packet that bytes came in, handed out with them.
struct Origin {
  base::Nanos time = base::kNever, before = base::kNever; // its own, and of the packet before it
  std::uint32_t packet = 0, packet_before = 0;            // numbers in the file; 0 live
  std::uint32_t place = 0;                                // among the connection's packets, from 1
  std::uint32_t answers = 0; // what it acknowledged of the other direction,
  bool is_answer = false;    // if it did
  bool doubted = false;      // others for the same place are to be believed rather
  bool awaits_ack = false;   // it is not this segment's turn before its receiver has
  bool left_out = false;     // its bytes take their place, and are none of the stream
  std::uint32_t end = 0;     // acknowledged what lies before this
};

// What ran out when a segment could not be kept.
enum class Bound : std::uint8_t { buffers, per_queue };

struct Counters {
  std::uint64_t pool_full = 0; // segments not kept: no buffer was free
  std::uint64_t side_full = 0; // segments not kept: their direction had its share
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
  //   out.bytes(base::Bytes, const Origin &)
  //   out.cut(std::uint32_t, const Origin &)       — bytes that the capture left off, and
  //   out.missing(std::uint32_t, const Origin &)   — bytes that will not come, before others of
  //                                                  that origin,
  // and is asked before by bool out.ready(const Origin &) whether it is these bytes' turn.
  // What has to wait, for a hole in front of it or for its turn, waits until the queue's bound or
  // the pool's end is reached, of which out.full(Bound) is told. Half of the pool is kept for the
  // proven.
  template <class Out>
  void push(Queue &queue, std::uint32_t seq, base::Bytes data, std::uint32_t length,
            const Origin &origin, Out &&out) {
    if (!queue.started)
      queue.start(seq);
    if (ahead(queue, seq) > 0 || queue.first != kNone || !out.ready(origin))
      push_slow(queue, seq, data, length, origin, out);
    else
      deliver(queue, queue.next - seq, data, length, origin, out);
  }

  // Hands out what waits and whose turn has come.
  template <class Out> void release(Queue &queue, Out &&out) {
    while (queue.first != kNone) {
      const Buffer &b = buffers_[queue.first];
      if (ahead(queue, b.seq) > 0 || !out.ready(b.origin))
        return;
      hand_first(queue, out);
    }
  }

  // Hands out the first that waits, whatever it waits for.
  template <class Out> void release_first(Queue &queue, Out &&out) {
    if (queue.first == kNone)
      return;
    lose(queue, buffers_[queue.first].seq, buffers_[queue.first].origin, out);
    hand_first(queue, out);
  }

  // Of the first that waits.
  [[nodiscard]] base::Nanos waits_since(const Queue &queue) const {
    return queue.first == kNone ? base::kNever : buffers_[queue.first].origin.time;
  }

  // The receiver has all bytes before `end`, and says so in an answer: a hole before that is the
  // capture's, and will not be filled. False if there is none in front of what waits.
  template <class Out> bool give_up_hole(Queue &queue, std::uint32_t end, Out &&out) {
    if (queue.first == kNone)
      return false;
    const Buffer &b = buffers_[queue.first];
    if (ahead(queue, b.seq) <= 0 || ahead(queue, end) < ahead(queue, b.seq))
      return false;
    lose(queue, b.seq, b.origin, out);
    release(queue, out);
    return true;
  }

  void discard(Queue &queue) {
    while (queue.first != kNone)
      drop_first(queue);
  }

  [[nodiscard]] const Counters &counters() const { return counters_; }
  // How often a doubted segment that did not wait for an ACK gave way to another; modulo 2^32.
  [[nodiscard]] std::uint32_t contradicted() const { return contradicted_; }
  [[nodiscard]] std::uint32_t used() const { return free_.used(); }

private:
  static constexpr std::uint32_t kNone = base::IndexPool::kNone;
  static constexpr std::uint32_t kBytes = 2048 - 56; // with the head: a buffer of 2 KiB

  struct Buffer {
    std::uint32_t seq;
    std::uint32_t length; // on the wire
    std::uint32_t next;
    std::uint32_t captured;
    Origin origin;
    std::uint8_t data[kBytes];
  };
  static_assert(sizeof(Buffer) == 2048);

  // How far `seq` lies beyond the next byte; negative for what is past.
  static std::int32_t ahead(const Queue &queue, std::uint32_t seq) {
    return static_cast<std::int32_t>(seq - queue.next);
  }

  // The part of a segment that lies `repeated` bytes beyond its begin and later.
  template <class Out>
  static void deliver(Queue &queue, std::uint32_t repeated, base::Bytes data, std::uint32_t length,
                      const Origin &origin, Out &out) {
    if (repeated >= length)
      return;
    queue.next += length - repeated;
    if (repeated < data.size())
      out.bytes(data.subspan(repeated), origin);
    const std::uint32_t have =
        data.size() > repeated ? static_cast<std::uint32_t>(data.size()) : repeated;
    if (have < length)
      out.cut(length - have, origin);
  }

  template <class Out>
  void push_slow(Queue &queue, std::uint32_t seq, base::Bytes data, std::uint32_t length,
                 const Origin &origin, Out &out) {
    if (!origin.doubted)
      drop_doubted(queue, seq, length);
    // What fills the hole in front needs no buffer.
    if (ahead(queue, seq) <= 0 && queue.first != kNone && out.ready(origin)) {
      const std::uint32_t hole = std::max(ahead(queue, buffers_[queue.first].seq), 0);
      const std::uint32_t n = std::min(length, queue.next - seq + hole);
      const std::size_t have = std::min<std::size_t>(n, data.size());
      deliver(queue, queue.next - seq, data.first(have), n, origin, out);
      seq += n;
      length -= n;
      data = data.subspan(have);
    }
    bool room = true;
    while (!keep(queue, seq, data, length, origin)) {
      if (std::exchange(room, false))
        tell_full(queue, out);
      if (queue.first == kNone) { // not even one buffer: let it pass as it is
        lose(queue, seq, origin, out);
        deliver(queue, queue.next - seq, data, length, origin, out);
        return;
      }
      release_first(queue, out);
      release(queue, out);
    }
    release(queue, out);
  }

  template <class Out> void tell_full(const Queue &queue, Out &out) {
    const Bound bound = queue.waiting < per_queue_ ? Bound::buffers : Bound::per_queue;
    ++(bound == Bound::buffers ? counters_.pool_full : counters_.side_full);
    out.full(bound);
  }

  // What lies before `seq` will not come.
  template <class Out>
  static void lose(Queue &queue, std::uint32_t seq, const Origin &origin, Out &out) {
    if (ahead(queue, seq) <= 0)
      return;
    const std::uint32_t hole = seq - queue.next;
    queue.next = seq;
    out.missing(hole, origin);
  }

  template <class Out> void hand_first(Queue &queue, Out &out) {
    const Buffer &b = buffers_[queue.first];
    deliver(queue, queue.next - b.seq, {b.data, b.captured}, b.length, b.origin, out);
    drop_first(queue);
  }

  void drop_first(Queue &queue) {
    const std::uint32_t index = queue.first;
    queue.first = buffers_[index].next;
    --queue.waiting;
    free_.give(index);
  }

  // Copies what is new of the segment into buffers, in order. False when there is no room: nothing
  // was changed that a later call would not find again.
  bool keep(Queue &queue, std::uint32_t seq, base::Bytes data, std::uint32_t length,
            const Origin &origin);
  bool insert_piece(Queue &queue, std::uint32_t *link, std::uint32_t seq, base::Bytes data,
                    std::uint32_t length, const Origin &origin);
  void drop_doubted(Queue &queue, std::uint32_t seq, std::uint32_t length);
  void compare(const Buffer &kept, std::uint32_t seq, base::Bytes data);

  base::BigArray<Buffer> buffers_;
  base::IndexPool free_;
  std::uint32_t per_queue_;
  std::uint32_t contradicted_ = 0;
  Counters counters_;
};

} // namespace handspan::stream
