// Failures of many connections, put together by what failed and where (`handspan failures`). A
// failure that a later try made good is told apart from one that a user finally felt, and from one
// of which nobody can know yet.
#pragma once

#include "record/retry.h"
#include "render/style.h"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace handspan::render {

// What became of the failures of many connections.
struct FailureTotals {
  record::FailureCount count;
  base::Nanos window = record::kRetryWindow;
  base::Nanos since = base::kNever; // connections that ended before it are left out
};

// "failures among the last 8,192 connections: 120 raw · 80 of them came back and succeeded within
// 30 s · 40 finally felt", and a line that says so if older ones are left out.
std::string failure_totals_text(const FailureTotals &totals, bool live, const Style &style);

class Failures {
public:
  // How long after a failure a success may have begun to make it good.
  void set_window(base::Nanos window) { window_ = window; }
  // When somebody watched. Without, every failure that was not made good is still pending.
  void set_watch(record::Watch watch) { watch_ = std::move(watch); }
  // Of a daemon: what its rings hold; connections that ended before `since` are left out.
  void of_daemon(base::Nanos since) {
    live_ = true;
    since_ = since;
  }

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
    record::FailureCount count;
    base::Nanos last = base::kNever;
    std::uint64_t example = 0; // flow_id of the last one
  };

  [[nodiscard]] std::vector<const std::pair<const Kind, Row> *> sorted() const;
  [[nodiscard]] FailureTotals totals() const { return {count_, window_, since_}; }

  base::Nanos window_ = record::kRetryWindow;
  record::Watch watch_;
  base::Nanos since_ = base::kNever;
  bool live_ = false;
  record::FailureCount count_;
  std::map<Kind, Row> rows_;
};

} // namespace handspan::render
