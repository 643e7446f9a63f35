#include "dispatch_choice.h"

#include <algorithm>

namespace handspan::daemon {
namespace {

bool is_good(const PortAbility &port) {
  return port.can_spread && port.is_told && port.fault.empty();
}

std::string shortcoming(const PortAbility &port) {
  if (!port.can_spread)
    return "its driver has no RSS";
  return port.is_told ? "RSS is not symmetric: " + port.fault
                      : "its driver does not tell its RSS key, so nothing is proven";
}

DispatchChoice with_rss(unsigned workers, const std::vector<PortAbility> &ports) {
  DispatchChoice choice;
  for (const PortAbility &port : ports) {
    const std::string name = "port " + port.name + ": ";
    if (workers == 1) {
      choice.reasons.push_back(name + "dispatch rss: one worker takes all");
    } else if (is_good(port)) {
      choice.reasons.push_back(name + "dispatch rss: symmetric RSS, proven for IPv4 and IPv6");
    } else if (!port.fault.empty()) {
      choice.refusal = name + shortcoming(port) +
                       "; set capture.dispatch to \"software\" or \"auto\", or one worker";
    } else {
      choice.reasons.push_back(name + "dispatch rss: as configured");
      choice.warnings.push_back(name + shortcoming(port) +
                                ": it is up to what fills its queues that both directions of a "
                                "connection come to one");
    }
  }
  return choice;
}

DispatchChoice with_software(const std::string &why, const std::vector<PortAbility> &ports) {
  DispatchChoice choice;
  choice.dispatch = Dispatch::software;
  for (const PortAbility &port : ports)
    choice.reasons.push_back("port " + port.name + ": dispatch software: " + why);
  return choice;
}

} // namespace

DispatchChoice choose_dispatch(config::Dispatch wanted, unsigned workers, bool replay,
                               const std::vector<PortAbility> &ports) {
  if (wanted == config::Dispatch::software)
    return with_software("as configured", ports);
  if (replay) { // whose file was split by connection
    DispatchChoice choice;
    choice.reasons.push_back("port " + ports.front().name + ": dispatch rss: a replay");
    return choice;
  }
  const auto bad = std::find_if_not(ports.begin(), ports.end(), is_good);
  if (wanted == config::Dispatch::rss || workers == 1 || bad == ports.end())
    return with_rss(workers, ports);
  const std::string whose = ports.size() == 1 ? "" : "of port " + bad->name + ", ";
  return with_software(whose + shortcoming(*bad), ports);
}

} // namespace handspan::daemon
