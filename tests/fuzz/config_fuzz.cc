// Configuration: any text gives a configuration or faults that fit on one line each.
#include "base/bytes.h"
#include "config/config.h"

#include <cstdlib>

using namespace handspan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  std::vector<config::Fault> faults;
  const auto config = config::parse(base::text_of({data, size}), "fuzz.toml", faults);
  if (config.has_value() != faults.empty())
    std::abort();
  for (const config::Fault &fault : faults)
    if (fault.what.empty() || fault.text().find('\n') != std::string::npos)
      std::abort();
  return 0;
}
