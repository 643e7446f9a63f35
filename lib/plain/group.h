// A group of rows as Hyperscan's database. Private to this folder.
#pragma once

#include <hs.h>

#include <cstddef>
#include <memory>

namespace handspan::plain {

struct FreeDatabase {
  void operator()(hs_database_t *database) const { hs_free_database(database); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;

// Null: it has no row, or one in error. For this machine if no platform is named.
Database compile_group(std::size_t group, const hs_platform_info_t *platform = nullptr);

} // namespace handspan::plain
