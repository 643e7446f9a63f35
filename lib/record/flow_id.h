// A connection's id as people and programs see it, the same text everywhere. A worker numbers its
// connections; the id has before that number what tells the run of the daemon apart from every
// other one, of this probe or of another:
//
//   0x 69283a1f 9c1b22e0 00 2a     run: seconds since the epoch at its start, and a hash of the
//   probe's
//                                  name, the instance and the whole time of the start; worker;
//                                  number
//   0x000000000000002a             of a capture file: worker and number alone, all digits
#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace handspan::record {

struct FlowId {
  std::uint64_t run = 0;  // 0: of no daemon
  std::uint64_t flow = 0; // the worker in the upper byte, its number of the connection below

  [[nodiscard]] std::uint32_t worker() const { return static_cast<std::uint32_t>(flow >> 56); }
  // When the run began, in whole seconds.
  [[nodiscard]] base::Nanos started() const {
    return static_cast<base::Nanos>(run >> 32) * base::kSecond;
  }
  // The same for the same id, and else hardly ever.
  [[nodiscard]] std::uint64_t key() const {
    return run == 0 ? flow : (run ^ flow * 0x9e3779b97f4a7c15) | std::uint64_t{1} << 63;
  }
  friend bool operator==(const FlowId &, const FlowId &) = default;
};

// Never 0.
std::uint64_t run_of(std::string_view probe, std::string_view instance, base::Nanos start);

inline constexpr std::size_t kFlowIdText = 2 + 16 + 2 + 14;
char *put_flow_id(char *at, const FlowId &id);
std::string text(const FlowId &id);
std::optional<FlowId> parse_flow_id(std::string_view text);

} // namespace handspan::record
