// The readers' side of the shared segment: opens one, checks it, and shows what is in it. Maps it
// read-only and believes nothing in it: numbers are copied first and checked then.
#pragma once

#include "base/bytes.h"
#include "base/time.h"
#include "record/counters.h"
#include "record/life.h"
#include "record/vantage.h"
#include "shm/files.h"
#include "shm/layout.h"
#include "shm/open_error.h"
#include "shm/ring_reader.h"
#include "shm/rules.h"
#include "shm/state.h"
#include "summary/merged.h"
#include "summary/summary.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace handspan::shm {

// Who writes the segment. Texts are printable ASCII.
struct SegmentInfo {
  std::string version;
  std::string probe;
  std::string instance;
  std::string boot_id;
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::uint64_t pid = 0;
  std::uint64_t start_ticks = 0;
  base::Nanos start_time = 0;   // since the epoch
  base::Nanos retry_window = 0; // within which a later try belongs to a failure; 0: not told
  std::uint64_t ring_bytes = 0; // of each worker's records
  std::uint64_t bytes = 0;
};

using record::Life;

struct Status {
  Life life = Life::dead;
  bool replaced = false;         // the path names another segment now: open it again
  base::Nanos heartbeat_age = 0; // of the control thread
  // Alive, but silent for too long.
  std::vector<std::uint32_t> stalled_workers, stalled_receivers;
};

// A number the daemon counts, as its own directory describes it: also one that this program was
// built without.
struct Entry {
  std::string name, unit, help;
  record::StatKind kind = record::StatKind::counter;
  Scope scope = Scope::worker;
  std::uint32_t offset = 0; // checked
};

// Which queue of which port.
inline constexpr std::uint32_t kNoPort = UINT32_MAX;
struct QueuePlace {
  std::uint32_t port = kNoPort; // < Reader::ports(), or kNoPort if the segment names none of them
  std::uint32_t queue = 0;      // its number there
};

class Reader {
public:
  static std::unique_ptr<Reader> open(const std::string &path, OpenError &error);
  // Bytes that are already in memory, 8-byte aligned; they must outlive the reader.
  static std::unique_ptr<Reader> attach(base::Bytes bytes, OpenError &error);

  [[nodiscard]] const SegmentInfo &info() const { return info_; }
  // Whose records are in it.
  [[nodiscard]] record::ProbeRun probe() const;
  [[nodiscard]] const std::vector<Entry> &directory() const { return directory_; }
  [[nodiscard]] std::uint32_t workers() const;
  [[nodiscard]] std::uint32_t ports() const;
  [[nodiscard]] std::uint32_t queues() const; // of all ports together
  // How many blocks of numbers of that scope there are.
  [[nodiscard]] std::uint32_t count(Scope scope) const;

  // now: CLOCK_MONOTONIC (monotonic_now()). stall_after: a silent worker's grace.
  [[nodiscard]] Status status(base::Nanos now, base::Nanos stall_after) const;
  // Since the worker's last heartbeat; 0 if the clock says it is yet to come. worker < workers().
  [[nodiscard]] base::Nanos heartbeat_age(std::uint32_t worker, base::Nanos now) const;

  // The same of the receiving cores that there are: none where dispatch is rss, or the daemon is
  // too old to tell.
  [[nodiscard]] std::uint32_t receivers() const;
  [[nodiscard]] base::Nanos receiver_age(std::uint32_t receiver, base::Nanos now) const;
  // What the daemon has given up (fence_bit); nothing if it is too old to tell.
  [[nodiscard]] std::optional<std::uint64_t> fences() const;

  // The numbers this program knows, found by name; those that the daemon lacks are zero, and so are
  // all of a worker, port or queue that is not there.
  [[nodiscard]] record::WorkerStats worker_stats(std::uint32_t worker) const;
  [[nodiscard]] record::PortStats port_stats(std::uint32_t port) const;
  [[nodiscard]] std::string port_name(std::uint32_t port) const;
  [[nodiscard]] record::QueueStats queue_stats(std::uint32_t queue) const;
  [[nodiscard]] QueuePlace queue_place(std::uint32_t queue) const;
  // How many connections one worker saw, and how many of them from one side only: by VLAN (place <
  // record::kVlanPlaces) and by port (any; the daemon's own numbers). Zero if the daemon is too old
  // to count them.
  [[nodiscard]] record::Sides vlan_sides(std::uint32_t worker, std::size_t place) const;
  [[nodiscard]] record::Sides port_sides(std::uint32_t worker, std::uint32_t port) const;
  // The same of all workers together.
  [[nodiscard]] record::Sides vlan_sides(std::size_t place) const;
  [[nodiscard]] record::Sides port_sides(std::uint32_t port) const;
  // One entry's number, of the worker, port or queue `index`: counters and gauges, and histograms.
  [[nodiscard]] std::uint64_t value(const Entry &entry, std::uint32_t index) const;
  [[nodiscard]] record::Histogram histogram(const Entry &entry, std::uint32_t index) const;

  // A cursor over one worker's records; any number of them. Nothing if the daemon packs them in
  // another way than this program. Must not outlive the reader. worker < workers().
  [[nodiscard]] std::optional<RingCursor> cursor(std::uint32_t worker, Start start) const;
  // The same over its stories. Nothing also if the daemon keeps none.
  [[nodiscard]] std::optional<StoryCursor> stories(std::uint32_t worker, Start start) const;
  // The same over its records of connections that failed, which those of others do not overwrite.
  [[nodiscard]] std::optional<RingCursor> failures(std::uint32_t worker, Start start) const;
  // What one worker has summed up by now: each part as of one moment. False if the daemon is too
  // old to do it. `into`: as it was constructed.
  bool summary(std::uint32_t worker, summary::Block &into) const;
  // The same of all workers.
  bool summaries(summary::Merged &into) const;
  // The rules of the daemon that have numbers of their own, those that are gone included.
  [[nodiscard]] std::vector<RuleCount> rules() const;
  [[nodiscard]] Reloads reloads() const;
  // Whose stories the daemon hands on.
  [[nodiscard]] StoryChoice story_choice() const;

private:
  Reader() = default;
  bool check(base::Bytes bytes, OpenError &error);
  bool read_directory();
  [[nodiscard]] const std::byte *worker_at(std::uint32_t worker) const;
  [[nodiscard]] const std::byte *port_at(std::uint32_t port) const;
  [[nodiscard]] const std::byte *queue_at(std::uint32_t queue) const;
  [[nodiscard]] std::int64_t receiver_beat(std::uint32_t receiver) const;
  [[nodiscard]] record::Sides sides_at(std::uint32_t worker, std::size_t offset) const;
  [[nodiscard]] const std::byte *stats_at(Scope scope, std::uint32_t index) const;
  [[nodiscard]] Life life() const;
  [[nodiscard]] Status look(base::Nanos now, base::Nanos stall_after) const;
  [[nodiscard]] bool replaced() const;
  [[nodiscard]] bool is_resized() const;
  [[nodiscard]] std::optional<RingToRead> ring(const RingSection &rings,
                                               std::uint32_t worker) const;
  void gather(Scope scope, std::uint32_t index, std::span<const record::Descriptor> wanted,
              void *into) const;

  Mapping mapping_;
  const std::byte *base_ = nullptr;
  Header header_; // a checked copy
  SegmentInfo info_;
  std::vector<Entry> directory_;
  struct SummaryPart {
    std::string name;
    std::uint32_t offset, bytes; // checked
  };
  std::vector<SummaryPart> summary_parts_;
  std::string path_; // empty if attached
  std::uint64_t device_ = 0, inode_ = 0;
};

} // namespace handspan::shm
