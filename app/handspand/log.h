// The daemon's log: written by the control thread, never by a worker.
#pragma once

#include <memory>
#include <spdlog/logger.h>
#include <string>

namespace handspan::daemon {

// `file` empty: standard error. `level`: trace, debug, info, warning, error. Null and `fault` if
// the file can't be written.
std::shared_ptr<spdlog::logger> make_log(const std::string &file, const std::string &level,
                                         std::string &fault);

} // namespace handspan::daemon
