#include "crowding.h"

#include <array>

namespace handspan::daemon {
namespace {

struct Line {
  std::uint64_t record::Counters::*counter;
  const char *what; // behind the number
};

constexpr std::array<Line, 4> kLines = {
    {{&record::Counters::flows_gave_way, "connections gave way in full flow tables"},
     {&record::Counters::untracked_table_full, "packets found no room in full flow tables"},
     {&record::Counters::tls_sessions_gave_way, "TLS connections gave up their session"},
     {&record::Counters::tls_sessions_full, "TLS connections found no session"}}};

} // namespace

std::optional<std::string> Crowding::look(base::Nanos now, const record::Counters &total) {
  if (said_ != base::kNever && now - said_ < kPause)
    return std::nullopt;
  std::optional<std::string> line = rest(total);
  if (line)
    said_ = now;
  return line;
}

std::optional<std::string> Crowding::rest(const record::Counters &total) {
  std::string text;
  for (const Line &line : kLines)
    if (const std::uint64_t grown = total.*line.counter - told_.*line.counter; grown != 0)
      text.append(text.empty() ? "full: " : ", ")
          .append(std::to_string(grown))
          .append(" ")
          .append(line.what);
  if (text.empty())
    return std::nullopt;
  told_ = total;
  return text + " (handspan doctor says more)";
}

} // namespace handspan::daemon
