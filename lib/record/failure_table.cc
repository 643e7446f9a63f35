#include "record/failure_table.h"
#include "record/last_step.h"

#include <algorithm>

namespace handspan::record {

FailureKind kind_of(const Record &failed) {
  FailureKind kind;
  kind.rule = failed.decided.rule;
  kind.cause = failed.cause;
  if (failed.cause == Cause::alert && failed.decided.alert != kNoAlert)
    kind.alert = failed.tls.alerts[failed.decided.alert].code;
  kind.by = failed.by;
  kind.step = step_before_end(failed);
  kind.lost = lost_of(failed);
  kind.name = failed.view(failed.tls.sni);
  if (kind.name.empty()) {
    kind.address = failed.server.bytes;
    kind.port = failed.server_port;
  }
  return kind;
}

void FailureTable::add(const Record &failed, Fate fate) {
  Row &row = rows_[kind_of(failed)];
  row.count.add(fate);
  if (row.last == kNever || failed.last >= row.last) {
    row.last = failed.last;
    row.example = failed.flow_id;
  }
}

std::vector<const FailureTable::Entry *> FailureTable::sorted() const {
  std::vector<const Entry *> rows;
  for (const Entry &row : rows_)
    rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const Entry *a, const Entry *b) {
    return std::pair(a->second.count.felt, a->second.count.raw) >
           std::pair(b->second.count.felt, b->second.count.raw);
  });
  return rows;
}

} // namespace handspan::record
