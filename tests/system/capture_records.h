// The records of a capture, for whoever stands in for a daemon.
#pragma once

#include "inspect/inspector.h"
#include "offline/capture_file.h"

#include <string>
#include <vector>

namespace handspan::test {

struct Records final : inspect::Sink {
  void emit(std::span<const record::Record> records) override {
    all.insert(all.end(), records.begin(), records.end());
  }
  std::vector<record::Record> all;
};

// As the inspector gives them; none if the file can't be read.
inline std::vector<record::Record> records_of(const std::string &path) {
  std::string fault;
  const auto file = offline::CaptureFile::open(path, fault);
  Records records;
  if (file == nullptr)
    return records.all;
  inspect::Settings settings;
  settings.limits.flows = 1024;
  inspect::Inspector inspector(settings, nullptr, records);
  for (auto burst = file->next(); !burst.empty(); burst = file->next())
    inspector.inspect(burst);
  inspector.finish(inspect::Inspector::End::capture_ended);
  return records.all;
}

} // namespace handspan::test
