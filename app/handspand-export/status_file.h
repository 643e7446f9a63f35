// Where the exporter tells its numbers to `handspan stat`: DIR/INSTANCE.json, replaced as a whole.
#pragma once

#include <string>
#include <string_view>

namespace handspan::exporter {

class StatusFile {
public:
  // An empty folder: the service manager's ($RUNTIME_DIRECTORY), root's (/run/handspand-export) or
  // the user's ($XDG_RUNTIME_DIR/handspand-export).
  StatusFile(const std::string &folder, const std::string &instance);
  void write(std::string_view text) const;

private:
  std::string path_; // empty: there is no place for it
};

} // namespace handspan::exporter
