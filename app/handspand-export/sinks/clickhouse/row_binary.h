// RowBinary, ClickHouse's format of values one behind the other: numbers in little-endian, texts
// and arrays behind their length (a varint), what may be NULL behind a byte that is 1 if it is.
// How a value lies there depends on the column's type alone, so the table has the word: what it
// lacks is not sent, and base.sql and modern.sql need no difference made.
#pragma once

#include "sinks/clickhouse/columns.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace handspan::exporter::clickhouse {

// Of a type, as far as its values' form depends on it.
struct Shape {
  enum class Kind : std::uint8_t {
    text,    // String
    fixed,   // FixedString(N), IPv6: an address
    number,  // UIntN, Bool
    signed_, // Decimal, DateTime64: nanoseconds in some unit
    moment   // DateTime, Date: the same, not before the epoch
  };
  Kind kind = Kind::text;
  std::uint8_t bytes = 0;
  std::int64_t unit = 1; // nanoseconds
  bool nullable = false, several = false;
};
// "Nullable(Decimal(18, 9))". Nothing: no such column is written.
std::optional<Shape> shape_of(std::string_view type);
// May values that are meant for a column of type `own` go into one of type `there`?
bool fits(std::string_view own, std::string_view there);

// Takes a column's values and appends them.
class Cell final : public render::FieldTest {
public:
  Cell(std::string &out, std::string &room) : out_(out), room_(room) {}
  void begin(const Shape &shape);
  bool holds(const render::FieldValue &value) override;
  void end();

private:
  void put(std::string &to, const render::FieldValue &value) const;

  std::string &out_, &room_; // `room_`: for the items of an array
  Shape shape_;
  std::uint64_t count_ = 0;
};

// Names and types of a table's columns, as it tells them.
using TableTypes = std::vector<std::pair<std::string, std::string>>;

// Those of our columns that the table has.
template <class Of> class RowBinary {
public:
  // False: `why` names a column whose type is none that is written.
  bool bind(const Columns<Of> &columns, const TableTypes &table, std::string &why) {
    bound_.clear();
    names_.clear();
    const std::unordered_map<std::string, std::string> types(table.begin(), table.end());
    for (const Column<Of> &column : columns) {
      const auto found = types.find(column.name);
      if (found == types.end())
        continue;
      if (!fits(column.types.either(), found->second)) {
        why = "column " + column.name + " has the type " + found->second;
        return false;
      }
      bound_.push_back({&column, *shape_of(found->second)});
      names_ += (names_.empty() ? "" : ",") + column.name;
    }
    return true;
  }
  [[nodiscard]] const std::string &names() const { return names_; } // with commas
  void append(std::string &out, const Of &row) {
    Cell cell(out, room_);
    for (const Bound &one : bound_) {
      cell.begin(one.shape);
      one.column->give(row, cell);
      cell.end();
    }
  }

private:
  struct Bound {
    const Column<Of> *column;
    Shape shape;
  };
  std::vector<Bound> bound_;
  std::string names_, room_;
};

} // namespace handspan::exporter::clickhouse
