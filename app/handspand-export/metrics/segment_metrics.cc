#include "metrics/segment_metrics.h"

#include "base/quote.h"
#include "record/names.h"
#include "render/facts.h"
#include "shm/process.h"
#include "shm/runtime_dir.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace handspan::exporter {
namespace {

constexpr base::Nanos kStall = 2 * base::kSecond;
constexpr std::int64_t kDay = 24 * 3600;
constexpr const char *kOther = "other";
constexpr const char *kScopeNames[] = {"", "port_", "queue_"};

// "handspan_port_received_bytes_total": bytes and seconds are base units, others have none.
std::string metric_name(const shm::Entry &entry) {
  std::string name =
      std::string("handspan_") + kScopeNames[static_cast<std::size_t>(entry.scope)] + entry.name;
  if (entry.kind == record::StatKind::histogram)
    return name + "_seconds";
  return entry.kind == record::StatKind::counter ? name + "_total" : name;
}

Labels labels_of(const shm::Reader &reader, shm::Scope scope, std::uint32_t index) {
  if (scope == shm::Scope::worker)
    return {{"worker", std::to_string(index)}};
  if (scope == shm::Scope::port)
    return {{"port", reader.port_name(index)}};
  const shm::QueuePlace place = reader.queue_place(index);
  return {{"port", place.port == shm::kNoPort ? "" : reader.port_name(place.port)},
          {"queue", std::to_string(place.queue)}};
}

prometheus::MetricType type_of(record::StatKind kind) {
  return kind == record::StatKind::histogram ? prometheus::MetricType::Histogram
         : kind == record::StatKind::counter ? prometheus::MetricType::Counter
                                             : prometheus::MetricType::Gauge;
}

template <class Code> std::string text(std::size_t code) {
  return std::string(name(static_cast<Code>(code)));
}

} // namespace

bool SegmentMetrics::attach() {
  if (reader_ != nullptr && !reader_->status(shm::monotonic_now(), kStall).replaced)
    return true;
  std::string why;
  shm::OpenError fault;
  const std::string folder = shm::reading_dir(runtime_dir_, instance_, why);
  reader_ =
      folder.empty() ? nullptr : shm::Reader::open(shm::segment_path(folder, instance_), fault);
  return reader_ != nullptr;
}

void SegmentMetrics::add(Families &all) {
  const bool there = attach();
  const bool up = there && reader_->status(shm::monotonic_now(), kStall).life == shm::Life::running;
  add_life(up, all);
  if (!there)
    return;
  add_numbers(all);
  add_rules(all);
  add_summaries(all);
}

void SegmentMetrics::add_life(bool up, Families &all) const {
  gauge("handspan_up", "1 while the daemon runs").add(up ? 1 : 0).into(all);
  if (reader_ == nullptr)
    return;
  const shm::SegmentInfo &info = reader_->info();
  gauge("handspan_build_info", "the daemon's version and name")
      .add(1, {{"version", info.version}, {"daemon", info.instance}})
      .into(all);
  gauge("handspan_start_time_seconds", "when the daemon started, since the epoch")
      .add(static_cast<double>(info.start_time) / 1e9)
      .into(all);
  const shm::Status status = reader_->status(shm::monotonic_now(), kStall);
  gauge("handspan_stalled_workers", "workers that have been silent for more than two seconds")
      .add(static_cast<double>(status.stalled_workers.size()))
      .into(all);
}

void SegmentMetrics::add_numbers(Families &all) const {
  for (const shm::Entry &entry : reader_->directory()) {
    Family family(metric_name(entry), entry.help, type_of(entry.kind));
    if (entry.kind == record::StatKind::histogram) {
      record::Histogram sum;
      for (std::uint32_t i = 0; i < reader_->count(entry.scope); ++i)
        sum.merge(reader_->histogram(entry, i));
      family.add(sum);
    } else {
      for (std::uint32_t i = 0; i < reader_->count(entry.scope); ++i)
        family.add(static_cast<double>(reader_->value(entry, i)),
                   labels_of(*reader_, entry.scope, i));
    }
    family.into(all);
  }
}

