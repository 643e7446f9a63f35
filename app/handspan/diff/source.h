// One side as the command line names it: SOURCE[@SPAN].
//   SOURCE   a capture file (several that follow each other with commas between them), or a folder
//            that handspand-export fills; nothing: the daemon
//   SPAN     FROM[/UNTIL], FROM[/LENGTH]: "2026-11-26T10:00/1h", "10:00/11:00", "2h/1h", "30m"
#pragma once

#include "filter/moment.h"

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::app {

struct Source {
  enum class Kind : std::uint8_t { daemon, folder, files };
  Kind kind = Kind::daemon;
  std::string name; // as it was given
  std::string folder;
  std::vector<std::string> files;
  base::Nanos from = base::kNever, until = base::kNever; // kNever: any

  [[nodiscard]] bool wants(base::Nanos ended) const {
    return ended >= from && (until == base::kNever || ended < until);
  }
};

// False: `why` says it.
bool parse_source(const std::string &text, const filter::Clock &clock, Source &source,
                  std::string &why);

} // namespace handspan::app
