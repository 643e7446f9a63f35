// The keys of one part of the configuration, as who reads them sees it: each is asked for by name,
// with what it is without; what was asked for by nobody is a fault.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::exporter {

class Keys {
public:
  virtual ~Keys() = default;
  virtual std::string text(std::string_view name, std::string_view otherwise) = 0;
  virtual std::string needed(std::string_view name) = 0; // a text that must be given
  virtual std::uint64_t number(std::string_view name, std::uint64_t least, std::uint64_t most,
                               std::uint64_t otherwise) = 0;
  virtual std::uint64_t bytes(std::string_view name, std::uint64_t otherwise) = 0; // "64MiB"
  virtual base::Nanos duration(std::string_view name, base::Nanos otherwise) = 0;  // "5s"
  virtual std::string one_of(std::string_view name, const std::vector<std::string> &words) = 0;
  // A value that was read, and is wrong.
  virtual void refuse(std::string_view name, std::string_view why) = 0;
};

} // namespace handspan::exporter
