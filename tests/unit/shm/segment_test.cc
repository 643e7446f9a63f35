#include "helpers.h"

#include "record/flow_id.h"
#include "shm/process.h"

#include <unistd.h>

namespace handspan::shm {
namespace {

TEST(Segment, SaysWhoWritesIt) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  EXPECT_EQ(writer->path(), folder.path("run/test/stats.shm"));
  const auto reader = open_reader(writer->path());
  EXPECT_EQ(reader->info().version, "1.2.3");
  EXPECT_EQ(reader->info().instance, "test");
  EXPECT_EQ(reader->info().pid, static_cast<std::uint64_t>(getpid()));
  EXPECT_EQ(reader->info().start_time, 77);
  EXPECT_EQ(reader->info().abi_major, kAbiMajor);
  EXPECT_EQ(reader->info().retry_window, 30 * base::kSecond);
  EXPECT_EQ(reader->info().ring_bytes, kMinRing);
  EXPECT_EQ(reader->info().bytes, writer->bytes());
  EXPECT_EQ(reader->workers(), 2u);
  EXPECT_EQ(reader->ports(), 2u);
  EXPECT_EQ(reader->port_name(1), "port-b");
}

TEST(Segment, SaysOfWhichProbeAndRunItsRecordsAre) {
  const Folder folder;
  auto config = config_in(folder);
  config.probe = "tap-3";
  const auto run_of = [&config] {
    const auto writer = make_writer(config);
    const record::ProbeRun probe = open_reader(writer->path())->probe();
    EXPECT_EQ(probe.name.view(), "tap-3");
    EXPECT_EQ(probe.instance.view(), "test");
    EXPECT_EQ(probe.run, record::run_of("tap-3", "test", config.start_time));
    return probe.run;
  };
  const std::uint64_t first = run_of();
  config.start_time += base::kSecond;
  EXPECT_NE(run_of(), first);
}

TEST(Segment, CarriesStatsOfEachWorkerAndPort) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  const auto reader = open_reader(writer->path());
  record::WorkerStats stats;
  stats.counters.received_packets = 5;
  stats.counters.polls_empty = 6;
  stats.gauges.flows = 7;
  stats.histograms.tls_total.add(2'000'000);
  writer->worker(1).store_stats(stats);
  record::PortStats port;
  port.received_bytes = 8;
  port.errors = 9;
  writer->port(0).store_stats(port);

  const record::WorkerStats seen = reader->worker_stats(1);
  EXPECT_EQ(std::memcmp(&seen, &stats, sizeof stats), 0);
  EXPECT_EQ(reader->worker_stats(0).counters.received_packets, 0u);
  EXPECT_EQ(reader->port_stats(0).received_bytes, 8u);
  EXPECT_EQ(reader->port_stats(0).errors, 9u);
  EXPECT_EQ(reader->port_stats(1).errors, 0u);
}

TEST(Segment, DirectoryDescribesEveryNumber) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  const auto reader = open_reader(writer->path());
  record::WorkerStats stats;
  stats.counters.tls_alerts = 3;
  stats.histograms.syn_to_syn_ack.add(5000);
  writer->worker(0).store_stats(stats);
  ASSERT_EQ(reader->directory().size(), record::worker_descriptors().size() +
                                            record::port_descriptors().size() +
                                            record::queue_descriptors().size());
  int found = 0;
  for (const Entry &entry : reader->directory()) {
    EXPECT_FALSE(entry.name.empty());
    EXPECT_FALSE(entry.help.empty());
    if (entry.name == "tls_alerts") {
      EXPECT_EQ(entry.unit, "alerts");
      EXPECT_EQ(reader->value(entry, 0), 3u);
      ++found;
    }
    if (entry.name == "syn_to_syn_ack") {
      EXPECT_EQ(reader->histogram(entry, 0).count(), 1u);
      ++found;
    }
  }
  EXPECT_EQ(found, 2);
}

TEST(Segment, RecordsOfEachWorkerComeThrough) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  const auto reader = open_reader(writer->path());
  auto record = std::make_unique<record::Record>();
  for (std::uint64_t n = 0; n < 3; ++n) {
    stamp(*record, n);
    writer->worker(0).append(*record);
    stamp(*record, n + 100);
    writer->worker(1).append(*record);
  }
  writer->worker(0).publish();
  writer->worker(1).publish();
  for (std::uint32_t worker = 0; worker < 2; ++worker) {
    auto cursor = reader->cursor(worker, Start::oldest);
    ASSERT_TRUE(cursor.has_value());
    for (std::uint64_t n = 0; n < 3; ++n) {
      ASSERT_EQ(cursor->poll(*record).kind, Poll::Kind::record);
      EXPECT_TRUE(whole(*record, n + worker * 100));
    }
    EXPECT_EQ(cursor->poll(*record).kind, Poll::Kind::nothing);
  }
}

