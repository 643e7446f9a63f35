// Compiled patterns kept on disk, so that a start need not compile them again. A file is named by
// what was compiled, by Hyperscan's version and by the CPU; what is not ours, or not whole, is
// passed over and made anew. Of many the oldest goes.
#pragma once

#include "rules/patterns.h"

#include <string>

namespace handspan::rules {

class Cache {
public:
  // The folder is made if its parent exists. It must be the user's own, and nobody else may write
  // in it; else nothing is kept, and `why` says so.
  static std::unique_ptr<Cache> open(const std::string &folder, std::string &why);
  ~Cache();
  Cache(const Cache &) = delete;
  Cache &operator=(const Cache &) = delete;

  [[nodiscard]] Database find(const Patterns &patterns) const;
  void keep(const Patterns &patterns, const hs_database_t &database) const;

private:
  explicit Cache(int folder) : folder_(folder) {}
  void forget_oldest() const;
  int folder_;
};

} // namespace handspan::rules
