// Failures of many connections, put together by what failed or by whom it hit.
#pragma once

#include "record/retry.h"
#include "record/tally.h"

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace handspan::record {

// What makes two failures alike: cause, by whom and after which step; or one fact of the
// connection, and then those that did not fail count, too.
enum class FailureBy : std::uint8_t { step, name, server, client, cause, ja4, version };

struct Endpoint {
  std::array<std::uint8_t, 16> address{};
  std::uint16_t port = 0;
  friend auto operator<=>(const Endpoint &, const Endpoint &) = default;
};

// What is not asked for has its first value.
struct FailureKind {
  Rule rule{};
  Cause cause = Cause::none;
  std::uint16_t alert = kNoCode; // the code of the one that decided
  By by = By::none;
  Step step = Step::none; // the last before the failure
  Lost lost = Lost::nowhere;
  std::string text; // a server's name, a fingerprint; empty: there was none
  Endpoint end;     // a server's or a client's
  std::uint16_t version = kNoCode;

  friend auto operator<=>(const FailureKind &, const FailureKind &) = default;
};
FailureKind kind_of(const Record &record, FailureBy by);

// Where a record came from: its id; of a file its number there, too.
struct RecordPlace {
  FlowId id;
  std::uint64_t number = 0; // 0: it has none
  std::string file;         // as a shell takes it
};

// How many came in the last minute, and in the hour before it as far as that was watched.
struct Trend {
  std::uint64_t last_minute = 0;
  std::uint64_t hour_before = 0;
  double minutes_before = 0;
  [[nodiscard]] double per_minute_before() const {
    return minutes_before > 0 ? static_cast<double>(hour_before) / minutes_before : 0;
  }
};
Trend trend_of(const std::vector<Nanos> &times, Nanos from, Nanos until);

class FailureTable {
public:
  static constexpr std::size_t kMaxRows = 65'536; // failures of further kinds are counted together

  struct Row {
    FailureCount count; // with `connections`: that did not fail, too
    Nanos first = kNever, last = kNever;
    std::vector<Nanos> times; // when they failed
    Tally<std::string> names;
    Tally<Endpoint> servers;
    Tally<std::array<std::uint8_t, 16>> clients;
    Tally<FailureKind> causes; // kinds by cause
    RecordPlace example;       // the last one
  };
  using Entry = std::pair<const FailureKind, Row>;

  explicit FailureTable(FailureBy by = FailureBy::step) : by_(by) {}

  [[nodiscard]] FailureBy by() const { return by_; }
  // A connection that failed, and what became of it.
  void add(const Record &failed, Fate fate, const RecordPlace &place = {});
  // One that did not.
  void add_good(const Record &record);
  // Those that were not recovered most often first; rows without a failure are left out.
  [[nodiscard]] std::vector<const Entry *> sorted() const &;
  std::vector<const Entry *> sorted() && = delete; // they lie in it
  [[nodiscard]] bool empty() const { return failures_ == 0; }
  // Failures that found no row.
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

private:
  Row *row_of(const Record &record);

  FailureBy by_;
  std::map<FailureKind, Row> rows_;
  std::uint64_t failures_ = 0, left_out_ = 0;
};

} // namespace handspan::record
