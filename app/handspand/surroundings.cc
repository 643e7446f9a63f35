#include "surroundings.h"

#include "capture/clock.h"

#include <cstdio>

#include <net/if.h>

namespace handspan::daemon {
namespace {

// Another interface of the same name has another one. Not from /sys, which may show another
// network namespace than that of the process.
std::optional<unsigned> number_of(const std::string &interface) {
  const unsigned number = if_nametoindex(interface.c_str());
  return number != 0 ? std::optional(number) : std::nullopt;
}

std::string seconds(base::Nanos time) {
  char text[32];
  (void)std::snprintf(text, sizeof text, "%.1f s",
                      static_cast<double>(time) / static_cast<double>(base::kSecond));
  return text;
}

} // namespace

Surroundings::Surroundings(const Capture &capture) {
  for (const auto &port : capture.ports) {
    Watched watched{port.get(), port->interface(), {}, false, port->link_up(), base::kNever};
    if (!watched.interface.empty())
      watched.number = number_of(watched.interface);
    ports_.push_back(std::move(watched));
  }
}

std::vector<Surroundings::Remark> Surroundings::look(base::Nanos now) {
  std::vector<Remark> remarks;
  for (Watched &watched : ports_) {
    look_at_link(watched, now, remarks);
    look_at_interface(watched, remarks);
  }
  if (const base::Nanos set = capture::WallShift::look(); set != 0)
    remarks.push_back({false, "the wall clock was set " +
                                  std::string(set > 0 ? "forward" : "back") + " by " +
                                  seconds(set > 0 ? set : -set) +
                                  ": records follow it, no connection is older for it"});
  return remarks;
}

void Surroundings::look_at_link(Watched &watched, base::Nanos now, std::vector<Remark> &remarks) {
  const bool is_up = watched.port->link_up();
  if (is_up == watched.is_up)
    return;
  watched.is_up = is_up;
  const std::string name = "port " + watched.port->name();
  if (!is_up)
    remarks.push_back({false, name + " has lost its link: nothing comes in"});
  else if (watched.since == base::kNever)
    remarks.push_back({true, name + " has its link"});
  else
    remarks.push_back({true, name + " has its link again, after " + seconds(now - watched.since)});
  watched.since = now;
}

// The kernel's socket stays with the interface that it was bound to.
void Surroundings::look_at_interface(Watched &watched, std::vector<Remark> &remarks) {
  if (!watched.number)
    return;
  const bool is_gone = number_of(watched.interface) != watched.number;
  if (is_gone && !watched.is_gone)
    remarks.push_back(
        {false, "port " + watched.port->name() + ": the interface " + watched.interface +
                    " is gone: when it is there again, restart handspand to watch it"});
  watched.is_gone |= is_gone;
}

} // namespace handspan::daemon
