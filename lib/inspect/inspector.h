// Inspector: frames in, connection records out. The only place that composes wire, flow, tcp,
// stream, tls and rules. One object a worker, the same in the daemon, in `handspan read` and in the
// tests; no thread, no clock, no allocation after construction.
#pragma once

#include "inspect/fact_sink.h"
#include "inspect/settings.h"
#include "inspect/stages.h"
#include "record/counters.h"
#include "record/record.h"
#include "rules/rules.h"
#include "wire/frame.h"

#include <cstddef>
#include <memory>
#include <span>

namespace handspan::inspect {

inline constexpr std::size_t kMaxBurst = 64;

// Where finished records go. emit() is called inside inspect(), sweep() and finish(); the records
// are valid only during the call.
class Sink {
public:
  virtual ~Sink() = default;
  // In the order in which the connections ended; at most Settings::records_at_once.
  virtual void emit(std::span<const record::Record> records) = 0;
  // The same of a record that a rule does not want reported: it is there to be counted.
  virtual void ignored(const record::Record &) {}
  // A rule hit a connection; told as soon as it is known.
  virtual void rule_hit(const rules::Note &, std::uint64_t /*flow_id*/, base::Nanos /*time*/) {}
};

class Inspector {
public:
  // Allocates all memory that the settings ask for; throws std::bad_alloc if it is not to be had.
  // `rules` may be null and must outlive the inspector.
  Inspector(const Settings &settings, const rules::RuleSet *rules, Sink &sink);
  ~Inspector();
  Inspector(const Inspector &) = delete;
  Inspector &operator=(const Inspector &) = delete;

  // The most memory, in bytes, that an inspector of these settings takes; its rules aside.
  static std::uint64_t bytes_for(const Settings &settings);

  // Frames in order of arrival, taken kMaxBurst at a time. Their bytes are not kept.
  void inspect(std::span<const wire::Frame> frames);

  // With Expiry::when_due: expires what has been idle too long, a bounded piece of the table a
  // call, so that the whole table is looked through about once a second of `now`. To be called once
  // a poll.
  void sweep(base::Nanos now);

  // Writes out every connection still open, as open (daemon stopped) or as cut by the end of the
  // capture. The inspector is empty afterwards.
  enum class End { stopped, capture_ended };
  void finish(End end);

  // From now on these hold (reload); for connections already followed as well.
  void set_timeouts(const Timeouts &timeouts);

  // Exchanges the rules between two bursts (reload). The old set may be freed afterwards. False,
  // and the old rules stay, if there is no memory. Hits found before keep the old set's indexes:
  // both sets must agree on them or connections in flight name the wrong rule.
  bool use_rules(const rules::RuleSet *rules);
  // The same with a scratch made elsewhere, for whoever must not allocate; what was used so far
  // comes back in `scratch`.
  void use_rules(const rules::RuleSet *rules, std::unique_ptr<rules::Scratch> &scratch);

  // From now on the facts of single packets go to `sink` as well, which must outlive the inspector;
  // to be called before the first packet. With FactScope::all every packet is looked at closely.
  void tell_facts(FactSink &sink, FactScope scope);

  // Since the start, by stage; all zero in a build that does not count them.
  [[nodiscard]] StageClock::Cycles stage_cycles() const;

  // Counters, gauges and histograms; gauges are brought up to date by this call.
  const record::WorkerStats &stats();
  // The daemon's loop adds what it alone knows (polls).
  record::WorkerStats &mutable_stats();

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace handspan::inspect
