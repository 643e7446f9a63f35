#include "host/clock.h"

#include "base/error_text.h"

#include <algorithm>
#include <cerrno>
#include <sstream>

#include <sys/timex.h>

namespace handspan::host {

Known<std::vector<std::string>> missing_tsc_flags(const Tree &tree) {
  using Names = std::vector<std::string>;
  const auto text = tree.text("/proc/cpuinfo");
  if (!text)
    return unknown<Names>(text.why);
  const std::size_t line = text->find("\nflags");
  if (line == std::string::npos)
    return unknown<Names>("/proc/cpuinfo: tells no flags");
  std::istringstream flags(text->substr(line + 1, text->find('\n', line + 1) - line - 1));
  Names missing = {"constant_tsc", "nonstop_tsc"};
  for (std::string flag; flags >> flag;)
    missing.erase(std::remove(missing.begin(), missing.end(), flag), missing.end());
  return known(std::move(missing));
}

Known<std::string> clock_source(const Tree &tree) {
  return tree.text("/sys/devices/system/clocksource/clocksource0/current_clocksource");
}

Known<Synchronisation> synchronisation() {
  timex asked{};
  const int state = adjtimex(&asked);
  if (state < 0)
    return unknown<Synchronisation>(std::string("adjtimex: ") + base::error_text(errno));
  return known(Synchronisation{state != TIME_ERROR && (asked.status & STA_UNSYNC) == 0,
                               static_cast<std::uint64_t>(std::max(0L, asked.maxerror))});
}

} // namespace handspan::host
