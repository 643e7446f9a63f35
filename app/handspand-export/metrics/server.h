// /metrics over HTTP: the daemon's numbers and the exporter's own, gathered at each scrape.
#pragma once

#include "spool/spool.h"
#include "tally.h"

#include <memory>
#include <string>

namespace handspan::exporter {

struct MetricsSettings {
  std::string listen; // "127.0.0.1:9477"; empty: nobody is served
  std::uint64_t names = 0;
  std::string instance, runtime_dir;
};

class MetricsServer {
public:
  MetricsServer(const MetricsSettings &settings, Tally &tally, spool::Spool &spool);
  ~MetricsServer();
  MetricsServer(const MetricsServer &) = delete;
  MetricsServer &operator=(const MetricsServer &) = delete;

  // False: the place is taken, or is none.
  bool start(std::string &why);

private:
  class Source;
  std::string listen_;
  std::shared_ptr<Source> source_;
  struct Http;
  std::unique_ptr<Http> http_;
};

} // namespace handspan::exporter
