// When a connection's rules are asked, and what is done about those that hit.
#include "inspect/state.h"

#include <algorithm>
#include <utility>

namespace handspan::inspect {

using rules::Stage;

void Inspector::State::take_rules(const rules::RuleSet *set) {
  rules = set;
  hears = set != nullptr && set->needs(Stage::bytes, Stage::bytes).wanted != 0;
  rules_since = last_seen;
  ++rules_number;
}

// The stream over a side's first bytes; where the rules that it was of have been exchanged it has
// gone with them, and the connection began before those that hold now.
std::uint16_t Inspector::State::take_stream(Subject &s, Side from) {
  RuleNotes &notes = s.track.rules;
  const std::uint16_t stream = std::exchange(notes.stream[from], rules::kNoStream);
  return notes.set == rules_number ? stream : rules::kNoStream;
}

// Bytes of one side, in order, from the first one on.
void Inspector::State::hear(Subject &s, Side from, base::Bytes bytes) {
  const StageClock::Scope in(stages, StageClock::rules);
  RuleNotes &notes = s.track.rules;
  const rules::Fields field =
      rules::bit(from == Side::client ? rules::Field::first_client : rules::Field::first_server);
  const Nanos opened = from == Side::client ? s.track.tcp.syn : s.track.tcp.syn_ack;
  if ((rules->needs(Stage::bytes, Stage::bytes).wanted & field) == 0 || opened == kNever ||
      (rules_since != kNever && s.track.first <= rules_since)) {
    end_hearing(s, from);
    return;
  }
  std::uint16_t stream = take_stream(s, from);
  std::size_t wanted = settings.first_bytes;
  if (stream == rules::kNoStream && bytes.size() < wanted) {
    stream = rules->begin_hearing(from, *scratch);
    stats.counters.rules_first_bytes_full += stream == rules::kNoStream;
  }
  if (stream == rules::kNoStream) {
    judge_first(s, from, bytes.first(std::min(bytes.size(), wanted)));
    return;
  }
  notes.stream[from] = stream;
  notes.set = rules_number;
  if (rules->hear_piece(from, stream, base::text_of(bytes), wanted, *scratch))
    end_hearing(s, from);
}

// No more of them will come, or no more are wanted.
void Inspector::State::end_hearing(Subject &s, Side from) {
  s.track.rules.heard[from] = true;
  const std::uint16_t stream = take_stream(s, from);
  if (stream == rules::kNoStream)
    return;
  rule_facts.begin(table.key(s.place.slot), s.flow, s.track.first);
  ++stats.counters.rules_scanned;
  take_hits(s, rules->end_hearing(from, stream, rule_facts.facts(), *scratch));
}

// The connection goes.
void Inspector::State::forget_hearing(Subject &s) {
  for (const Side side : {Side::client, Side::server})
    if (const std::uint16_t stream = take_stream(s, side); stream != rules::kNoStream)
      rules->give_up_hearing(side, stream, *scratch);
}

void Inspector::State::judge_first(Subject &s, Side from, base::Bytes bytes) {
  s.track.rules.heard[from] = true;
  rule_facts.begin(table.key(s.place.slot), s.flow, s.track.first);
  ++stats.counters.rules_scanned;
  take_hits(s, rules->hear(from, base::text_of(bytes), rule_facts.facts(), *scratch));
}

// Asks all that was not asked yet, up to the stage; at the end the record is there.
void Inspector::State::ask_rules(Subject &s, Stage until, const record::Record *record) {
  const StageClock::Scope in(stages, StageClock::rules);
  RuleNotes &notes = s.track.rules;
  if (until == Stage::end && hears)
    for (const Side side : {Side::client, Side::server})
      end_hearing(s, side);
  const auto first = static_cast<Stage>(notes.next);
  if (first > until)
    return;
  notes.next = static_cast<std::uint8_t>(static_cast<std::uint8_t>(until) + 1);
  const rules::RuleSet::Needs &needs = rules->needs(first, until);
  if (!needs.work || (first == Stage::end && !rules->may_hit_at_end(*record)))
    return;
  const Nanos begun = settings.stopwatch ? settings.stopwatch() : 0;
  rule_facts.begin(table.key(s.place.slot), s.flow, s.track.first);
  if (s.tls() && (needs.hello || needs.handshake)) {
    const tls::Session &session = tracker.at(s.track.session);
    rule_facts.add_hello(session, needs.wanted);
    if (needs.handshake)
      rule_facts.add_handshake(session, tracker, needs.wanted);
  }
  if (record != nullptr)
    rule_facts.add_end(*record, needs.wanted);
  ++stats.counters.rules_scanned;
  take_hits(s, rules->ask(first, until, rule_facts.facts(), *scratch, notes.view()));
  if (settings.stopwatch)
    stats.histograms.rules_scan.add(
        static_cast<std::uint64_t>(base::forward(begun, settings.stopwatch())));
}

void Inspector::State::take_hits(Subject &s, std::span<const rules::Note> hits) {
  RuleNotes &notes = s.track.rules;
  for (const rules::Note &hit : hits) {
    bool keep = hit.open();
    if (!hit.open()) {
      const rules::Rule &rule = rules->rules()[hit.rule()];
      notes.actions = static_cast<std::uint8_t>(notes.actions | rule.actions);
      keep = (rule.actions & rules::action::tag) != 0;
      ++stats.counters.rules_hits;
      sink.rule_hit(hit, s.track.flow_id, s.flow.tcp.last);
    }
    if (keep && !notes.put(hit))
      ++stats.counters.rules_hits_dropped;
  }
}

} // namespace handspan::inspect
