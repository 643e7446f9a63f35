// Failures of many connections, put together by what failed and where (`handspan failures`). A
// failure that a later try made good is told apart from one that a user finally felt, and from one
// of which nobody can know yet.
#pragma once

#include "record/failure_table.h"
#include "render/style.h"

#include <optional>
#include <string>
#include <vector>

namespace handspan::render {

// What became of the failures of many connections.
struct FailureTotals {
  record::FailureCount count;
  record::RuleCounts by_rule;
  base::Nanos window = record::kRetryWindow;
  base::Nanos since = base::kNever; // connections that ended before it are left out
  base::Nanos start = base::kNever; // all that ended since then are counted
  std::uint64_t older = 0;          // of them failed, and their records are gone
  std::uint64_t retried = 0;        // of those that were decided
};

// "failures in the last 8,192 connections: 120 in all · 80 recovered (tried again with success
// within 30 s) · 40 not recovered", the rules that decided, and a line that says so if older ones
// are left out.
std::string failure_totals_text(const FailureTotals &totals, bool live, const Style &style);

// " (before the server)"; empty where nothing was lost on the way.
std::string lost_clause(record::Lost lost, Language language);

class Failures {
public:
  explicit Failures(record::FailureBy by = record::FailureBy::step) : table_(by) {}

  // How long after a failure a success may have begun to make it good.
  void set_window(base::Nanos window) { window_ = window; }
  // When somebody watched. Without, every failure that was not made good is still pending.
  void set_watch(record::Watch watch) { watch_ = std::move(watch); }
  // Of a daemon: what its rings hold; connections that ended before `since` are left out.
  void of_daemon(base::Nanos since) {
    live_ = true;
    since_ = since;
  }
  // From when to when: what trends are told against. Without, from the first record to the last.
  void set_span(base::Nanos from, base::Nanos until) {
    from_ = from;
    until_ = until;
  }
  // What a daemon has counted since its start, be the records of it there or not.
  struct Whole {
    std::uint64_t connections = 0, failed = 0, unused = 0;
    std::uint64_t recovered = 0, not_recovered = 0, retried = 0;
    base::Nanos start = base::kNever;
  };
  void set_whole(const Whole &whole) { whole_ = whole; }
  // Failures count however old they are.
  void keep_older_failures() { keep_older_ = true; }
  // At most so many rows; 0: all.
  void set_most(std::size_t rows) { most_ = rows; }

  // A connection, linked with its retries (record/retry.h); those that did not fail are counted.
  void add(const record::Record &record, const record::RecordPlace &place = {});

  // A line of totals, and the rows, most felt first.
  [[nodiscard]] std::string text(const Style &style) const;
  // One object: the totals and an array of rows.
  [[nodiscard]] std::string json() const;
  // A line of headings and one for each row.
  [[nodiscard]] std::string csv() const;

private:
  [[nodiscard]] FailureTotals totals() const;
  [[nodiscard]] std::vector<const record::FailureTable::Entry *> rows() const;
  [[nodiscard]] record::Trend trend(const record::FailureTable::Row &row) const;
  [[nodiscard]] std::string causes(const Style &style) const;
  [[nodiscard]] std::string groups(const Style &style) const;

  base::Nanos window_ = record::kRetryWindow;
  record::Watch watch_;
  base::Nanos since_ = base::kNever;
  base::Nanos from_ = base::kNever, until_ = base::kNever;
  std::size_t most_ = 0;
  bool live_ = false;
  bool keep_older_ = false;
  std::optional<Whole> whole_;
  record::FailureCount count_;
  record::RuleCounter by_rule_;
  record::FailureTable table_;
};

// The command that explains an example: "handspan explain a.pcap --connection 12".
std::string explain_command(const record::RecordPlace &place);

} // namespace handspan::render
