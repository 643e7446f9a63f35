#include "doctor_host.h"

namespace handspan::app {

void look_at_host(const config::Config &config, host::Findings &findings) {
  if (config.capture.ports.empty())
    findings.push_back({host::Area::ports, host::Level::warning, host::FindingId::ports_none, {}});
}

} // namespace handspan::app