TEST(Segment, StoriesComeThroughWhereThereIsRoomForThem) {
  const Folder folder;
  auto config = config_in(folder);
  config.shape.story_bytes = kMinRing;
  config.shape.story_choice = StoryChoice::all;
  const auto writer = make_writer(config);
  const auto reader = open_reader(writer->path());
  EXPECT_EQ(reader->story_choice(), StoryChoice::all);
  auto story = std::make_unique<record::Story>();
  story->flow_id = 9;
  writer->worker(1).append(*story);
  writer->worker(1).publish();
  story->flow_id = 0;
  auto cursor = reader->stories(1, Start::oldest);
  ASSERT_EQ(cursor->poll(*story).kind, Poll::Kind::record);
  EXPECT_EQ(story->flow_id, 9u);
}

TEST(Segment, StatesAndHeartbeats) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  const auto reader = open_reader(writer->path());
  const base::Nanos now = 1000 * base::kSecond;
  constexpr base::Nanos kGrace = 3 * base::kSecond;
  EXPECT_EQ(reader->status(now, kGrace).life, Life::starting);

  writer->set_state(State::running);
  Status status = reader->status(now + base::kSecond, kGrace);
  EXPECT_EQ(status.life, Life::running);
  EXPECT_EQ(status.heartbeat_age, base::kSecond);
  EXPECT_TRUE(status.stalled_workers.empty());
  EXPECT_FALSE(status.replaced);

  const base::Nanos later = now + 10 * base::kSecond;
  writer->heartbeat(later);
  writer->worker(0).heartbeat(later);
  status = reader->status(later + base::kSecond, kGrace);
  EXPECT_EQ(status.life, Life::running);
  EXPECT_EQ(status.heartbeat_age, base::kSecond);
  EXPECT_EQ(status.stalled_workers, std::vector<std::uint32_t>{1});
  EXPECT_EQ(reader->heartbeat_age(1, later), 10 * base::kSecond);
  EXPECT_EQ(reader->heartbeat_age(1, 0), 0) << "a heartbeat from the future is none too old";

  writer->set_state(State::stopping);
  EXPECT_EQ(reader->status(now, kGrace).life, Life::stopping);
  writer->set_state(State::stopped);
  EXPECT_EQ(reader->status(now, kGrace).life, Life::stopped);
}

TEST(Segment, ADaemonThatRanLeavesItsSegmentStopped) {
  const Folder folder;
  auto writer = make_writer(config_in(folder));
  const std::string path = writer->path();
  writer->set_state(State::running);
  auto record = std::make_unique<record::Record>();
  stamp(*record, 4);
  writer->worker(0).append(*record);
  writer->worker(0).publish();
  writer.reset();
  const auto reader = open_reader(path);
  EXPECT_EQ(reader->status(monotonic_now(), base::kSecond).life, Life::stopped);
  auto cursor = reader->cursor(0, Start::oldest);
  ASSERT_EQ(cursor->poll(*record).kind, Poll::Kind::record);
  EXPECT_TRUE(whole(*record, 4));
}

TEST(Segment, ADaemonThatNeverRanLeavesNone) {
  const Folder folder;
  auto writer = make_writer(config_in(folder));
  const std::string path = writer->path();
  writer.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Segment, AReplacedSegmentIsNoticedAndTheNewOneOpened) {
  const Folder folder;
  auto first = make_writer(config_in(folder));
  first->set_state(State::running);
  const auto reader = open_reader(first->path());
  const std::string path = first->path();
  first.reset();
  EXPECT_FALSE(reader->status(0, base::kSecond).replaced);
  auto config = config_in(folder);
  config.version = "2.0.0";
  const auto second = make_writer(config);
  const Status status = reader->status(0, base::kSecond);
  EXPECT_TRUE(status.replaced);
  EXPECT_EQ(status.life, Life::stopped) << "what it has mapped is still the old one";
  EXPECT_EQ(reader->info().version, "1.2.3");
  EXPECT_EQ(open_reader(path)->info().version, "2.0.0");
}

TEST(Segment, ReceiversAreThereOnceTheyBeat) {
  const Folder folder;
  Writer::Config config = config_in(folder);
  config.shape.receivers = 3;
  const auto writer = make_writer(config);
  writer->set_state(State::running);
  const auto reader = open_reader(writer->path());
  EXPECT_EQ(reader->receivers(), 0u);
  const base::Nanos now = config.now;
  writer->receiver(0).heartbeat(now - 5 * base::kSecond);
  writer->receiver(1).heartbeat(now);
  EXPECT_EQ(reader->receivers(), 2u);
  EXPECT_EQ(reader->receiver_age(0, now), 5 * base::kSecond);
  EXPECT_EQ(reader->status(now, 2 * base::kSecond).stalled_receivers,
            (std::vector<std::uint32_t>{0}));
  EXPECT_TRUE(reader->status(now, 6 * base::kSecond).stalled_receivers.empty());
}

TEST(Segment, TellsWhichFencesStand) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  const auto reader = open_reader(writer->path());
  EXPECT_EQ(reader->fences(), std::uint64_t{0});
  writer->show_fences(fence_bit::calls | fence_bit::files);
  EXPECT_EQ(reader->fences(), fence_bit::calls | fence_bit::files);
}

} // namespace
} // namespace handspan::shm
