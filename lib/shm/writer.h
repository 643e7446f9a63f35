// The daemon's side of the shared segment: creates it, gives each worker and port its own piece to
// write, and takes it out of service.
#pragma once

#include "base/time.h"
#include "record/counters.h"
#include "record/record.h"
#include "shm/files.h"
#include "shm/format.h"
#include "shm/ring_writer.h"
#include "shm/rules.h"
#include "shm/state.h"
#include "summary/summary.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

namespace handspan::shm {

inline constexpr gid_t kNoGroup = static_cast<gid_t>(-1);

class Place;

// One worker's piece. For that worker's thread alone; no call blocks, allocates, or makes a system
// call.
class alignas(kLine) WorkerWriter {
public:
  struct Rings {
    RingToWrite records, failures;
    RingToWrite stories; // may be of no bytes
  };
  WorkerWriter(WorkerBlock *block, std::byte *stats, const Rings &rings, VantageBlock *vantage,
               summary::Block *summary)
      : block_(block), stats_(stats), vantage_(vantage), summary_(summary), ring_(rings.records),
        failures_(rings.failures) {
    if (rings.stories.size > 0)
      stories_.emplace(rings.stories);
  }

  // Where the worker sums up.
  summary::Block &summary() { return *summary_; }

  // A record goes into the ring, packed; readers see it after publish(). That of a connection that
  // failed goes into its own ring, too.
  void append(const record::Record &record) {
    ring_.append(record);
    if (record.outcome == record::Outcome::failed && record.kind == record::Kind::connection)
      failures_.append_last_of(ring_);
  }
  // The same with a story, if the segment has room for any.
  void append(const record::Story &story) {
    if (stories_)
      stories_->append(story);
  }
  // Once a burst, after its records: whoever sees a record can see its story.
  void publish() {
    if (stories_)
      stories_->publish();
    ring_.publish();
    failures_.publish();
  }
  // "I live": now is CLOCK_MONOTONIC in nanoseconds, never the capture's time. At least once a
  // second.
  void heartbeat(base::Nanos now) { store_relaxed(&block_->heartbeat, now); }
  // Shows all numbers as they stand; some 10 KiB, so now and then rather than every burst.
  void store_stats(const record::WorkerStats &stats) { store_words(stats_, &stats, sizeof stats); }

  // Where it counts the hits of rules, by their places.
  void set_rules(std::span<RuleHits> hits) { rule_hits_ = hits; }
  // A hit of a rule; those beyond the segment's places are counted with the worker's others alone.
  void count_rule(std::size_t place, std::uint64_t flow_id, base::Nanos time) {
    if (place >= rule_hits_.size())
      return;
    RuleHits &rule = rule_hits_[place];
    store_relaxed(&rule.example, flow_id);
    store_relaxed(&rule.last, time);
    store_relaxed(&rule.hits, load_relaxed(&rule.hits) + 1);
  }

  // Counts an ended connection by its port and its VLAN: once for each, not for its handshake.
  void count_vantage(const record::Record &record) {
    const bool one_sided = record::one_sided(record);
    count(vantage_->vlans[record::vlan_place(record)], one_sided);
    count(vantage_->ports[record.port], one_sided);
  }

private:
  static void count(record::Sides &sides, bool one_sided) {
    store_relaxed(&sides.connections, load_relaxed(&sides.connections) + 1);
    if (one_sided)
      store_relaxed(&sides.one_sided, load_relaxed(&sides.one_sided) + 1);
  }

