// What the exporter counts of itself. Each number has one writer.
#pragma once

#include "spool/spool.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

namespace handspan::exporter {

using Count = std::atomic<std::uint64_t>;

struct SinkTally {
  std::string name, type;
  Count sent{0};    // rows that arrived
  Count passed{0};  // entries that the selection left out
  Count dropped{0}; // entries that found no room in the spool, or were damaged there
  Count batches{0}, retries{0};
  Count next{0}; // the first file of the spool that it still needs
  std::mutex mutex;
  std::string trouble; // why the last try failed; empty: it did not

  void set_trouble(const std::string &why) {
    const std::lock_guard hold(mutex);
    trouble = why;
  }
};

struct Tally {
  Count read{0}; // records taken out of the rings
  Count lost{0}; // overwritten before they were read
  std::deque<SinkTally> sinks;
};

// One object of JSON; with what waits in the spool for each sink.
std::string tally_json(Tally &tally, spool::Spool &spool, const std::string &probe,
                       const std::string &instance, base::Nanos now);

} // namespace handspan::exporter
