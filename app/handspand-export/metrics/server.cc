#include "metrics/server.h"

#include "metrics/segment_metrics.h"
#include "shm/process.h"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>

#include <exception>
#include <mutex>

namespace handspan::exporter {
namespace {

void add_sinks(Tally &tally, spool::Spool &spool, Families &all) {
  Family sent = counter("handspan_export_sent_total", "rows that arrived");
  Family dropped = counter("handspan_export_dropped_total",
                           "entries that found no room in the spool, or were damaged there");
  Family retries = counter("handspan_export_retries_total", "deliveries that failed");
  Family waiting = gauge("handspan_export_spooled", "entries that wait");
  Family bytes = gauge("handspan_export_spooled_bytes", "bytes of those in full files");
  Family lag = gauge("handspan_export_lag_seconds", "how long the oldest of them has waited");
  const base::Nanos now = shm::wall_now();
  for (SinkTally &sink : tally.sinks) {
    const Labels labels = {{"sink", sink.name}, {"type", sink.type}};
    const spool::Waiting there = spool.waiting(sink.next);
    sent.add(static_cast<double>(sink.sent), labels);
    dropped.add(static_cast<double>(sink.dropped), labels);
    retries.add(static_cast<double>(sink.retries), labels);
    waiting.add(static_cast<double>(there.entries), labels);
    bytes.add(static_cast<double>(there.bytes), labels);
    lag.add(there.oldest == base::kNever
                ? 0
                : static_cast<double>(base::forward(there.oldest, now)) / 1e9,
            labels);
  }
  for (Family *family : {&sent, &dropped, &retries, &waiting, &bytes, &lag})
    family->into(all);
}

} // namespace

// Asked by threads of the HTTP server.
class MetricsServer::Source final : public prometheus::Collectable {
public:
  Source(const MetricsSettings &settings, Tally &tally, spool::Spool &spool)
      : segment_(settings.instance, settings.runtime_dir, settings.names), tally_(tally),
        spool_(spool) {}

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
    const std::lock_guard hold(mutex_);
    Families all;
    segment_.add(all);
    counter("handspan_export_read_total", "records taken out of the rings")
        .add(static_cast<double>(tally_.read))
        .into(all);
    counter("handspan_export_lost_total", "records overwritten before they were read")
        .add(static_cast<double>(tally_.lost))
        .into(all);
    add_sinks(tally_, spool_, all);
    return all;
  }

private:
  mutable std::mutex mutex_;
  mutable SegmentMetrics segment_;
  Tally &tally_;
  spool::Spool &spool_;
};

struct MetricsServer::Http {
  explicit Http(const std::string &listen) : exposer(listen, 1) {}
  prometheus::Exposer exposer;
};

MetricsServer::MetricsServer(const MetricsSettings &settings, Tally &tally, spool::Spool &spool)
    : listen_(settings.listen), source_(std::make_shared<Source>(settings, tally, spool)) {}

MetricsServer::~MetricsServer() = default;

bool MetricsServer::start(std::string &why) {
  if (listen_.empty())
    return true;
  try {
    http_ = std::make_unique<Http>(listen_);
    http_->exposer.RegisterCollectable(source_);
    return true;
  } catch (const std::exception &fault) {
    why = "prometheus.listen: can't serve at " + listen_ + ": " + fault.what();
    return false;
  }
}

} // namespace handspan::exporter
