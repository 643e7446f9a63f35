// What a receiver counts of its queues, shown in the shared segment.
#pragma once

#include "capture/receiver.h"
#include "shm/writer.h"

#include <vector>

namespace handspan::daemon {

// `writers`: one for each source of the receiver, in their order.
inline void store_queues(capture::Receiver &receiver, std::vector<shm::QueueWriter *> &writers) {
  using Stats = record::QueueStats;
  for (std::size_t i = 0; i < writers.size(); ++i) {
    const capture::QueueCounts &counts = receiver.counts(i);
    shm::QueueWriter &writer = *writers[i];
    writer.set(&Stats::received_packets, counts.received_packets);
    writer.set(&Stats::received_bytes, counts.received_bytes);
    writer.set(&Stats::filtered, counts.filtered);
    writer.set(&Stats::dispatch_dropped, counts.dropped);
    writer.set(&Stats::bad_checksum, counts.bad_checksum);
  }
}

} // namespace handspan::daemon
