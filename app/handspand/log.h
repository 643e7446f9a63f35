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

// Goes on in a new file of the name, where the old one may have been moved away. Without a file
// nothing is done. False and `fault`: all stays as it is.
bool reopen_log(spdlog::logger &log, const std::string &file, std::string &fault);

} // namespace handspan::daemon
