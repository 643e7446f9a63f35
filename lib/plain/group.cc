#include "plain/group.h"

#include "plain/rows.h"

#include <vector>

namespace handspan::plain {

// SINGLEMATCH: a match ends where it first can.
Database compile_group(std::size_t group, const hs_platform_info_t *platform) {
  std::vector<const char *> expressions;
  std::vector<unsigned int> ids;
  for (std::size_t row = 0; row < kRowCount; ++row) {
    if (!is_in_group(group, row))
      continue;
    expressions.push_back(kRows[row].pattern);
    ids.push_back(static_cast<unsigned int>(row));
  }
  if (ids.empty())
    return nullptr;
  const std::vector<unsigned int> flags(ids.size(), HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL);
  hs_database_t *made = nullptr;
  hs_compile_error_t *error = nullptr;
  if (hs_compile_multi(expressions.data(), flags.data(), ids.data(),
                       static_cast<unsigned int>(ids.size()), HS_MODE_BLOCK, platform, &made,
                       &error) != HS_SUCCESS)
    hs_free_compile_error(error);
  return Database(made);
}

} // namespace handspan::plain
