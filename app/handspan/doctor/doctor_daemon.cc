#include "doctor_daemon.h"

#include "daemon_health.h"
#include "fence/files.h"
#include "handspan/common/segment.h"
#include "shm/process.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <thread>

namespace handspan::app {
namespace {

void read_places(const shm::Reader &reader, DaemonSample &sample) {
  for (std::uint32_t port = 0; port < reader.ports(); ++port)
    sample.ports.push_back(
        {reader.port_name(port), reader.port_stats(port), reader.port_sides(port)});
  for (std::uint32_t i = 0; i < reader.queues(); ++i) {
    const shm::QueuePlace place = reader.queue_place(i);
    sample.queues.push_back({place.port == shm::kNoPort ? "?" : reader.port_name(place.port),
                             place.queue, reader.queue_stats(i)});
  }
  for (std::size_t place = 0; place < record::kVlanPlaces; ++place) {
    const record::Sides sides = reader.vlan_sides(place);
    if (sides.connections > 0)
      sample.vlans.push_back({place, sides});
  }
}

DaemonSample read_sample(const shm::Reader &reader) {
  DaemonSample sample;
  sample.taken = shm::monotonic_now();
  const shm::SegmentInfo &info = reader.info();
  const shm::Status status = reader.status(sample.taken, kStallAfter);
  sample.running_for =
      info.start_time > 0 ? std::max<base::Nanos>(0, shm::wall_now() - info.start_time) : 0;
  sample.heartbeat_age = status.heartbeat_age;
  sample.control_stalled = status.life == shm::Life::running && status.heartbeat_age > kStallAfter;
  sample.ring_bytes = info.ring_bytes;
  for (std::uint32_t i = 0; i < reader.workers(); ++i) {
    const auto cursor = reader.cursor(i, shm::Start::newest);
    sample.workers.push_back({reader.heartbeat_age(i, sample.taken), false, reader.worker_stats(i),
                              cursor ? cursor->end() : 0});
  }
  for (const std::uint32_t worker : status.stalled_workers)
    sample.workers.at(worker).stalled = true;
  for (std::uint32_t i = 0; i < reader.receivers(); ++i)
    sample.receivers.push_back({reader.receiver_age(i, sample.taken), false});
  for (const std::uint32_t receiver : status.stalled_receivers)
    if (receiver < sample.receivers.size())
      sample.receivers[receiver].stalled = true;
  read_places(reader, sample);
  return sample;
}

std::vector<shm::RingCursor> cursors_at_the_end(const shm::Reader &reader) {
  std::vector<shm::RingCursor> cursors;
  for (std::uint32_t worker = 0; worker < reader.workers(); ++worker)
    if (auto cursor = reader.cursor(worker, shm::Start::newest))
      cursors.push_back(*cursor);
  return cursors;
}

// A record that tells of a close comes soon after it; any other may be as late as its timeout.
bool tells_of_now(const record::Record &record) {
  using record::Teardown;
  const Teardown teardown = record.tcp.teardown;
  return record.kind == record::Kind::connection &&
         (teardown == Teardown::fin || teardown == Teardown::rst_client ||
          teardown == Teardown::rst_server);
}

PacketClock read_clock(std::vector<shm::RingCursor> &cursors) {
  PacketClock clock;
  const auto record = std::make_unique<record::Record>();
  for (shm::RingCursor &cursor : cursors) {
    const std::uint64_t end = cursor.end(); // a busy worker would never let it end
    while (cursor.place() < end) {
      const shm::Poll::Kind kind = cursor.poll(*record).kind;
      if (kind == shm::Poll::Kind::nothing)
        break;
      if (kind == shm::Poll::Kind::record && tells_of_now(*record) &&
          (clock.newest == base::kNever || record->last > clock.newest))
        clock.newest = record->last;
    }
  }
  clock.wall = shm::wall_now();
  return clock;
}

} // namespace

void look_at_rights(const shm::Reader *daemon, host::Findings &findings) {
  using host::FindingId;
  const auto found = [&](bool good, FindingId yes, FindingId no, host::Value value) {
    findings.push_back({host::Area::rights,
                        good ? host::Level::ok : host::Level::warning,
                        good ? yes : no,
                        {std::move(value)}});
  };
  const int version = fence::landlock_version();
  found(version > 0, FindingId::landlock_there, FindingId::landlock_missing,
        {"version", std::to_string(version)});
  const auto fences = daemon == nullptr ? std::nullopt : daemon->fences();
  if (!fences)
    return;
  const host::Value pid{"pid", std::to_string(daemon->info().pid)};
  found((*fences & shm::fence_bit::calls) != 0, FindingId::calls_fenced, FindingId::calls_open,
        pid);
  found((*fences & shm::fence_bit::files) != 0, FindingId::files_fenced, FindingId::files_open,
        pid);
}

void look_at_daemon(const shm::Reader &reader, base::Nanos interval, host::Findings &findings) {
  std::vector<shm::RingCursor> cursors = cursors_at_the_end(reader);
  const DaemonSample before = read_sample(reader);
  std::this_thread::sleep_for(std::chrono::nanoseconds(interval));
  const DaemonSample now = read_sample(reader);
  const PacketClock clock = read_clock(cursors);
  host::Findings judged = judge(before, now, clock);
  std::move(judged.begin(), judged.end(), std::back_inserter(findings));
}

} // namespace handspan::app
