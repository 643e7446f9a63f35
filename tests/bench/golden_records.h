// The records of a capture of tests/golden, as the inspector gives them.
#pragma once

#include "inspect/inspector.h"
#include "offline/capture_file.h"

#include <string>
#include <vector>

namespace handspan::bench {

struct Records final : inspect::Sink {
  void emit(std::span<const record::Record> records) override {
    all.insert(all.end(), records.begin(), records.end());
  }
  std::vector<record::Record> all;
};

inline std::vector<record::Record> records_of(const std::string &name,
                                              bool handshake_events = false) {
  std::string fault;
  const auto file = offline::CaptureFile::open(HANDSPAN_GOLDEN "/" + name + "/capture.pcap", fault);
  if (file == nullptr)
    return {};
  Records records;
  inspect::Settings settings;
  settings.limits.flows = 1024;
  settings.handshake_events = handshake_events;
  inspect::Inspector inspector(settings, nullptr, records);
  for (auto burst = file->next(); !burst.empty(); burst = file->next()) {
    std::vector<wire::Frame> frames(burst.begin(), burst.end());
    for (wire::Frame &frame : frames)
      frame.number = 0; // as it is live
    inspector.inspect(frames);
  }
  inspector.finish(inspect::Inspector::End::capture_ended);
  return records.all;
}

} // namespace handspan::bench
