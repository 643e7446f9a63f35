// conf/clickhouse: the tables as statements of SQL.
#pragma once

#include <string>

namespace handspan::exporter::clickhouse {

enum class Flavour : bool { base, modern };
std::string schema(Flavour flavour);

} // namespace handspan::exporter::clickhouse
