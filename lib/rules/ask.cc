// The hot side: one pass over each field, then the rules that it may concern. No allocation.
#include "rules/compiled.h"

#include <algorithm>
#include <limits>

namespace handspan::rules {

namespace {

// A key of thresholds: the letters' size does not matter.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text)
    hash = (hash ^ static_cast<std::uint8_t>(c >= 'A' && c <= 'Z' ? c + 32 : c)) * 0x100000001b3;
  return hash;
}

std::uint64_t hash_of(const base::Address &address) {
  return (address.word(0) * 0x9e3779b97f4a7c15 ^ address.word(1)) * 0xd6e8feb86659fd93;
}

std::string_view without_last_dot(std::string_view host) {
  return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

} // namespace

// One asking of one connection.
struct RuleSet::Evaluation {
  const Compiled &set;
  const Facts &facts;
  Scratch::State &state;
  Stage first, last;

  Evaluation(const Compiled &compiled, const Facts &known, Scratch::State &scratch, Stage from,
             Stage to)
      : set(compiled), facts(known), state(scratch), first(from), last(to) {
    state.found.clear();
    state.hits.clear();
    if (++state.pass == 0) { // after four billion of them
      std::fill(state.found_in.begin(), state.found_in.end(), 0);
      std::fill(state.asked_in.begin(), state.asked_in.end(), 0);
      state.pass = 1;
    }
  }

  void find(std::uint32_t term) {
    if (term >= state.found_in.size() || state.found_in[term] == state.pass)
      return;
    state.found_in[term] = state.pass;
    state.found.push_back(term);
  }

  // Hyperscan reports in the order of match ends.
  static int found(unsigned int term, unsigned long long, unsigned long long, unsigned int,
                   void *context) {
    static_cast<Evaluation *>(context)->find(term);
    return 0;
  }

  void pass(Field field, std::string_view text) {
    if (const Seen::Entry *seen = state.seen.again(field, text))
      take(*seen);
    else if (!text.empty())
      pass_another(field, text);
  }

  void take(const Seen::Entry &seen) {
    for (const std::uint32_t term : seen.found())
      find(term);
  }

  void pass_another(Field field, std::string_view text) {
    if (!Seen::takes(text))
      return pass_over(field, text);
    if (const Seen::Entry *seen = state.seen.find(field, text))
      return take(*seen);
    const std::size_t before = state.found.size();
    pass_over(field, text);
    const auto found_here = std::span<const std::uint32_t>(state.found).subspan(before);
    if (found_here.size() <= Seen::kTerms)
      state.seen.keep(field, text, found_here);
  }

  void pass_over(Field field, std::string_view text) {
    const Index &index = set.index[static_cast<std::size_t>(field)];
    if (index.patterns && text.size() <= std::numeric_limits<unsigned int>::max())
      (void)hs_scan(index.patterns.get(), text.data(), static_cast<unsigned int>(text.size()), 0,
                    state.hyperscan.get(), found, this);
    if (index.words.empty())
      return;
    const auto hit = [this](std::uint32_t term, std::size_t) { find(term); };
    const bool names = shape(field) == Shape::name;
    const auto look = [&](std::string_view one) {
      index.words.find(names ? without_last_dot(one) : one, names, hit);
    };
    for (std::size_t end; has_lines(field) && (end = text.find('\n')) != std::string_view::npos;
         text.remove_prefix(end + 1))
      look(text.substr(0, end));
    look(text);
  }

  void pass(Field field, const base::Address &address) {
    set.index[static_cast<std::size_t>(field)].networks.find(
        address, [this](std::uint32_t term) { find(term); });
  }

  void pass_all(Fields fields) {
    for (; fields != 0; fields &= fields - 1) {
      const auto field = static_cast<Field>(std::countr_zero(fields));
      if (shape(field) == Shape::address) {
        if (field != Field::server)
          pass(field, facts.client);
        if (field != Field::client)
          pass(field, facts.server);
      } else if (shape(field) != Shape::bytes) {
        pass(field, facts[field]);
      }
    }
  }

