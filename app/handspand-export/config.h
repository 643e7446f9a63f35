// The exporter's configuration: conf/export.toml describes every key.
#pragma once

#include "selection.h"
#include "sink.h"

#include <memory>
#include <string>
#include <vector>

namespace handspan::exporter {

struct SinkConfig {
  std::string name, type;
  SelectionConfig selection;
  std::uint64_t batch_records = 0;
  base::Nanos batch_time = 0;
  std::uint64_t spool_bytes = 0;
  base::Nanos retry_most = 0; // the longest pause between two tries
  std::unique_ptr<Sink> sink;
};

struct Config {
  std::string instance, runtime_dir, probe;
  std::string spool_dir;
  std::uint64_t file_records = 0, file_bytes = 0;
  base::Nanos file_time = 0;
  std::string metrics_listen; // where /metrics is served; empty: nowhere
  std::uint64_t metrics_names = 0;
  std::vector<SinkConfig> sinks;
};

// False: `faults` says why, a line each, with the place.
bool load_config(const std::string &path, Config &config, std::vector<std::string> &faults);

} // namespace handspan::exporter
