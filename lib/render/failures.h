// Failures of many connections, put together by what failed and where (`handspan failures`). A
// failure that a later try made good is told apart from one that a user finally felt.
#pragma once

#include "record/record.h"
#include "render/style.h"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace handspan::render {

class Failures {
public:
  // A connection, linked with its retries (record/retry.h); those that did not fail are counted.
  void add(const record::Record &record);

  // A line of totals and a table, most felt first.
  [[nodiscard]] std::string text(const Style &style) const;
  // One object: the totals and an array of rows.
  [[nodiscard]] std::string json() const;

private:
  // What makes two failures alike: cause, who, after which step, and the server's name or address.
  using Kind = std::tuple<std::string, record::By, record::Step, std::string>;
  struct Row {
    std::uint64_t failed = 0;
    std::uint64_t recovered = 0;
    base::Nanos last = base::kNever;
    std::uint64_t example = 0; // flow_id of the last one
    [[nodiscard]] std::uint64_t felt() const { return failed - recovered; }
  };

  [[nodiscard]] std::vector<const std::pair<const Kind, Row> *> sorted() const;

  std::uint64_t connections_ = 0;
  Row total_;
  std::map<Kind, Row> rows_;
};

} // namespace handspan::render
