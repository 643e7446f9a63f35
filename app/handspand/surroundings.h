// What changes around a running daemon: the ports' links, the interfaces that ports watch, the wall
// clock. Each change is told once.
#pragma once

#include "base/time.h"
#include "ports.h"

#include <optional>
#include <string>
#include <vector>

namespace handspan::daemon {

class Surroundings {
public:
  // The ports must be started.
  explicit Surroundings(const Capture &capture);

  struct Remark {
    bool is_good = false;
    std::string line;
  };
  // At each turn of the control thread, which is the time between two remarks of one port.
  std::vector<Remark> look(base::Nanos now);

private:
  struct Watched {
    const capture::Port *port;
    std::string interface;          // of the kernel, empty: none
    std::optional<unsigned> number; // that it had at the start
    bool is_gone = false;
    bool is_up = false;
    base::Nanos since = base::kNever; // without a link
  };
  static void look_at_link(Watched &watched, base::Nanos now, std::vector<Remark> &remarks);
  static void look_at_interface(Watched &watched, std::vector<Remark> &remarks);

  std::vector<Watched> ports_;
};

} // namespace handspan::daemon