  // A rule's condition, held against what was found.
  bool is(std::uint32_t rule, std::size_t condition) {
    const std::uint32_t term = set.term_of[set.first_term[rule] + condition];
    return term != kNoTerm ? state.found_in[term] == state.pass
                           : holds(set.rules[rule].conditions[condition], facts);
  }

  void judge(std::uint32_t rule) {
    if (state.asked_in[rule] == state.pass)
      return;
    state.asked_in[rule] = state.pass;
    const auto &conditions = set.rules[rule].conditions;
    bool wanted = false, one = false;
    std::size_t by = kMaxConditions; // the condition that is told: a pattern, if there is one
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      const bool held = is(rule, i);
      const Group group = conditions[i].group;
      if (held ? group == Group::none : group == Group::all)
        return;
      wanted |= group == Group::any;
      one |= group == Group::any && held;
      if (held && (by == kMaxConditions ||
                   (is_pattern(conditions[i].ask) && !is_pattern(conditions[by].ask))))
        by = i;
    }
    if ((!wanted || one) && reaches(rule))
      state.hits.emplace_back(rule, by == kMaxConditions ? 0 : by);
  }

  // Often enough, where the rule says how often.
  bool reaches(std::uint32_t rule) {
    const Threshold &threshold = set.rules[rule].threshold;
    if (threshold.count == 0 || facts.now == base::kNever)
      return threshold.count == 0;
    std::uint64_t key = 0;
    if (threshold.by == Each::name) {
      const std::string_view name = without_last_dot(
          !facts[Field::sni].empty() ? facts[Field::sni] : facts[Field::http_host]);
      if (name.empty())
        return false;
      key = hash_of(name);
    } else {
      key = hash_of(threshold.by == Each::client ? facts.client : facts.server);
    }
    key ^= std::uint64_t{set.rules[rule].id} * 0x9e3779b97f4a7c15;
    return set.thresholds->count(key, facts.now, threshold.within) >= threshold.count;
  }

  void judge_found() {
    for (const std::uint32_t term : state.found)
      if (const std::uint32_t rule = set.terms[term].rule;
          set.stage[rule] >= first && set.stage[rule] <= last)
        judge(rule);
  }

  void judge_plain() {
    for (auto s = static_cast<std::size_t>(first); s <= static_cast<std::size_t>(last); ++s) {
      const PlainRules &rules = set.plain[s];
      if (const Traits has = rules.asked != 0 ? traits_of(facts, rules.asked) : 0; has != 0)
        for (const Plain &plain : rules.with_traits)
          if ((plain.traits & has) != 0)
            judge(plain);
      for (const Plain &plain : rules.others)
        if (plain.gate == nullptr || holds(*plain.gate, facts))
          judge(plain);
    }
  }

  void judge(const Plain &plain) {
    if (plain.alone)
      state.hits.emplace_back(plain.rule, 0);
    else
      judge(plain.rule);
  }

  // What first bytes were found by: hits, and notes for later of rules that ask for more.
  std::span<const Note> heard() {
    const std::size_t found_in_bytes = state.found.size();
    constexpr Fields kEnds = bit(Field::client) | bit(Field::server) | bit(Field::address);
    pass_all(set.scanned[0] & kEnds);
    judge_found();
    for (std::size_t i = 0; i < found_in_bytes; ++i) {
      const Term term = set.terms[state.found[i]];
      if (set.stage[term.rule] != Stage::bytes)
        state.hits.emplace_back(term.rule, term.condition, true);
    }
    return hits();
  }

  // Mostly few, and in order.
  std::span<const Note> hits() {
    if (!std::is_sorted(state.hits.begin(), state.hits.end()))
      std::sort(state.hits.begin(), state.hits.end());
    return state.hits;
  }
};

