// Cycles by stage of a packet's way, in a build that asks for it (meson's option `stages`). In any
// other nothing of it is left.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef HANDSPAN_STAGES
#include <x86intrin.h>
#endif

namespace handspan::inspect {

#define HANDSPAN_EACH_STAGE(STAGE)                                                                 \
  STAGE(decode)    /* headers, fragments, key and hash */                                          \
  STAGE(look_up)   /* candidates, what is fetched ahead, the slot */                               \
  STAGE(short_way) /* plain data of an established connection */                                   \
  STAGE(tcp)       /* the long way, but for what follows */                                        \
  STAGE(payload)   /* bytes in order, and what they begin with */                                  \
  STAGE(tls)       /* records, messages, fingerprints, certificates */                             \
  STAGE(rules)     /* the operator's */                                                            \
  STAGE(facts)     /* of single packets, for a story */                                            \
  STAGE(record)    /* made and judged */                                                           \
  STAGE(hand_on)   /* packed, written, summed up: the sink's */                                    \
  STAGE(expiry)    /* the sweep */

class StageClock {
public:
  enum Stage : std::uint8_t {
#define HANDSPAN_STAGE(name) name,
    HANDSPAN_EACH_STAGE(HANDSPAN_STAGE)
#undef HANDSPAN_STAGE
        outside, // of the inspector
  };
  static constexpr std::array<std::string_view, outside> kNames = {
#define HANDSPAN_STAGE(name) #name,
      HANDSPAN_EACH_STAGE(HANDSPAN_STAGE)
#undef HANDSPAN_STAGE
  };
  // Of the time stamp counter, each stage without those it calls.
  using Cycles = std::array<std::uint64_t, outside>;

#ifdef HANDSPAN_STAGES
  static constexpr bool kRuns = true;

  // From here to the end of the scope it is that stage's time.
  class [[nodiscard]] Scope {
  public:
    Scope(StageClock &clock, Stage stage) : clock_(clock), before_(clock.stage_) {
      clock_.turn(stage);
    }
    ~Scope() { clock_.turn(before_); }
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;

  private:
    StageClock &clock_;
    Stage before_;
  };

  [[nodiscard]] Cycles cycles() const {
    Cycles inside;
    std::copy_n(cycles_.begin(), inside.size(), inside.begin());
    return inside;
  }

private:
  void turn(Stage stage) {
    const std::uint64_t now = __rdtsc();
    cycles_[stage_] += now - since_;
    since_ = now;
    stage_ = stage;
  }

  std::array<std::uint64_t, outside + 1> cycles_{};
  std::uint64_t since_ = 0;
  Stage stage_ = outside;
#else
  static constexpr bool kRuns = false;

  struct Scope {
    Scope(StageClock &, Stage) {}
  };
  [[nodiscard]] static Cycles cycles() {
    return {};
  }
#endif
};
#undef HANDSPAN_EACH_STAGE

} // namespace handspan::inspect
