// Failures of many connections, put together by what failed and where.
#pragma once

#include "record/retry.h"

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace handspan::record {

// What makes two failures alike.
struct FailureKind {
  Rule rule{};
  Cause cause = Cause::none;
  std::uint16_t alert = kNoCode; // the code of the one that decided
  By by = By::none;
  Step step = Step::none; // the last before the failure
  Lost lost = Lost::nowhere;
  std::string name; // of the server, if the client gave one; else address and port
  std::array<std::uint8_t, 16> address{};
  std::uint16_t port = 0;

  friend auto operator<=>(const FailureKind &, const FailureKind &) = default;
};
FailureKind kind_of(const Record &failed);

class FailureTable {
public:
  struct Row {
    FailureCount count;
    Nanos last = kNever;
    std::uint64_t example = 0; // flow_id of the last one
  };
  using Entry = std::pair<const FailureKind, Row>;

  // A connection that failed, and what became of it.
  void add(const Record &failed, Fate fate);
  // Those that were not recovered most often first.
  [[nodiscard]] std::vector<const Entry *> sorted() const;
  [[nodiscard]] bool empty() const { return rows_.empty(); }

private:
  std::map<FailureKind, Row> rows_;
};

} // namespace handspan::record
