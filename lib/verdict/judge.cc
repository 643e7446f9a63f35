#include "verdict/judge.h"

#include "verdict/when.h"

namespace handspan::verdict {

namespace {

Phase phase_of(const Situation &s, Part part) {
  switch (s.stage) {
  case Stage::opening:
    return Phase::tcp_handshake;
  case Stage::handshake:
  case Stage::over:
    return Phase::tls_handshake;
  case Stage::refused:
    return Phase::data;
  case Stage::established:
    break;
  }
  switch (part) {
  case Part::handshake:
    return Phase::tls_handshake;
  case Part::leave:
  case Part::data:
    return Phase::data;
  case Part::end:
    break;
  }
  const bool closing = s.any_fin || (s.reset && said_goodbye(s));
  return closing ? Phase::teardown : Phase::data;
}

// STARTTLS and its like begin in plain.
Step before_tls(const Record &r) {
  const bool plain = r.first_data != kNever && r.tls.start != kNever && r.first_data < r.tls.start;
  return plain ? Step::plain_data : Step::ack;
}

Step data_step(const Situation &s) {
  return s.r.tls.present ? Step::application_data : Step::plain_data;
}

// The last mark that was reached; in the TLS handshake what passed after `until` does not count.
Step step_of(const Situation &s, Part part, Nanos until) {
  const Record &r = s.r;
  switch (s.stage) {
  case Stage::opening:
    if (s.reset && part == Part::end)
      return Step::rst;
    return r.tcp.syn_ack != kNever ? Step::syn_ack : Step::syn;
  case Stage::handshake:
    return record::last_message(r, before_tls(r), until);
  case Stage::over:
    return Step::finished;
  case Stage::refused:
    return Step::plain_data;
  case Stage::established:
    break;
  }
  if (part == Part::handshake)
    return Step::finished;
  if (part == Part::data && r.first_data != kNever)
    return data_step(s);
  if (r.tcp.teardown == record::Teardown::fin)
    return Step::fin;
  if (s.reset)
    return Step::rst;
  if (s.any_fin)
    return Step::fin;
  if (s.blinded && !r.tls.present)
    return Step::ack; // nobody looked what came behind it
  if (r.first_data != kNever)
    return data_step(s);
  return r.tls.present ? record::last_message(r, Step::ack) : Step::ack;
}

// However plain the rule's own evidence is: what was not seen may change the picture.
Confidence sureness(const Situation &s, Confidence of_rule) {
  if (s.blinded)
    return Confidence::probe_limit;
  if (s.partial)
    return Confidence::one_sided;
  if (s.e.truncated && (s.lossy || !s.r.tls.established))
    return Confidence::truncated;
  if (s.lossy)
    return Confidence::capture_loss;
  return s.r.tls.established_inferred ? Confidence::inferred : of_rule;
}

} // namespace

void judge(Record &record, const Evidence &evidence, const Table &table) {
  const Situation s(record, evidence);
  for (const Table::Question &question : table.of(s.stage)) {
    if (!question.when(s))
      continue;
    const Rule &rule = *question.rule;
    record.decided = rule.decided(s);
    record.decided.rule = rule.name;
    record.phase = phase_of(s, rule.part);
    record.outcome = rule.outcome;
    record.cause = rule.cause;
    record.by = rule.by(s, record.decided);
    record.step = step_of(s, rule.part, record.decided.time);
    record.confidence = sureness(s, rule.confidence);
    return;
  }
}

} // namespace handspan::verdict