  WorkerBlock *block_;
  std::byte *stats_;
  VantageBlock *vantage_;
  summary::Block *summary_;
  std::span<RuleHits> rule_hits_;
  RingWriter ring_;
  RingWriter failures_;
  std::optional<RingWriter> stories_;
};

// One port's piece, for the control thread.
class PortWriter {
public:
  explicit PortWriter(std::byte *stats) : stats_(stats) {}
  void store_stats(const record::PortStats &stats) { store_words(stats_, &stats, sizeof stats); }
  // Frames that the port dropped, as stored last; for any thread.
  [[nodiscard]] std::uint64_t lost() const {
    const auto *stats = reinterpret_cast<const record::PortStats *>(stats_);
    return load_relaxed(&stats->missed) + load_relaxed(&stats->no_mbuf);
  }

private:
  std::byte *stats_;
};

// One queue's piece. Each counter has one writer: the thread that polls the queue, or, for what the
// driver tells, the control thread. No call blocks or makes a system call.
class QueueWriter {
public:
  using Counter = std::uint64_t record::QueueStats::*;

  explicit QueueWriter(record::QueueStats *stats) : stats_(stats) {}

  void set(Counter counter, std::uint64_t value) { store_relaxed(&(stats_->*counter), value); }
  void add(Counter counter, std::uint64_t more) {
    set(counter, load_relaxed(&(stats_->*counter)) + more);
  }

private:
  record::QueueStats *stats_;
};

// One receiving core's piece, for its own thread.
class ReceiverWriter {
public:
  explicit ReceiverWriter(ReceiverBlock *block) : block_(block) {}
  // "I live", as a worker's.
  void heartbeat(base::Nanos now) { store_relaxed(&block_->heartbeat, now); }

private:
  ReceiverBlock *block_;
};

class Writer {
public:
  struct Config {
    std::string runtime_dir; // see runtime_dir.h; made if its parent exists
    std::string probe;       // the name of what watches
    std::string instance = "default";
    std::string version;        // of the program, shown to readers
    Shape shape;                // workers, rings, names of the ports, their queues
    gid_t group = kNoGroup;     // who may read, beside the owner; kNoGroup leaves it as it is
    base::Nanos start_time{};   // since the epoch
    base::Nanos now{};          // CLOCK_MONOTONIC
    base::Nanos retry_window{}; // for readers, who link the tries
  };

  // Takes the instance's lock, builds the segment and puts it into its place, in state starting.
  // Null, with the reason and what to do in `error`, if that fails; nothing half-made is left then.
  static std::unique_ptr<Writer> create(const Config &config, std::string &error);

  // The size of the file that such a shape makes.
  static std::uint64_t bytes_for(const Shape &shape);

  // A writer that never got to run removes its segment, and what else create() has made; any other
  // leaves it, stopped, for readers.
  ~Writer();
  // The same, while others may still write: the segment stays mapped.
  void withdraw();
  Writer(const Writer &) = delete;
  Writer &operator=(const Writer &) = delete;

  [[nodiscard]] const std::string &path() const { return path_; }
  [[nodiscard]] std::size_t bytes() const { return mapping_.size(); }

  WorkerWriter &worker(std::size_t i) { return workers_.at(i); }
  PortWriter &port(std::size_t i) { return ports_.at(i); }
  [[nodiscard]] std::size_t ports() const { return ports_.size(); }
  // As many of each port as the shape says.
  QueueWriter &queue(std::size_t port, std::size_t queue) { return queues_.at(port).at(queue); }

  // As many as the shape says; those that work are the first ones, and beat before the daemon runs.
  ReceiverWriter &receiver(std::size_t i) { return receivers_.at(i); }

  // Of the control thread.
  void set_state(State state);
  void show_fences(std::uint64_t fences); // fence_bit
  void show_rules(const std::vector<RuleName> &rules);
  void count_reload(bool good);
  void heartbeat(base::Nanos now);

private:
  Writer(std::string path, std::unique_ptr<Place> place, Mapping mapping);

  std::string path_;
  std::unique_ptr<Place> place_; // its lock is held for life
  Mapping mapping_;
  Header *header_;
  std::vector<WorkerWriter> workers_;
  std::vector<PortWriter> ports_;
  std::vector<std::vector<QueueWriter>> queues_; // by port
  std::vector<ReceiverWriter> receivers_;
};

} // namespace handspan::shm
