#include "segment.h"

#include "exit_codes.h"
#include "output.h"
#include "shm/runtime_dir.h"

namespace handspan::app {

void add_segment_options(Command command, SegmentOptions &options) {
  command.option("--instance", options.instance, "the daemon's instance name")
      .show_default()
      .check([](const std::string &name) {
        return shm::valid_instance(name) ? std::string()
                                         : std::string("1 to 32 letters, digits, _ or -");
      });
  command.option("--runtime-dir", options.runtime_dir,
                 "where daemons keep their segments (default: /run/handspand for root, "
                 "$XDG_RUNTIME_DIR/handspand for others, and /run/handspand if there is no such "
                 "daemon)");
}

Segment open_segment(const SegmentOptions &options) {
  std::string error;
  const std::string folder = shm::reading_dir(options.runtime_dir, options.instance, error);
  if (folder.empty()) {
    complain(error);
    return {nullptr, kFault};
  }
  shm::OpenError fault;
  auto reader = shm::Reader::open(shm::segment_path(folder, options.instance), fault);
  if (reader != nullptr)
    return {std::move(reader), kOk};
  complain(fault.message);
  return {nullptr, fault.kind == shm::OpenError::Kind::not_found ? kNoDaemon : kFault};
}

std::vector<render::RuleRow> rules_of(const shm::Reader &reader) {
  const std::uint64_t run = reader.probe().run;
  std::vector<render::RuleRow> rows;
  for (const shm::RuleCount &rule : reader.rules())
    rows.push_back({rule.id, rule.name, rule.severity, rule.in_force, rule.hits, rule.last,
                    record::text({run, rule.example})});
  return rows;
}

} // namespace handspan::app
