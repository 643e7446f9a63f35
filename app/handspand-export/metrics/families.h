// Families of metrics, as prometheus-cpp serializes them: made anew for each scrape.
#pragma once

#include "record/histogram.h"

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace handspan::exporter {

using Families = std::vector<prometheus::MetricFamily>;
using Labels = std::vector<std::pair<std::string, std::string>>;

class Family {
public:
  Family(std::string name, std::string help, prometheus::MetricType type) {
    family_.name = std::move(name);
    family_.help = std::move(help);
    family_.type = type;
  }
  Family &add(double value, const Labels &labels = {});
  // Nanoseconds, told in seconds; buckets of a power of two of them, so that they are exact.
  Family &add(const record::Histogram &histogram, const Labels &labels = {});
  // Of no metric nothing is told.
  void into(Families &all) {
    if (!family_.metric.empty())
      all.push_back(std::move(family_));
  }

private:
  prometheus::ClientMetric &labelled(const Labels &labels);
  prometheus::MetricFamily family_;
};

inline Family counter(std::string name, std::string help) {
  return {std::move(name), std::move(help), prometheus::MetricType::Counter};
}
inline Family gauge(std::string name, std::string help) {
  return {std::move(name), std::move(help), prometheus::MetricType::Gauge};
}

} // namespace handspan::exporter
