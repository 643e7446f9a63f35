// The numbers of queues, and how well ports and VLANs are seen.
#include "helpers.h"

namespace handspan::shm {
namespace {

TEST(Queues, EachHasItsPlaceAndItsNumbers) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  const auto reader = open_reader(writer->path());
  ASSERT_EQ(reader->queues(), 3u);
  EXPECT_EQ(reader->queue_place(0).port, 0u);
  EXPECT_EQ(reader->queue_place(1).port, 1u);
  EXPECT_EQ(reader->queue_place(2).port, 1u);
  EXPECT_EQ(reader->queue_place(2).queue, 1u);

  QueueWriter &queue = writer->queue(1, 1);
  queue.add(&record::QueueStats::received_packets, 64);
  queue.add(&record::QueueStats::received_packets, 3);
  queue.set(&record::QueueStats::missed, 5);
  EXPECT_EQ(reader->queue_stats(2).received_packets, 67u);
  EXPECT_EQ(reader->queue_stats(2).missed, 5u);
  EXPECT_EQ(reader->queue_stats(1).received_packets, 0u);
  EXPECT_THROW(writer->queue(0, 1), std::out_of_range);
}

TEST(Queues, ADirectoryEntryDescribesEachNumber) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  const auto reader = open_reader(writer->path());
  writer->queue(1, 0).set(&record::QueueStats::dispatch_dropped, 9);
  int found = 0;
  for (const Entry &entry : reader->directory())
    if (entry.scope == Scope::queue && entry.name == "dispatch_dropped") {
      EXPECT_EQ(reader->value(entry, 1), 9u);
      EXPECT_EQ(reader->value(entry, 0), 0u);
      ++found;
    }
  EXPECT_EQ(found, 1);
}

TEST(Queues, LieOnLinesOfTheirOwn) {
  const Header header = plan({2, 64, {"a", "b"}, {2, 2}});
  EXPECT_EQ(header.queues.offset % kLine, 0u);
  EXPECT_EQ(header.queues.stride % kLine, 0u);
  EXPECT_EQ(header.queue_parts.stats_offset % kLine, 0u);
}

TEST(Queues, TooManyAreRefused) {
  EXPECT_EQ(fault_of(Shape{1, kMinRing, {"a", "b"}, {kMaxQueues, 0}}), "");
  EXPECT_NE(fault_of(Shape{1, kMinRing, {"a", "b"}, {kMaxQueues, 1}}), "");
  EXPECT_EQ(fault_of(Shape{1, kMinRing, {"a"}, {1, kMaxQueues}}), "") << "there is no second port";
}

record::Record connection(std::uint8_t port, record::Confidence confidence) {
  record::Record record;
  record.port = port;
  record.confidence = confidence;
  return record;
}

TEST(Vantage, ConnectionsAreCountedByPortAndByOutermostVlan) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  const auto reader = open_reader(writer->path());
  using record::Confidence;
  record::Record tagged = connection(1, Confidence::one_sided);
  tagged.vlan_count = 2;
  tagged.vlans = {100, 200};
  writer->worker(0).count_vantage(tagged);
  writer->worker(1).count_vantage(tagged);
  tagged.confidence = Confidence::seen;
  writer->worker(1).count_vantage(tagged);
  writer->worker(1).count_vantage(connection(0, Confidence::capture_loss));

  EXPECT_EQ(reader->vlan_sides(0, 100).connections, 1u);
  EXPECT_EQ(reader->vlan_sides(0, 100).one_sided, 1u);
  EXPECT_EQ(reader->vlan_sides(1, 100).connections, 2u);
  EXPECT_EQ(reader->vlan_sides(1, 100).one_sided, 1u);
  EXPECT_EQ(reader->vlan_sides(1, 200).connections, 0u);
  EXPECT_EQ(reader->vlan_sides(1, record::kUntagged).connections, 1u);
  EXPECT_EQ(reader->vlan_sides(1, record::kUntagged).one_sided, 0u);
  EXPECT_EQ(reader->port_sides(1, 1).connections, 2u);
  EXPECT_EQ(reader->port_sides(1, 0).connections, 1u);
  EXPECT_EQ(reader->vlan_sides(100).connections, 3u) << "of both workers";
  EXPECT_EQ(reader->vlan_sides(100).one_sided, 2u);
  EXPECT_EQ(reader->port_sides(1).connections, 3u);
}

TEST(Vantage, NumbersOutOfRangeStayInside) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  const auto reader = open_reader(writer->path());
  record::Record record = connection(255, record::Confidence::seen);
  record.vlan_count = 1;
  record.vlans[0] = 0xffff;
  writer->worker(0).count_vantage(record);
  EXPECT_EQ(reader->vlan_sides(0, 4095).connections, 1u);
  EXPECT_EQ(reader->port_sides(0, 255).connections, 1u);
}

} // namespace
} // namespace handspan::shm
