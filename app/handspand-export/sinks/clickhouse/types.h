// The types that columns have: in base.sql, for ClickHouse 18.16, which knows neither codecs nor
// LowCardinality; and in modern.sql.
#pragma once

#include "render/fields.h"

#include <string>

namespace handspan::exporter::clickhouse {

struct Types {
  std::string base, modern; // empty: that one has no such column
  // What values must be, without a codec.
  [[nodiscard]] std::string either() const {
    return base.empty() ? modern.substr(0, modern.find(" CODEC")) : base;
  }
};

Types flag();
Types number(int bits);
// Seconds. Of the base six decimals: nine would be ten bytes more a record without codecs.
Types duration();
Types exact_duration();          // with all nine in both
Types moment();                  // base: whole seconds
Types word();                    // one of few
Types text();                    // any
Types key(const char *name);     // a column that rows are sorted by; told as it is
Types several(const Types &of);  // an array of them
Types if_known(const Types &of); // NULL where it is not known
Types type_of(const render::FieldInfo &field);

} // namespace handspan::exporter::clickhouse
