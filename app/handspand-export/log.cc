#include "log.h"

#include "base/quote.h"

#include <cstdio>

namespace handspan::exporter {

void log_line(const std::string &what) {
  const std::string line = "handspand-export: " + base::one_line(what, 1000) + '\n';
  (void)std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace handspan::exporter
