// What happened between the two sides: nobody of them is to blame for it.
#include "verdict/when.h"

namespace handspan::verdict {

namespace {

// One repetition may be the sender's haste, two are a path that does not pass it.
constexpr std::uint32_t kInVain = 3;

} // namespace

bool in_vain(const Evidence &e, Side side) {
  return e.in_vain[side].times >= kInVain;
}

bool foreign_reset(const Situation &s) {
  return s.reset && s.e.reset_is_foreign && !s.fin_first();
}

bool unreachable(const Situation &s) {
  return s.stage == Stage::opening && s.e.unreachable && s.r.tcp.syn_ack == kNever;
}

bool undelivered(const Situation &s) {
  return s.stage != Stage::over && (in_vain(s.e, Side::client) || in_vain(s.e, Side::server));
}

} // namespace handspan::verdict
