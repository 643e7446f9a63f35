#include "file_settings.h"

#include "common/settings.h"
#include "output.h"

#include <vector>

namespace handspan::app {

void add_file_options(Command command, FileOptions &options) {
  command.option("--rules", options.rules, "file of rules (TOML), or a folder of them");
  command.option("--config", options.config, "configuration: time-outs, limits, rules");
  command
      .option(
          "--checksums", options.checksums,
          "what becomes of TCP segments with a wrong checksum, such as decoys have (and captures "
          "of the sending host itself): off: nobody looks; count: they are counted and marked; "
          "drop: they have no effect, too (default off, or as the configuration says)")
      .one_of({"off", "count", "drop"})
      .type_name("WHAT");
}

bool FileSettings::prepare(const FileOptions &options, bool live) {
  std::string file = options.rules;
  if (!options.config.empty()) {
    std::vector<config::Fault> faults;
    const auto config = config::load(options.config, faults);
    for (const config::Fault &fault : faults)
      complain(fault.text());
    if (!config)
      return false;
    settings = inspect_settings(*config);
    retry_window = config->retries.window;
    if (file.empty())
      file = config->rules.file;
  } else if (live) {
    settings = inspect_settings(config::Config{});
  } else {
    read_to_the_end(settings); // timeouts are for who asks for them by a configuration
  }
  if (!options.checksums.empty())
    settings.checksums = options.checksums == "off"     ? inspect::Checksums::off
                         : options.checksums == "count" ? inspect::Checksums::count
                                                        : inspect::Checksums::drop;
  if (!randomize(settings)) {
    complain("no random numbers from the kernel");
    return false;
  }
  if (file.empty())
    return true;
  rules::Findings findings;
  rules = rules::RuleSet::load(file, findings);
  for (const rules::Finding &finding : findings.all())
    complain(finding.text());
  return rules != nullptr;
}

} // namespace handspan::app
