// The columns of the tables that are written: what they are called, their types, and how a row's
// value is had. What conf/clickhouse declares is made from this, and so is what is sent.
#pragma once

#include "sink.h"
#include "sinks/clickhouse/types.h"

#include <functional>
#include <string>
#include <vector>

namespace handspan::exporter::clickhouse {

template <class Of> struct Column {
  std::string name;
  Types types;
  std::string help;
  // Hands the value over, or several one after the other; none, if it is not known.
  std::function<void(const Of &, render::FieldTest &)> give;
};
template <class Of> using Columns = std::vector<Column<Of>>;

// A certificate that one side of a connection showed.
struct Shown {
  const Row &row;
  base::Side side;
};
struct Minute {
  const summary::Cell &cell;
  const formats::Origin &origin;
};

const Columns<Row> &connection_columns();
const Columns<Shown> &certificate_columns();
const Columns<Minute> &minute_columns();

inline void give(render::FieldTest &to, std::uint64_t number) {
  (void)to.holds({number, {}, nullptr});
}
inline void give(render::FieldTest &to, std::string_view text) {
  (void)to.holds({0, text, nullptr});
}
// "tls.sni" as a column is called.
inline std::string column_name(std::string path) {
  for (char &c : path)
    c = c == '.' ? '_' : c;
  return path;
}

} // namespace handspan::exporter::clickhouse
