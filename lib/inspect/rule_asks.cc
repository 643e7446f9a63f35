// When a connection's rules are asked, and what is done about those that hit.
#include "inspect/state.h"

#include <algorithm>

namespace handspan::inspect {

using rules::Stage;

void Inspector::State::take_rules(const rules::RuleSet *set) {
  rules = set;
  hears = set != nullptr && set->wanted(Stage::bytes) != 0;
  rules_since = last_seen;
}

// Bytes of one side, in order, from the first one on.
void Inspector::State::hear(Subject &s, Side from, base::Bytes bytes) {
  const StageClock::Scope in(stages, StageClock::rules);
  RuleNotes &notes = s.track.rules;
  const rules::Fields field =
      rules::bit(from == Side::client ? rules::Field::first_client : rules::Field::first_server);
  const Nanos opened = from == Side::client ? s.track.tcp.syn : s.track.tcp.syn_ack;
  if ((rules->wanted(Stage::bytes) & field) == 0 || opened == kNever ||
      (rules_since != kNever && s.track.first <= rules_since)) {
    notes.heard[from] = true;
    return;
  }
  std::uint16_t &pieces = notes.pieces[from];
  if (pieces == FirstPieces::kNone && bytes.size() < first_pieces.wanted()) {
    pieces = first_pieces.take();
    stats.counters.rules_first_bytes_full += pieces == FirstPieces::kNone;
  }
  if (pieces == FirstPieces::kNone)
    judge_first(s, from, bytes.first(std::min(bytes.size(), first_pieces.wanted())));
  else if (first_pieces.add(pieces, bytes))
    end_hearing(s, from);
}

// No more of them will come, or no more are wanted.
void Inspector::State::end_hearing(Subject &s, Side from) {
  std::uint16_t &pieces = s.track.rules.pieces[from];
  if (pieces != FirstPieces::kNone) {
    judge_first(s, from, first_pieces.at(pieces));
    first_pieces.give(pieces);
    pieces = FirstPieces::kNone;
  }
  s.track.rules.heard[from] = true;
}

void Inspector::State::judge_first(Subject &s, Side from, base::Bytes bytes) {
  s.track.rules.heard[from] = true;
  rule_facts.begin(endpoints_of(table.key(s.place.slot), s.flow), s.track.first);
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
  rules::Fields wanted = 0;
  bool work = false;
  for (auto at = static_cast<std::uint8_t>(first); at < notes.next; ++at) {
    work |= rules->has_work(static_cast<Stage>(at));
    wanted |= rules->wanted(static_cast<Stage>(at));
  }
  if (!work)
    return;
  const Nanos begun = settings.stopwatch ? settings.stopwatch() : 0;
  rule_facts.begin(endpoints_of(table.key(s.place.slot), s.flow), s.track.first);
  if (s.tls()) {
    const tls::Session &session = tracker.at(s.track.session);
    rule_facts.add_hello(session, wanted);
    if (until >= Stage::handshake)
      rule_facts.add_handshake(session, tracker, wanted);
  }
  if (record != nullptr)
    rule_facts.add_end(*record);
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
