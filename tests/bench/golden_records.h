// The records of a capture of tests/golden, as the inspector gives them.
#pragma once

#include "../system/capture_records.h"

#include <string>
#include <vector>

namespace handspan::bench {

inline std::vector<record::Record> records_of(const std::string &name,
                                              bool handshake_events = false) {
  std::string fault;
  const auto file = offline::CaptureFile::open(HANDSPAN_GOLDEN "/" + name + "/capture.pcap", fault);
  if (file == nullptr)
    return {};
  test::Records records;
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
