#include "record/retry.h"

#include <algorithm>
#include <deque>

namespace handspan::record {

namespace {

// Failures of one client and server that wait for a retry, and successes of another name that are
// looked past; more are a scan, not a user.
constexpr std::size_t kMaxWaiting = 1024;
constexpr Nanos kSeam = base::kSecond;

// Client address, server address and port: the client's port differs from try to try.
std::string pair_of(const Record &r) {
  std::string key(reinterpret_cast<const char *>(r.client.bytes.data()), r.client.bytes.size());
  key.append(reinterpret_cast<const char *>(r.server.bytes.data()), r.server.bytes.size());
  key.push_back(static_cast<char>(r.server_port >> 8));
  key.push_back(static_cast<char>(r.server_port & 0xff));
  return key;
}

// A connection that failed before its hello gave no name; the address speaks for it.
bool same_name(std::string_view a, std::string_view b) {
  return a.empty() || b.empty() || a == b;
}

// Plain TCP to the same port is another errand than the TLS that failed.
template <class Try> bool same_errand(const Try &failed, const Try &later) {
  return !(failed.tls && later.plain) && same_name(failed.name, later.name);
}

// Times come from records, which may be hostile: what can't be subtracted is no time at all.
bool within(Nanos from, Nanos to, Nanos window) {
  Nanos length = 0;
  return from != kNever && to != kNever && !__builtin_sub_overflow(to, from, &length) &&
         length >= 0 && length <= window;
}

} // namespace

Nanos failed_at(const Record &r) {
  if (r.cause == Cause::alert)
    for (const Alert &alert : r.tls.alerts)
      if (!alert.encrypted)
        return alert.time;
  return r.tcp.close != kNever ? r.tcp.close : r.last;
}

void Watch::add(Nanos from, Nanos until) {
  const auto later = [](Nanos moment, const Span &span) { return moment < span.from; };
  spans_.insert(std::upper_bound(spans_.begin(), spans_.end(), from, later), {from, until});
}

bool Watch::covers(Nanos from, Nanos until) const {
  Nanos at = from;
  for (const Span &span : spans_) {
    if (at >= until)
      break;
    if (span.from <= at || within(at, span.from, kSeam))
      at = std::max(at, span.until);
  }
  return at >= until;
}

Fate fate_of(const Retry &retry, Nanos failed, Nanos window, const Watch &watch) {
  if (retry.recovered)
    return Fate::recovered;
  Nanos end = 0;
  if (__builtin_add_overflow(failed, window, &end))
    return Fate::pending;
  return watch.covers(failed, end) ? Fate::felt : Fate::pending;
}

Lost lost_of(const Record &record) {
  if (record.cause != Cause::undelivered)
    return Lost::nowhere;
  return record.decided.from == Side::client ? Lost::before_server : Lost::before_client;
}

std::string_view name(Lost lost) {
  constexpr std::string_view kNames[] = {"nowhere", "before_server", "before_client"};
  return kNames[static_cast<std::size_t>(lost)];
}

RuleCounts RuleCounter::sorted() const {
  RuleCounts counts;
  for (const auto &[kind, failures] : counts_)
    counts.push_back({kind.first, kind.second, failures});
  std::stable_sort(counts.begin(), counts.end(),
                   [](const RuleCount &a, const RuleCount &b) { return a.failures > b.failures; });
  return counts;
}

void FailureCount::add(Fate fate) {
  ++raw;
  ++(fate == Fate::recovered ? recovered : fate == Fate::felt ? felt : pending);
}

std::size_t RetryLinker::add(const Record &record) {
  Try one;
  one.flow_id = record.flow_id;
  one.kind = record.kind;
  one.begun = record.first;
  one.ended = record.last;
  one.failed = record.outcome == Outcome::failed ? failed_at(record) : kNever;
  one.unused = record.outcome == Outcome::unused;
  one.rule = record.decided.rule;
  one.lost = lost_of(record);
  one.succeeded = record.outcome == Outcome::completed || record.tls.established;
  one.tls = record.tls.present;
  one.plain = !one.tls && record.phase != Phase::tcp_handshake;
  one.name = record.view(record.tls.sni);
  by_pair_[pair_of(record)].push_back(tries_.size());
  tries_.push_back(std::move(one));
  return tries_.size() - 1;
}

void RetryLinker::finish() {
  for (auto &[pair, tries] : by_pair_) {
    order(tries);
    link(tries);
    recover(tries);
  }
}

// By their beginning; of a connection's two records, its own is left.
void RetryLinker::order(Numbers &tries) const {
  std::stable_sort(tries.begin(), tries.end(), [this](std::size_t x, std::size_t y) {
    const Try &a = tries_[x], &b = tries_[y];
    if (a.begun != b.begun)
      return a.begun < b.begun;
    return a.flow_id != b.flow_id ? a.flow_id < b.flow_id : a.kind < b.kind;
  });
  const auto same = [this](std::size_t x, std::size_t y) {
    return tries_[x].begun == tries_[y].begun && tries_[x].flow_id == tries_[y].flow_id;
  };
  tries.erase(std::unique(tries.begin(), tries.end(), same), tries.end());
}

// Each new connection takes up the oldest failure that nobody has tried again yet.
void RetryLinker::link(const Numbers &tries) {
  std::deque<std::size_t> waiting;
  for (const std::size_t number : tries) {
    Try &fresh = tries_[number];
    const auto is_retry_of = [&](std::size_t old) {
      return within(tries_[old].failed, fresh.begun, window_) && same_errand(tries_[old], fresh);
    };
    const auto found = std::find_if(waiting.begin(), waiting.end(), is_retry_of);
    if (found != waiting.end()) {
      Try &old = tries_[*found];
      old.retry.by = fresh.flow_id;
      old.retry.by_after = base::elapsed(old.failed, fresh.begun);
      if (fresh.kind == Kind::connection) {
        fresh.retry.of = old.flow_id;
        fresh.retry.of_after = old.retry.by_after;
      }
      waiting.erase(found);
    }
    if (fresh.failed != kNever && fresh.kind == Kind::connection)
      waiting.push_back(number);
    while (waiting.size() > kMaxWaiting || (!waiting.empty() && is_over(waiting.front(), fresh)))
      waiting.pop_front();
  }
}

// Whether a failure is too old to be tried again by a connection begun with `now`.
bool RetryLinker::is_over(std::size_t failure, const Try &now) const {
  const Nanos failed = tries_[failure].failed;
  return failed <= now.begun && !within(failed, now.begun, window_);
}

// Is there a success within the window after a failure? Several failures may owe it to the same.
void RetryLinker::recover(const Numbers &tries) {
  Numbers successes; // by their beginning, as the tries are
  for (const std::size_t number : tries)
    if (tries_[number].succeeded)
      successes.push_back(number);
  for (const std::size_t number : tries) {
    Try &one = tries_[number];
    if (one.failed == kNever || one.kind != Kind::connection)
      continue;
    auto next = std::lower_bound(
        successes.begin(), successes.end(), one.failed,
        [this](std::size_t success, Nanos moment) { return tries_[success].begun < moment; });
    for (std::size_t i = 0; next != successes.end() && i < kMaxWaiting; ++next, ++i) {
      if (!within(one.failed, tries_[*next].begun, window_))
        break;
      one.retry.recovered = same_errand(one, tries_[*next]);
      if (one.retry.recovered)
        break;
    }
  }
}

FailureCount RetryLinker::count(const Watch &watch, Nanos since) const {
  FailureCount out;
  for (const Try &one : tries_) {
    if (one.kind != Kind::connection || (since != kNever && one.ended < since))
      continue;
    ++out.connections;
    out.unused += one.unused;
    if (one.failed != kNever)
      out.add(fate_of(one.retry, one.failed, window_, watch));
  }
  return out;
}

RuleCounts RetryLinker::by_rule(Nanos since) const {
  RuleCounter counter;
  for (const Try &one : tries_)
    if (one.kind == Kind::connection && one.failed != kNever &&
        (since == kNever || one.ended >= since))
      counter.add(one.rule, one.lost);
  return counter.sorted();
}

void RetryLinker::clear() {
  tries_.clear();
  by_pair_.clear();
}

} // namespace handspan::record