// Of those in force: as many as the operator wrote.
void SegmentMetrics::add_rules(Families &all) const {
  Family hits = counter("handspan_rule_hits_total", "how often each of the operator's rules hit");
  for (const shm::RuleCount &rule : reader_->rules())
    if (rule.in_force)
      hits.add(static_cast<double>(rule.hits),
               {{"rule", std::to_string(rule.id)}, {"name", rule.name}});
  hits.into(all);
}

void SegmentMetrics::add_summaries(Families &all) const {
  summary::Merged merged;
  if (!reader_->summaries(merged))
    return;
  Family ended = counter("handspan_connections_ended_total", "connections by outcome and phase");
  const summary::OutcomeByPhase outcomes = merged.outcome_by_phase();
  for (std::size_t outcome = 0; outcome < record::kOutcomes; ++outcome)
    for (std::size_t phase = 0; phase < record::kPhases; ++phase)
      ended.add(
          static_cast<double>(outcomes.at(outcome, phase)),
          {{"outcome", text<record::Outcome>(outcome)}, {"phase", text<record::Phase>(phase)}});
  ended.into(all);
  Family failed =
      counter("handspan_failures_total", "failed connections by cause and by whose hand");
  const summary::CauseBySide causes = merged.cause_by_side();
  for (std::size_t cause = 1; cause < record::kCauses; ++cause)
    for (std::size_t by = 0; by < summary::kBys; ++by)
      if (causes.at(cause, by) > 0)
        failed.add(static_cast<double>(causes.at(cause, by)),
                   {{"cause", text<record::Cause>(cause)}, {"by", text<record::By>(by)}});
  failed.into(all);
  Family versions = counter("handspan_tls_connections_total", "TLS connections by chosen version");
  const summary::Numbers chosen = merged.versions();
  for (const auto &[number, used] : chosen.of)
    versions.add(static_cast<double>(used.connections),
                 {{"version", render::version_text(number)}});
  versions.into(all);
  add_certificates(merged, all);
  if (names_ > 0)
    add_names(merged, all);
}

void SegmentMetrics::add_certificates(const summary::Merged &merged, Families &all) const {
  const std::int64_t now = shm::wall_now() / base::kSecond;
  struct Class {
    const char *name;
    std::int64_t within;
    std::uint64_t count = 0;
  };
  std::array<Class, 4> classes = {
      {{"expired", 0}, {"7d", 7 * kDay}, {"30d", 30 * kDay}, {"later", INT64_MAX}}};
  for (const summary::Certificate &one : merged.certificates()) {
    if (one.by_client != 0 || one.parsed == 0 || one.not_after == record::kNever)
      continue;
    const std::int64_t left = one.not_after - now;
    ++std::find_if(classes.begin(), classes.end() - 1, [left](const Class &c) {
        return left < c.within;
      })->count;
  }
  Family family =
      gauge("handspan_server_certificates", "certificates that servers showed, by what is left");
  for (const Class &one : classes)
    family.add(static_cast<double>(one.count), {{"expires", one.name}});
  family.into(all);
}

// So many names and one more label: what has no place is "other". Nothing may be told twice, or the
// whole scrape is refused: a server of that name, or names that look the same when what is no UTF-8
// has been replaced, are "other", too.
void SegmentMetrics::add_names(const summary::Merged &merged, Families &all) const {
  const summary::Ranking ranking =
      merged.ranking(summary::Subject::name, summary::Ranking::Span::five_minutes);
  Family connections = gauge("handspan_name_connections",
                             "connections of the last five minutes by server name, the most "
                             "frequent ones; other: all others");
  Family failed = gauge("handspan_name_failures", "of those, how many failed");
  std::uint64_t told = 0, place = 0;
  std::set<std::string> taken = {kOther};
  for (const summary::TopEntry *entry : ranking.sorted()) {
    if (place++ == names_)
      break;
    const Labels labels = {{"name", base::printable(entry->key.view())}};
    if (!taken.insert(labels.front().second).second)
      continue;
    connections.add(static_cast<double>(entry->seen), labels);
    failed.add(
        static_cast<double>(entry->outcomes[static_cast<std::size_t>(record::Outcome::failed)]),
        labels);
    told += entry->seen;
  }
  connections.add(static_cast<double>(ranking.all() - std::min(told, ranking.all())),
                  {{"name", kOther}});
  connections.into(all);
  failed.into(all);
}

} // namespace handspan::exporter
