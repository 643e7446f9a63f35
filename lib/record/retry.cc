#include "record/retry.h"

#include <deque>

namespace handspan::record {

namespace {

// Failures of one client and server that wait for a retry; more are a scan, not a user.
constexpr std::size_t kMaxWaiting = 1024;

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

} // namespace

Nanos failed_at(const Record &r) {
  if (r.cause == Cause::alert)
    for (const Alert &alert : r.tls.alerts)
      if (!alert.encrypted)
        return alert.time;
  return r.tcp.close != kNever ? r.tcp.close : r.last;
}

std::size_t RetryLinker::add(const Record &record) {
  Try one;
  one.flow_id = record.flow_id;
  if (record.kind == Kind::connection) {
    one.begun = record.first;
    one.failed = record.outcome == Outcome::failed ? failed_at(record) : kNever;
    one.succeeded = record.outcome == Outcome::completed || record.tls.established;
    one.name = record.view(record.tls.sni);
    by_pair_[pair_of(record)].push_back(tries_.size());
  }
  tries_.push_back(std::move(one));
  return tries_.size() - 1;
}

void RetryLinker::finish() {
  for (const auto &[pair, tries] : by_pair_) {
    link(tries);
    recover(tries);
  }
}

// Each new connection takes up the oldest failure that nobody has tried again yet.
void RetryLinker::link(const std::vector<std::size_t> &tries) {
  std::deque<std::size_t> waiting;
  for (const std::size_t number : tries) {
    Try &fresh = tries_[number];
    while (!waiting.empty() && fresh.begun - tries_[waiting.front()].failed > window_)
      waiting.pop_front();
    for (auto it = waiting.begin(); it != waiting.end(); ++it) {
      Try &old = tries_[*it];
      if (old.failed > fresh.begun || !same_name(old.name, fresh.name))
        continue;
      old.retry.by = fresh.flow_id;
      fresh.retry.of = old.flow_id;
      old.retry.by_after = fresh.retry.of_after = fresh.begun - old.failed;
      waiting.erase(it);
      break;
    }
    if (fresh.failed != kNever)
      waiting.push_back(number);
    if (waiting.size() > kMaxWaiting)
      waiting.pop_front();
  }
}

// From the last to the first: is there a success within the window after a failure?
void RetryLinker::recover(const std::vector<std::size_t> &tries) {
  std::deque<std::size_t> later; // successes begun after the connection at hand, nearest first
  for (auto it = tries.rbegin(); it != tries.rend(); ++it) {
    Try &one = tries_[*it];
    while (!later.empty() && tries_[later.back()].begun - one.begun > 2 * window_)
      later.pop_back();
    if (one.failed != kNever)
      for (const std::size_t success : later) {
        const Nanos after = tries_[success].begun - one.failed;
        if (one.retry.recovered || after > window_)
          break;
        one.retry.recovered = after >= 0 && same_name(one.name, tries_[success].name);
      }
    if (one.succeeded)
      later.push_front(*it);
  }
}

void RetryLinker::clear() {
  tries_.clear();
  by_pair_.clear();
}

} // namespace handspan::record
