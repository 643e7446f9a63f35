// What the tracker of connection.h need not know and a verdict must: which bytes were sent again
// and again without an acknowledgement, whose RST it was, whom nobody heard. For segments that go
// the long way; the common data of an established connection passes this by.
#pragma once

#include "tcp/connection.h"
#include "tcp/evidence_delivery.h"
#include "tcp/evidence_reset.h"

namespace handspan::tcp {

// What was known before observe() saw a segment.
struct Before {
  std::uint32_t retransmissions, gaps; // of its sender
  std::uint16_t ip_id;
  State state;

  static Before of(const Hot &hot, const Detail &detail, Side from) {
    return {detail.side[from].retransmissions, detail.side[from].gaps, hot.ip_id[from], hot.state};
  }
};

struct Evidence {
  Both<Delivery> delivery; // of this side's bytes
  Resets resets;
  std::uint32_t stale_acks = 0; // the server answered a SYN with an ACK of another connection

  [[nodiscard]] bool waits() const { return delivery.client.waits() || delivery.server.waits(); }
  // Segments went by unseen, the last payload at `last_data`.
  void forget(const Hot &hot, Nanos last_data) {
    delivery.client.forget(last_data, hot.side.client.next);
    delivery.server.forget(last_data, hot.side.server.next);
  }
  void swap_sides();

  // A segment that observe() has just seen.
  void weigh(const Hot &hot, const Detail &detail, Side from, const Segment &segment,
             const Carried &carried, const SackBlocks &sack, const Before &before) {
    if (segment.has(flag::rst)) [[unlikely]]
      on_reset(hot, detail, from, segment, carried, before);
    else
      on_sent(detail, from, segment, carried, before);
    if (segment.has(flag::ack))
      on_ack(hot, detail, from, segment, sack);
  }

private:
  void on_sent(const Detail &detail, Side from, const Segment &segment, const Carried &carried,
               const Before &before) {
    if (!segment.doubted) [[likely]]
      resets.habit[from].learn(carried, segment.ip_id, before.ip_id);
    if (resets.time != kNever) [[unlikely]]
      after_reset(from, segment, before.state);
    const DetailSide &mine = detail.side[from];
    delivery[from].sent(segment, mine, mine.retransmissions != before.retransmissions,
                        mine.gaps > before.gaps,
                        detail.has_first_close && detail.first_close != from);
  }
  void on_ack(const Hot &hot, const Detail &detail, Side from, const Segment &segment,
              const SackBlocks &sack) {
    if (from == Side::server && detail.syn_ack == kNever && is_stale(hot, detail, segment))
        [[unlikely]] {
      ++stale_acks;
      return;
    }
    const Side to = base::other(from);
    const Nanos took = delivery[to].acknowledged(segment, sack, detail.side[to]);
    Nanos &least = resets.habit[from].answers_in;
    if (took != kNever && !segment.has(flag::rst) && (least == kNever || took < least))
      least = took;
  }
  void on_reset(const Hot &hot, const Detail &detail, Side from, const Segment &segment,
                const Carried &carried, const Before &before);
  void after_reset(Side from, const Segment &segment, State before);
  [[nodiscard]] static bool is_stale(const Hot &hot, const Detail &detail, const Segment &segment);
  [[nodiscard]] std::uint8_t marks_of(const Hot &hot, Side from, const Segment &segment,
                                      const Carried &carried, std::uint16_t last_id) const;
};

} // namespace handspan::tcp
