#include "record/failure_table.h"
#include "record/last_step.h"

#include <algorithm>

namespace handspan::record {
namespace {

std::uint16_t deciding_alert(const Record &failed) {
  return failed.cause == Cause::alert && failed.decided.alert != kNoAlert
             ? failed.tls.alerts[failed.decided.alert].code
             : kNoCode;
}

} // namespace

FailureKind kind_of(const Record &record, FailureBy by) {
  FailureKind kind;
  switch (by) {
  case FailureBy::step:
    kind.rule = record.decided.rule;
    kind.by = record.by;
    kind.step = step_before_end(record);
    kind.lost = lost_of(record);
    [[fallthrough]];
  case FailureBy::cause:
    kind.cause = record.cause;
    kind.alert = deciding_alert(record);
    break;
  case FailureBy::name:
    kind.text = record.view(record.tls.sni);
    break;
  case FailureBy::server:
    kind.end = {record.server.bytes, record.server_port};
    break;
  case FailureBy::client:
    kind.end = {record.client.bytes, 0};
    break;
  case FailureBy::ja4:
    if (record.tls.has_ja4)
      kind.text.assign(record.tls.ja4.begin(), record.tls.ja4.end());
    break;
  case FailureBy::version:
    kind.version = record.tls.version != kNoCode ? record.tls.version : record.tls.client_version;
    break;
  }
  return kind;
}

Trend trend_of(const std::vector<Nanos> &times, Nanos from, Nanos until) {
  static constexpr Nanos kMinute = 60 * base::kSecond, kHour = 60 * kMinute;
  Trend trend;
  if (until == kNever)
    return trend;
  const Nanos minute = until - kMinute;
  const Nanos hour = std::max(from, minute - kHour);
  for (const Nanos at : times) {
    trend.last_minute += at > minute && at <= until ? 1 : 0;
    trend.hour_before += at <= minute && at >= hour ? 1 : 0;
  }
  if (from != kNever && minute > hour)
    trend.minutes_before = static_cast<double>(minute - hour) / static_cast<double>(kMinute);
  return trend;
}

FailureTable::Row *FailureTable::row_of(const Record &record) {
  FailureKind kind = kind_of(record, by_);
  const auto found = rows_.find(kind);
  if (found != rows_.end())
    return &found->second;
  return rows_.size() < kMaxRows ? &rows_[std::move(kind)] : nullptr;
}

void FailureTable::add(const Record &failed, Fate fate, const RecordPlace &place) {
  ++failures_;
  Row *const row = row_of(failed);
  if (row == nullptr) {
    ++left_out_;
    return;
  }
  ++row->count.connections;
  row->count.add(fate);
  const Nanos at = failed.last;
  row->times.push_back(at);
  if (row->first == kNever || at < row->first)
    row->first = at;
  if (row->last == kNever || at >= row->last) {
    row->last = at;
    row->example = place;
    row->example.id = failed.id();
  }
  if (const auto name = failed.view(failed.tls.sni); !name.empty())
    row->names.add(std::string(name));
  row->servers.add({failed.server.bytes, failed.server_port});
  row->clients.add(failed.client.bytes);
  row->causes.add(kind_of(failed, FailureBy::cause));
}

void FailureTable::add_good(const Record &record) {
  if (by_ == FailureBy::step || by_ == FailureBy::cause)
    return;
  if (Row *const row = row_of(record); row != nullptr)
    ++row->count.connections;
}

std::vector<const FailureTable::Entry *> FailureTable::sorted() const & {
  std::vector<const Entry *> rows;
  for (const Entry &row : rows_)
    if (row.second.count.raw > 0)
      rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const Entry *a, const Entry *b) {
    return std::pair(a->second.count.felt, a->second.count.raw) >
           std::pair(b->second.count.felt, b->second.count.raw);
  });
  return rows;
}

} // namespace handspan::record
