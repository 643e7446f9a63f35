// The segment of this instance, as the configuration and the plan want it.
#pragma once

#include "config/config.h"
#include "ports.h"
#include "shm/writer.h"

#include <memory>
#include <string>

namespace handspan::daemon {

// Null: `why`, such as that another daemon has it.
std::unique_ptr<shm::Writer> take_instance(const config::Config &config, const CapturePlan &plan,
                                           std::string &why);

} // namespace handspan::daemon
