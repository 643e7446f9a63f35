// From what is known of a connection to its record and verdict.
#pragma once

#include "inspect/acceptance_board.h"
#include "inspect/settings.h"
#include "inspect/speakers.h"
#include "inspect/subject.h"
#include "record/record.h"
#include "rules/rules.h"
#include "tls/tracker.h"
#include "verdict/ending.h"
#include "verdict/evidence.h"

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace handspan::inspect {

using verdict::Ending;

// Owns the records of which it speaks: those of a worker that wait to be handed on, and the one
// that is being built behind them.
class ReportBuilder {
public:
  ReportBuilder(const Settings &settings, const flow::Table<Flow> &table, tls::Tracker &tracker,
                const Speakers &speakers, const AcceptanceBoard &acceptances)
      : settings_(settings), table_(table), tracker_(tracker), speakers_(speakers),
        acceptances_(acceptances), records_(settings.records_at_once) {}

  // Valid until the next call; then it is another's, unless it was kept.
  const record::Record &build(const Subject &s, Ending ending, Nanos now);
  // The last record joins those that wait. True: there is no room for another.
  [[nodiscard]] bool keep(Nanos now) {
    if (waiting_ == 0)
      since_ = now;
    return ++waiting_ == records_.size();
  }
  [[nodiscard]] bool waited_long(Nanos now) const {
    return waiting_ > 0 && base::elapsed(since_, now) >= kRecordsWait;
  }
  // Those that wait, in order; valid until the next call of build().
  std::span<const record::Record> take() { return {records_.data(), std::exchange(waiting_, 0)}; }
  // The rules that hit, into the last record.
  void add_rules(const Subject &s, const rules::RuleSet &rules);
  // A bound kept something from the last record.
  void lacks(record::Limit limit) {
    record_->probe_limit = record::graver(record_->probe_limit, limit);
  }
  // Whether another worker saw the direction that the last record lacks.
  [[nodiscard]] bool seen_elsewhere() const { return seen_elsewhere_; }

private:
  void fill_connection(const Subject &s);
  void fill_tcp(const Subject &s);
  void fill_path(const Subject &s);
  [[nodiscard]] bool went_through(const Subject &s) const;
  void fill_rest(const Subject &s, verdict::Evidence &evidence);
  void fill_negotiated(const Subject &s, const tls::Session &session);
  void fill_tls(const Subject &s, const tls::Session &session);
  void fill_certificate(const tls::Session &session, Side side);
  void fill_app(const Subject &s);
  [[nodiscard]] bool took_certificate() const;
  void set_farewells_aside(const Subject &s, verdict::Evidence &evidence) const;
  [[nodiscard]] bool ask_elsewhere(const Subject &s) const;

  const Settings &settings_;
  const flow::Table<Flow> &table_;
  tls::Tracker &tracker_;
  const Speakers &speakers_;
  const AcceptanceBoard &acceptances_;
  std::vector<record::Record> records_;
  record::Record *record_ = nullptr; // the last that was built
  std::size_t waiting_ = 0;          // of them, from the first on
  Nanos since_ = kNever;             // when the first of them was kept
  bool seen_elsewhere_ = false;
};

} // namespace handspan::inspect
