// Segments that a mirror shows and their receiver does not take, or may not: decoys. Whoever wants
// to be misread sends them, in his own name or in another's.
#pragma once

#include "tcp/connection.h"
#include "tcp/evidence.h"

#include <cstdint>

namespace handspan::tcp {

// As in record/decoys.def, which says what each is.
enum class Decoy : std::uint8_t {
  none,
  checksum,
  hop_limit,
  old_timestamp,
  ack_unsent,
  signature,
  urgent,
  other_bytes,
  unheeded,
};

struct Doubt {
  Decoy what = Decoy::none;
  bool refused = false; // its receiver drops it; else it may, and what follows will tell
  bool by_loss = false; // a loss of the capture explains it as well
};

// A segment that observe() has not yet seen. `closely`: all of the connection's are looked at, so
// that what the other side may have sent is known well.
Doubt doubt_further(const Hot &hot, const Detail &detail, const Evidence &evidence, Side from,
                    const Segment &segment, const Carried &carried, bool closely);

// The same; of most there is none.
inline Doubt doubt(const Hot &hot, const Detail &detail, const Evidence &evidence, Side from,
                   const Segment &segment, const Carried &carried, bool closely) {
  const Habit &habit = evidence.resets.habit[from];
  const DetailSide &mine = detail.side[from];
  const DetailSide &theirs = detail.side[base::other(from)];
  const bool usual =
      habit.is_hop(carried.hop_limit) && !carried.is_signed &&
      (!mine.stamped || distance(mine.stamp, carried.stamp) >= 0) &&
      (!theirs.seq_known || (distance(hot.side[base::other(from)].next, segment.ack) <= 0 &&
                             distance(theirs.first_seq, segment.ack) >= 0));
  return usual ? Doubt{} : doubt_further(hot, detail, evidence, from, segment, carried, closely);
}

// RFC 7323, 4.3: keeps the timestamp that later ones of this side must not be older than. Of a
// segment that is not refused, before observe() sees it.
void note_stamp(const Hot &hot, DetailSide &mine, Side from, const Segment &segment,
                const Carried &carried);

} // namespace handspan::tcp
