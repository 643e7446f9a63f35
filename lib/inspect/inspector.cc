#include "inspect/inspector.h"

#include "inspect/state.h"

#include <algorithm>
#include <new>

namespace handspan::inspect {

namespace {

flow::Seed seed_of(const Settings &settings) {
  flow::Seed seed;
  std::copy(std::begin(settings.seed), std::end(settings.seed), seed.begin());
  return seed;
}

tls::TrackerLimits tls_limits(const Settings &settings) {
  tls::TrackerLimits limits;
  limits.sessions = settings.limits.tls_sessions;
  limits.hello_buffers = settings.limits.hello_buffers;
  limits.message_buffers = settings.limits.message_buffers;
  limits.message_bytes = settings.limits.message_bytes;
  limits.facts = settings.limits.tls_facts;
  limits.certificates = settings.limits.certificates;
  limits.seed = settings.seed[0] ^ settings.seed[7];
  return limits;
}

} // namespace

Inspector::State::State(const Settings &s, const rules::RuleSet *rule_set, Sink &out)
    : settings(s), rules(nullptr), words(plain::Patterns::shared()),
      words_scratch(words.make_scratch()), sink(out), table(s.limits.flows, seed_of(s)),
      tracks(table, s.limits.tracks, s.limits.track_facts, s.seed[0] ^ s.seed[5], s.grows),
      ranks(s.limits.flows), tracker(tls_limits(s)),
      assembler(s.limits.segment_buffers, s.limits.segments_per_side),
      speakers(s.limits.known_servers, s.seed[1] ^ s.seed[6]),
      own_acceptances(s.acceptances ? nullptr
                                    : std::make_unique<AcceptanceBoard>(s.seed[1] ^ s.seed[6])),
      acceptances(s.acceptances ? *s.acceptances : *own_acceptances),
      reassembler(s.limits.fragmented_datagrams, s.seed[1] ^ s.seed[6]) {
  set_timeouts(s.timeouts);
  set_shares();
  stats.gauges.flows_limit = s.limits.flows;
  if (rule_set) {
    scratch = rule_set->make_scratch(s.limits.first_streams);
    if (!scratch)
      throw std::bad_alloc();
    take_rules(rule_set);
  }
}

void Inspector::State::set_timeouts(const Timeouts &timeouts) {
  using tcp::State;
  settings.timeouts = timeouts;
  const auto set = [&](auto timeout_class, Nanos value) {
    const auto i = static_cast<std::size_t>(timeout_class);
    timeout[i] = value;
    tick_limit[i] =
        static_cast<std::uint16_t>(std::min<Nanos>(value / base::kSecond, flow::kTickMask / 2));
  };
  set(State::fresh, timeouts.syn);
  set(State::syn_sent, timeouts.syn);
  set(State::syn_received, timeouts.syn);
  set(State::established, timeouts.established);
  set(State::closing, timeouts.closing);
  set(State::closed, timeouts.closed);
  set(kOneSidedClass, timeouts.one_sided);
  least_timeout = settings.expiry == Expiry::when_due
                      ? *std::min_element(timeout.begin(), timeout.begin() + kOneSidedClass + 1)
                      : base::kLongest;
}

void Inspector::State::set_shares() {
  const auto share = [&](std::uint32_t per_cent) {
    return static_cast<std::uint32_t>(std::uint64_t{settings.limits.flows} * per_cent / 100);
  };
  const Limits &limits = settings.limits;
  shares = {share(limits.half_open_share), share(limits.one_sided_share),
            share(100 - limits.half_open_share - limits.one_sided_share)};
}

Inspector::Inspector(const Settings &settings, const rules::RuleSet *rules, Sink &sink)
    : state_(std::make_unique<State>(settings, rules, sink)) {}
Inspector::~Inspector() = default;

std::uint64_t Inspector::bytes_for(const Settings &settings) {
  const Limits &limits = settings.limits;
  return sizeof(State) + sizeof(record::Record) * settings.records_at_once +
         flow::Table<Flow>::bytes_for(limits.flows) +
         Tracks::bytes_for(limits.tracks, limits.track_facts) +
         State::Ranks::bytes_for(limits.flows) + tls::Tracker::bytes_for(tls_limits(settings)) +
         stream::Assembler::bytes_for(limits.segment_buffers) +
         Speakers::bytes_for(limits.known_servers) +
         defrag::Reassembler::bytes_for(limits.fragmented_datagrams);
}

void Inspector::inspect(std::span<const wire::Frame> frames) {
  for (; frames.size() > kMaxBurst; frames = frames.subspan(kMaxBurst))
    state_->inspect(frames.first(kMaxBurst));
  state_->inspect(frames);
}

void Inspector::sweep(base::Nanos now) {
  state_->sweep(now);
}

void Inspector::finish(End end) {
  state_->finish(end);
}

void Inspector::tell_facts(FactSink &sink, FactScope scope) {
  state_->scribe = std::make_unique<Scribe>(sink, scope);
}

void Inspector::set_timeouts(const Timeouts &timeouts) {
  state_->set_timeouts(timeouts);
}

bool Inspector::use_rules(const rules::RuleSet *rules) {
  std::unique_ptr<rules::Scratch> scratch =
      rules ? rules->make_scratch(state_->settings.limits.first_streams) : nullptr;
  if (rules && !scratch)
    return false;
  state_->take_rules(rules);
  state_->scratch = std::move(scratch);
  return true;
}

void Inspector::use_rules(const rules::RuleSet *rules, std::unique_ptr<rules::Scratch> &scratch) {
  state_->take_rules(rules);
  state_->scratch.swap(scratch);
}

const record::WorkerStats &Inspector::stats() {
  State &s = *state_;
  record::Counters &c = s.stats.counters;
  record::Gauges &g = s.stats.gauges;
  const tls::TrackerCounters &t = s.tracker.counters();
  c.tls_sessions_full = t.sessions_full;
  c.tls_buffers_full = t.buffers_full;
  c.tls_message_too_long = t.message_too_long;
  c.tls_alerts = t.alerts;
  c.tls_facts_full = t.facts_full;
  c.tls_certificates_full = t.certificates_full;
  c.stream_side_full = s.assembler.counters().side_full;
  c.stream_pool_full = s.assembler.counters().pool_full;
  c.stream_conflicts = s.assembler.counters().conflicts;
  c.servers_forgotten = s.speakers.forgotten();
  c.datagrams_reassembled = s.reassembler.counters().whole;
  c.datagrams_incomplete = s.reassembler.counters().incomplete;
  c.datagrams_gave_way = s.reassembler.counters().gave_way;
  c.datagrams_refused = s.reassembler.counters().refused;
  g.flows = s.table.size();
  g.flows_half_open = s.ranks.size(static_cast<std::size_t>(Rank::half_open));
  g.flows_one_sided = s.ranks.size(static_cast<std::size_t>(Rank::one_sided));
  g.flows_closed = s.ranks.size(static_cast<std::size_t>(Rank::closed));
  g.in_tcp_handshake = s.in_phase[0];
  g.in_tls_handshake = s.in_phase[1];
  g.in_data = s.in_phase[2];
  g.in_teardown = s.in_phase[3];
  g.tracks = s.tracks.open();
  g.track_facts = s.tracks.blocks();
  g.tls_sessions = t.sessions_used;
  g.tls_facts = t.facts_used;
  g.tls_buffers = t.buffers_used;
  g.stream_buffers = s.assembler.used();
  g.fragmented_datagrams = s.reassembler.waiting();
  return s.stats;
}

StageClock::Cycles Inspector::stage_cycles() const {
  return state_->stages.cycles();
}

record::WorkerStats &Inspector::mutable_stats() {
  return state_->stats;
}

} // namespace handspan::inspect
