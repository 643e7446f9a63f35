// Lines for the journal, on standard error; from any thread.
#pragma once

#include <string>

namespace handspan::exporter {

void log_line(const std::string &what);

} // namespace handspan::exporter