Scratch::Scratch(std::unique_ptr<State> state) : state_(std::move(state)) {}
Scratch::~Scratch() = default;

std::unique_ptr<Scratch> RuleSet::make_scratch(std::uint32_t streams) const {
  auto state = std::make_unique<Scratch::State>();
  state->found_in.resize(compiled_->terms.size());
  state->asked_in.resize(compiled_->rules.size());
  state->found.reserve(compiled_->terms.size());
  state->hits.reserve(compiled_->rules.size() + compiled_->terms.size());
  hs_scratch_t *scratch = nullptr;
  // Called for each database in turn, hs_alloc_scratch grows the one scratch to fit them all.
  for (const Index &index : compiled_->index) {
    for (const hs_database_t *database : {index.patterns.get(), index.streamed.get()})
      if (database != nullptr && hs_alloc_scratch(database, &scratch) != HS_SUCCESS) {
        hs_free_scratch(scratch);
        return nullptr;
      }
  }
  state->hyperscan.reset(scratch);
  for (const base::Side side : {base::Side::client, base::Side::server}) {
    const Index &index = compiled_->index[static_cast<std::size_t>(first_bytes_of(side))];
    if (index.streamed && !state->streams[side].make(*index.streamed, index.heard.size(), streams))
      return nullptr;
  }
  return std::unique_ptr<Scratch>(new Scratch(std::move(state)));
}

bool RuleSet::may_hit_at_end(const record::Record &record) const {
  const PlainRules &rules = compiled_->plain[static_cast<std::size_t>(Stage::end)];
  const auto may = [&](const Plain &plain) { return holds_at_end(*plain.gate, record); };
  return !rules.by_record || std::any_of(rules.with_traits.begin(), rules.with_traits.end(), may) ||
         std::any_of(rules.others.begin(), rules.others.end(), may);
}

std::span<const Note> RuleSet::ask(Stage first, Stage last, const Facts &facts, Scratch &scratch,
                                   std::span<const Note> noted) const {
  const Compiled &set = *compiled_;
  Evaluation evaluation(set, facts, *scratch.state_, first, last);
  evaluation.pass_all(needs(first, last).scanned);
  for (const Note &note : noted)
    if (note.open())
      evaluation.find(set.term_of_first_bytes(note));
  evaluation.judge_found();
  evaluation.judge_plain();
  return evaluation.hits();
}

std::span<const Note> RuleSet::hear(base::Side from, std::string_view bytes, const Facts &facts,
                                    Scratch &scratch) const {
  Evaluation evaluation(*compiled_, facts, *scratch.state_, Stage::bytes, Stage::bytes);
  evaluation.pass(first_bytes_of(from), bytes);
  return evaluation.heard();
}

std::uint16_t RuleSet::begin_hearing(base::Side from, Scratch &scratch) const {
  return scratch.state_->streams[from].take();
}

bool RuleSet::hear_piece(base::Side from, std::uint16_t stream, std::string_view bytes,
                         std::size_t most, Scratch &scratch) const {
  return scratch.state_->streams[from].pass(stream, bytes, most, scratch.state_->hyperscan.get());
}

std::span<const Note> RuleSet::end_hearing(base::Side from, std::uint16_t stream,
                                           const Facts &facts, Scratch &scratch) const {
  Evaluation evaluation(*compiled_, facts, *scratch.state_, Stage::bytes, Stage::bytes);
  const auto &terms = compiled_->index[static_cast<std::size_t>(first_bytes_of(from))].heard;
  scratch.state_->streams[from].end(stream, scratch.state_->hyperscan.get(),
                                    [&](std::size_t number) { evaluation.find(terms[number]); });
  return evaluation.heard();
}

void RuleSet::give_up_hearing(base::Side from, std::uint16_t stream, Scratch &scratch) const {
  scratch.state_->streams[from].give(stream);
}

} // namespace handspan::rules
