// What happened between the two sides: nobody of them is to blame for it.
#include "verdict/when.h"

namespace handspan::verdict {

namespace {

// One repetition may be the sender's haste, two are a path that does not pass it. Who asks for what
// he lacks does so for every segment behind it, and again when he himself has something to say.
constexpr std::uint32_t kInVain = 3, kAskedInVain = 2;

} // namespace

// A SYN without an answer is a verdict of its own: there may be nobody.
bool in_vain(const Evidence &e, Side side) {
  const InVain &lost = e.in_vain[side];
  return lost.left_without || lost.opened ||
         (lost.what != Step::syn && lost.times >= (lost.asked_for ? kAskedInVain : kInVain));
}

bool foreign_reset(const Situation &s) {
  return s.reset && s.e.reset_is_foreign;
}

bool unreachable(const Situation &s) {
  return s.e.unreachable && s.r.tcp.syn_ack == kNever;
}

bool undelivered(const Situation &s) {
  return s.stage != Stage::over && (in_vain(s.e, Side::client) || in_vain(s.e, Side::server));
}

} // namespace handspan::verdict
