// The exporter's configuration, its sinks' keys included: any text gives a configuration or faults
// of a line each.
#include "base/bytes.h"
#include "config.h"
#include "use.h"

#include "../unit/temporary_folder.h"

#include <string>
#include <vector>

using namespace handspan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const test::TemporaryFolder folder;
  const std::string path = folder.write("e.toml", std::string(base::text_of({data, size})));
  exporter::Config config;
  std::vector<std::string> faults;
  fuzz::require(exporter::load_config(path, config, faults) == faults.empty());
  for (const std::string &fault : faults)
    fuzz::require(fault.starts_with(path) && fault.find('\n') == std::string::npos);
  return 0;
}
