// What several workers (or files) have summed up, put together for whoever shows it.
#pragma once

#include "summary/summary.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace handspan::summary {

enum class Unit : std::uint8_t { second, minute, hour };
std::string_view name(Unit unit);
std::int64_t seconds_of(Unit unit);
std::size_t most_of(Unit unit); // so many are kept

// A stretch of time in cells of one unit without a hole, the oldest first.
struct Course {
  Unit unit = Unit::minute;
  std::int64_t first = 0; // number of the first cell: times the unit's seconds it is its begin
  std::vector<Cell> cells;

  void drop_front(std::size_t count) {
    cells.erase(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(count));
    first += static_cast<std::int64_t>(count);
  }
  [[nodiscard]] std::int64_t begin_of(std::size_t cell) const {
    return (first + static_cast<std::int64_t>(cell)) * seconds_of(unit);
  }
};

struct Used {
  std::uint64_t connections = 0;
  User last; // who did
};
struct Numbers {
  std::map<std::uint16_t, Used> of;
  std::uint64_t other = 0; // of numbers that found no place
};
struct Texts {
  std::map<std::string, std::uint64_t> of;
  std::uint64_t other = 0;
};

// An operator's rule, and how often it hit since the start.
struct RuleSum {
  std::uint32_t id = 0;
  std::string name;
  std::uint8_t severity = 0; // of record::kSeverities
  bool in_force = true;      // else it has gone by a reload
  std::uint64_t hits = 0;
  base::Nanos last = 0; // the latest one, since the epoch
  std::string example;  // its connection's id
};

class Merged {
public:
  // One worker's block, as load() or a Writer of this program left it.
  void add(std::unique_ptr<Block> block);
  [[nodiscard]] bool empty() const { return blocks_.empty(); }
  void add_rules(std::vector<RuleSum> rules);

  [[nodiscard]] OutcomeByPhase outcome_by_phase() const;
  [[nodiscard]] CauseBySide cause_by_side() const;
  [[nodiscard]] Fates fates() const;
  [[nodiscard]] AlertBySender alert_by_sender() const;
  [[nodiscard]] Numbers versions() const;
  [[nodiscard]] Numbers ciphers() const;
  [[nodiscard]] Numbers groups() const;
  [[nodiscard]] Numbers groups_offered() const;
  [[nodiscard]] Texts alpn() const;
  [[nodiscard]] Texts plain() const;
  // All connections that ended.
  [[nodiscard]] std::uint64_t connections() const;

  // The latest cells, up to `most`, from the first one that holds anything; empty if nothing was
  // seen.
  [[nodiscard]] Course course(Unit unit, std::size_t most) const;
  // The latest second that was seen, since the epoch; 0 if nothing was.
  [[nodiscard]] std::int64_t now() const;
  // Connections that were told too late for any cell.
  [[nodiscard]] std::uint64_t beyond() const;

  [[nodiscard]] Ranking ranking(Subject subject, Ranking::Span span) const;

  // Those that hit, the most often first.
  [[nodiscard]] const std::vector<RuleSum> &rules() const { return rules_; }

  // Each certificate once, those seen last first.
  [[nodiscard]] std::vector<Certificate> certificates() const;
  [[nodiscard]] std::uint64_t certificates_given_up() const;

private:
  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<RuleSum> rules_;
};

} // namespace handspan::summary
