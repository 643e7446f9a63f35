// Which rows a topic has already: asked for a batch that was cut off, of which nobody knows how
// much arrived.
#pragma once

#include "client.h"

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace handspan::exporter::kafka {

class Ids {
public:
  void add(std::string_view id) { hashes_.insert(std::hash<std::string_view>()(id)); }
  [[nodiscard]] bool contains(std::string_view id) const {
    return hashes_.contains(std::hash<std::string_view>()(id));
  }
  [[nodiscard]] bool empty() const { return hashes_.empty(); }
  void clear() { hashes_.clear(); }

private:
  std::unordered_set<std::size_t> hashes_; // of 64 bits: the ids alone would take much more
};

// Reads from the marks (what has none from its beginning) to the end that the topic has now.
// Who may not read gets none. False: `why` says it.
bool read_back(const Settings &settings, const std::string &topic, const Marks &from, Ids &ids,
               std::string &why);

} // namespace handspan::exporter::kafka
