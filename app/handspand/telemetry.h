// The daemon's numbers for dpdk-telemetry.py: /handspand/… on DPDK's telemetry socket, read from
// the shared segment like any other reader does.
#pragma once

#include "shm/reader.h"

#include <memory>
#include <string>

namespace handspan::daemon {

class Telemetry {
public:
  // Answers from now on. `path`: of the daemon's own segment. Null and `why` if it can't be read
  // or DPDK does not take the commands.
  static std::unique_ptr<Telemetry> serve(const std::string &path, std::string &why);
  // Afterwards the commands say that there is nothing.
  ~Telemetry();
  Telemetry(const Telemetry &) = delete;
  Telemetry &operator=(const Telemetry &) = delete;

private:
  Telemetry() = default;
};

} // namespace handspan::daemon
