// The daemon's side of the shared segment: creates it, gives each worker and port its own piece to
// write, and takes it out of service.
#pragma once

#include "base/time.h"
#include "record/counters.h"
#include "record/record.h"
#include "shm/files.h"
#include "shm/format.h"
#include "shm/ring_writer.h"
#include "shm/state.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace handspan::shm {

inline constexpr gid_t kNoGroup = static_cast<gid_t>(-1);

// One worker's piece. For that worker's thread alone; no call blocks, allocates, or makes a system
// call.
class alignas(kLine) WorkerWriter {
public:
  WorkerWriter(WorkerBlock *block, std::byte *stats, const RingToWrite &ring)
      : block_(block), stats_(stats), ring_(ring) {}

  // A copy of a sealed record goes into the ring; readers see it after publish().
  void append(const record::Record &record) { ring_.append(record); }
  // Once a burst, after its records.
  void publish() { ring_.publish(); }
  // "I live": now is CLOCK_MONOTONIC in nanoseconds, never the capture's time. At least once a
  // second.
  void heartbeat(base::Nanos now) { store_relaxed(&block_->heartbeat, now); }
  // Shows all numbers as they stand; some 10 KiB, so now and then rather than every burst.
  void store_stats(const record::WorkerStats &stats) { store_words(stats_, &stats, sizeof stats); }

private:
  WorkerBlock *block_;
  std::byte *stats_;
  RingWriter ring_;
};

// One port's piece, for the control thread.
class PortWriter {
public:
  explicit PortWriter(std::byte *stats) : stats_(stats) {}
  void store_stats(const record::PortStats &stats) { store_words(stats_, &stats, sizeof stats); }

private:
  std::byte *stats_;
};

class Writer {
public:
  struct Config {
    std::string runtime_dir; // see runtime_dir.h; made if its parent exists
    std::string instance = "default";
    std::string version;      // of the program, shown to readers
    Shape shape;              // workers, ring slots, names of the ports
    gid_t group = kNoGroup;   // who may read, beside the owner; kNoGroup leaves it as it is
    base::Nanos start_time{}; // since the epoch
    base::Nanos now{};        // CLOCK_MONOTONIC
  };

  // Takes the instance's lock, builds the segment and puts it into its place, in state starting.
  // Null, with the reason and what to do in `error`, if that fails; nothing half-made is left then.
  static std::unique_ptr<Writer> create(const Config &config, std::string &error);

  // A writer that never got to run removes its segment; any other leaves it, stopped, for readers.
  ~Writer();
  Writer(const Writer &) = delete;
  Writer &operator=(const Writer &) = delete;

  [[nodiscard]] const std::string &path() const { return path_; }
  [[nodiscard]] std::size_t bytes() const { return mapping_.size(); }

  WorkerWriter &worker(std::size_t i) { return workers_.at(i); }
  PortWriter &port(std::size_t i) { return ports_.at(i); }

  // Of the control thread.
  void set_state(State state);
  void heartbeat(base::Nanos now);

private:
  Writer(std::string path, Fd directory, Fd lock, Mapping mapping);

  std::string path_;
  Fd directory_;
  Fd lock_; // held for life
  Mapping mapping_;
  Header *header_;
  std::vector<WorkerWriter> workers_;
  std::vector<PortWriter> ports_;
};

} // namespace handspan::shm
