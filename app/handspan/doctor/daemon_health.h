// How a running daemon fares, judged from its numbers alone: pure functions, without a segment.
// Totals count since the daemon's start; what grows between two samples is happening now.
#pragma once

#include "host/finding.h"
#include "record/counters.h"
#include "record/vantage.h"

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::app {

struct WorkerSample {
  base::Nanos heartbeat_age = 0;
  bool stalled = false;
  record::WorkerStats stats;
  std::uint64_t record_bytes = 0; // written into its ring
};

struct ReceiverSample {
  base::Nanos heartbeat_age = 0;
  bool stalled = false;
};

struct PortSample {
  std::string name;
  record::PortStats stats;
  record::Sides sides;
};

struct QueueSample {
  std::string port; // "?" if the daemon does not say
  std::uint32_t queue = 0;
  record::QueueStats stats;
};

struct VlanSample {
  std::size_t place = 0; // its id, or record::kUntagged
  record::Sides sides;
};

// All numbers of one moment, or nearly.
struct DaemonSample {
  base::Nanos taken = 0; // CLOCK_MONOTONIC
  base::Nanos running_for = 0;
  base::Nanos heartbeat_age = 0; // of the control thread
  bool control_stalled = false;
  std::uint64_t ring_bytes = 0; // of each worker
  std::vector<WorkerSample> workers;
  std::vector<ReceiverSample> receivers;
  std::vector<PortSample> ports;
  std::vector<QueueSample> queues;
  std::vector<VlanSample> vlans; // those that had connections
};

// Packet times against the clock on the wall: of the connections that were closed by FIN or RST and
// whose records came in between the samples, the latest packet.
struct PacketClock {
  base::Nanos newest = base::kNever; // kNever: there was none
  base::Nanos wall = 0;              // when it was read
};

// Where a share begins to matter. Chosen so that a healthy mirror is silent.
namespace threshold {
// A handshake has some ten packets: where one in a thousand is lost, one handshake in a hundred has
// a hole.
inline constexpr double kLossProblem = 0.001;
// With fewer packets a share of one in a thousand rests on a handful.
inline constexpr std::uint64_t kEnoughPackets = 10'000;
// The standard error of a share of 5 % is then 2 points.
inline constexpr std::uint64_t kEnoughConnections = 100;
// Connections already open when the mirror began, and routes that differ by direction, make a few
// of a hundred one-sided anywhere; with one direction missing, nearly all are.
inline constexpr double kOneSidedWarning = 0.05, kOneSidedProblem = 0.5;
// Between the workers that sees most and least of it: chance does not make such a difference.
inline constexpr double kOneSidedUneven = 0.2;
// Both halves of a connection belong to one worker; with an asymmetric hash nearly none do.
inline constexpr double kSplitProblem = 0.01;
// Of the one-sided connections, those that are halves of such. Not all are recognised.
inline constexpr double kTornApart = 0.5;
// TCP itself repeats a segment now and then, but with new numbers in the IP header.
inline constexpr double kDuplicateWarning = 0.01;
// Whoever cuts packets cuts nearly all that are long.
inline constexpr double kTruncatedWarning = 0.001, kHeadersCutProblem = 0.01;
inline constexpr double kGapWarning = 0.001, kGapProblem = 0.01;
// Of a table or pool: a burst of new connections may take the rest within a second.
inline constexpr double kNearlyFull = 0.9;
// The busiest worker against an even share; large single flows make up to this.
inline constexpr double kUneven = 2.0;
// Polls that found packets, with bursts at least half full (of 64): then it has no reserve. Packets
// in each poll alone say little, where an idle worker sleeps between polls.
inline constexpr double kBusy = 0.9, kFullBurst = 32;
// A reader that follows the records looks in several times a second, but a terminal may hold it up.
inline constexpr base::Nanos kRingTurnsOver = 10 * base::kSecond;
// Clocks of one machine agree within much less; a record comes up to some seconds after its last
// packet (timeouts.closed, sweeping once a second).
inline constexpr base::Nanos kClockAhead = base::kSecond, kClockBehind = 30 * base::kSecond;
// A link that is up carries something in this time.
inline constexpr base::Nanos kSilence = 10 * base::kSecond;
} // namespace threshold

// All of them, in the order of their areas. Both samples are of one daemon.
host::Findings judge(const DaemonSample &before, const DaemonSample &now, const PacketClock &clock);

// Its parts.
void judge_life(const DaemonSample &now, host::Findings &findings);
void judge_clock(const DaemonSample &before, const DaemonSample &now, const PacketClock &clock,
                 host::Findings &findings);
void judge_drops(const DaemonSample &before, const DaemonSample &now, host::Findings &findings);
void judge_balance(const DaemonSample &before, const DaemonSample &now, host::Findings &findings);
void judge_vantage(const DaemonSample &now, host::Findings &findings);

// What all parts need. 0 of nothing.
inline double share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0)
    return 0;
  return part < whole ? static_cast<double>(part) / static_cast<double>(whole) : 1;
}
// Counters only grow; a segment that says otherwise has no say.
inline std::uint64_t grown(std::uint64_t before, std::uint64_t now) {
  return now > before ? now - before : 0;
}
// Of all workers.
inline record::Counters total(const DaemonSample &sample) {
  record::WorkerStats sum;
  for (const WorkerSample &worker : sample.workers)
    sum.merge(worker.stats);
  return sum.counters;
}
inline std::uint64_t ended(const record::Counters &c) {
  return c.connections_completed + c.connections_failed + c.connections_unfinished +
         c.connections_unknown + c.connections_unused;
}

} // namespace handspan::app
