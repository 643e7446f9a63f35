#include "live_records.h"

#include "exit_codes.h"
#include "record_buffer.h"
#include "rings.h"

#include <utility>

namespace handspan::app {

int take_live_records(const SegmentOptions &segment, const RetryWindow &window,
                      const std::function<void(const LiveRecords &)> &ready,
                      const std::function<void(const record::Record &)> &take, Reach reach,
                      RecordBuffer::Order order) {
  Rings rings;
  if (const int code = rings.attach(segment); code != kOk)
    return code;
  LiveRecords known;
  known.window = window.or_else(rings.retry_window());
  // What goes on before all has been read would be told without what is known of it.
  bool told = false;
  RecordBuffer buffer(
      [&](const record::Record &record) {
        if (!std::exchange(told, true))
          ready(known);
        take(record);
      },
      RecordBuffer::kMaxBytes, order);
  buffer.set_retry_window(known.window);
  const auto is_elsewhere = [&](const record::Record &record) {
    return reach == Reach::failures && record.outcome == record::Outcome::failed &&
           record.kind == record::Kind::connection;
  };
  rings.drain_history(
      [&](const record::Record &record) {
        if (!is_elsewhere(record))
          buffer.add(record);
      },
      [] { return true; });
  if (reach == Reach::failures)
    rings.drain_failures([&](const record::Record &record) { buffer.add(record); });
  known.watch = rings.watched();
  known.complete_since = rings.complete_since();
  known.from = rings.span().first;
  known.until = rings.span().second;
  if (!told)
    ready(known);
  told = true;
  buffer.flush();
  return kOk;
}

} // namespace handspan::app
