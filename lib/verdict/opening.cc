// The TCP handshake.
#include "verdict/when.h"

namespace handspan::verdict {

namespace {

bool answered(const Situation &s) {
  return s.r.tcp.syn_ack != kNever;
}

// Whoever owed the next packet was given the time for it: who repeats its own has waited.
bool waited(const Situation &s) {
  const auto &repeated = s.r.tcp.retransmissions;
  return !s.alive || (answered(s) ? repeated.server : repeated.client) > 0 ||
         (s.e.now != kNever && s.r.first != kNever &&
          base::elapsed(s.r.first, s.e.now) >= s.e.syn_timeout);
}

} // namespace

bool syn_refused(const Situation &s) {
  return s.reset && s.reset_by == Side::server && !answered(s);
}

bool syn_answered_stale(const Situation &s) {
  return s.e.stale_acks > 0 && !answered(s);
}

// It was answered, and that was all the client wanted to know.
bool probed(const Situation &s) {
  return s.reset && s.reset_by == Side::client && answered(s);
}

bool opening_reset(const Situation &s) {
  return s.reset;
}

// A server repeats its SYN-ACK as long as no ACK comes; if it does not, the ACK may have come.
bool syn_ack_repeated(const Situation &s) {
  return syn_ack_unacknowledged(s) && s.r.tcp.retransmissions.server > 0;
}

bool syn_ack_unacknowledged(const Situation &s) {
  return answered(s) && waited(s);
}

bool syn_unanswered(const Situation &s) {
  return s.r.tcp.packets.server == 0 && waited(s);
}

bool syn_answered_otherwise(const Situation &s) {
  return waited(s);
}

} // namespace handspan::verdict
