// Files at the segment's place that are no segment, or one of another version, or a damaged one.
#include "../as_nobody.h"
#include "damage.h"

#include <fstream>
#include <functional>

#include <sys/stat.h>
#include <unistd.h>

namespace handspan::shm {
namespace {

OpenError error_of(const std::string &path) {
  OpenError error;
  EXPECT_EQ(Reader::open(path, error), nullptr);
  EXPECT_EQ(error.message.find('\n'), std::string::npos);
  EXPECT_NE(error.message.find(path), std::string::npos) << error.message;
  return error;
}

TEST(Hostile, NothingThere) {
  const Folder folder;
  EXPECT_EQ(error_of(folder.path("stats.shm")).kind, OpenError::Kind::not_found);
  EXPECT_EQ(error_of(folder.path("no/stats.shm")).kind, OpenError::Kind::not_found);
}

TEST(Hostile, ForeignFiles) {
  const Folder folder;
  const std::string path = folder.path("stats.shm");
  for (const std::size_t size : {0u, 1u, 100u, 4096u, 100'000u}) {
    std::ofstream(path) << std::string(size, 'x');
    EXPECT_EQ(error_of(path).kind, OpenError::Kind::foreign) << size;
  }
}

TEST(Hostile, NoRegularFile) {
  const Folder folder;
  EXPECT_EQ(error_of(folder.path()).kind, OpenError::Kind::foreign);
  const std::string fifo = folder.path("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(error_of(fifo).kind, OpenError::Kind::foreign) << "and does not wait for a writer";
  const auto writer = make_writer(config_in(folder));
  const std::string link = folder.path("link");
  ASSERT_EQ(symlink(writer->path().c_str(), link.c_str()), 0);
  EXPECT_EQ(error_of(link).kind, OpenError::Kind::foreign);
}

TEST(Hostile, TruncatedOrGrown) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  const std::string copy = folder.path("copy");
  for (const std::size_t size : {writer->bytes() - 1, writer->bytes() - 4096, writer->bytes() + 1,
                                 std::size_t{4096}, sizeof(Header)}) {
    std::filesystem::copy_file(writer->path(), copy,
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(copy, size);
    const OpenError error = error_of(copy);
    EXPECT_EQ(error.kind, OpenError::Kind::foreign) << size;
    EXPECT_NE(error.message.find("size"), std::string::npos) << error.message;
  }
}

// A segment of another format: this program's, in that of a daemon which is older or newer.
void expect_named(std::uint32_t major, std::uint32_t minor) {
  const Folder folder;
  auto writer = make_writer(config_in(folder));
  std::fstream file(writer->path(), std::ios::in | std::ios::out | std::ios::binary);
  const std::uint32_t version[2] = {major, minor};
  file.seekp(offsetof(Header, abi_major));
  file.write(reinterpret_cast<const char *>(version), sizeof version);
  file.close();
  const OpenError error = error_of(writer->path());
  EXPECT_EQ(error.kind, OpenError::Kind::version);
  EXPECT_NE(error.message.find("handspand 1.2.3"), std::string::npos) << error.message;
  const std::string theirs = std::to_string(major) + "." + std::to_string(minor);
  const std::string ours = std::to_string(kAbiMajor) + "." + std::to_string(kAbiMinor);
  EXPECT_NE(error.message.find(theirs), std::string::npos) << error.message;
  EXPECT_NE(error.message.find(ours), std::string::npos) << error.message;
}

TEST(Hostile, AnOlderVersionIsNamed) {
  expect_named(kAbiMajor - 1, 2);
}

TEST(Hostile, ANewerVersionIsNamed) {
  expect_named(kAbiMajor + 1, 4);
}

TEST(Hostile, WhereAVersionIsReadStaysTheSameInEveryVersion) {
  static_assert(offsetof(Header, magic) == 0 && offsetof(Header, abi_major) == 8 &&
                offsetof(Header, abi_minor) == 12 && offsetof(Header, version) == 16);
  static_assert(kMagic == 0x314e415053444e48);
}

TEST(Hostile, WhatMayNotBeReadIsDenied) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  ASSERT_EQ(chmod(writer->path().c_str(), 0), 0);
  const test::AsNobody nobody;
  const OpenError error = error_of(writer->path());
  EXPECT_EQ(error.kind, OpenError::Kind::denied);
  EXPECT_NE(error.message.find("join the group"), std::string::npos) << error.message;
}

TEST_F(Damage, UndamagedItOpens) {
  EXPECT_NE(attach(), nullptr) << error_.message;
}

TEST_F(Damage, ANewerMinorVersionOpens) {
  header().abi_minor = 7;
  EXPECT_NE(attach(), nullptr) << error_.message;
}

TEST_F(Damage, AQueueOfAPortThatIsNotThereHasNone) {
  auto *block = reinterpret_cast<QueueBlock *>(reinterpret_cast<std::byte *>(words_.data()) +
                                               header().queues.offset);
  block->port = 1;
  EXPECT_EQ(attach()->queue_place(0).port, kNoPort);
  EXPECT_EQ(attach()->queue_place(1).port, 0u);
  EXPECT_EQ(attach()->queue_place(2).port, kNoPort) << "there are two";
}

TEST_F(Damage, MoreConnectionsFromOneSideThanThereAreIsNoShareAboveOne) {
  auto *block = reinterpret_cast<VantageBlock *>(reinterpret_cast<std::byte *>(words_.data()) +
                                                 header().vantages.offset);
  block->vlans[7] = {3, 4};
  EXPECT_EQ(attach()->vlan_sides(0, 7).one_sided, 3u);
}

TEST_F(Damage, ViewsThatAreNotOneForEachWorkerAreRefused) {
  shape_.workers = 2;
  SetUp();
  EXPECT_NE(attach(), nullptr) << error_.message;
  header().vantages.count = 1;
  EXPECT_EQ(attach(), nullptr);
}

TEST_F(Damage, WhatIsNotThereCountsNothing) {
  const auto reader = attach();
  EXPECT_EQ(reader->worker_stats(1).counters.received_packets, 0u);
  EXPECT_EQ(reader->port_stats(1).missed, 0u);
  for (const Entry &entry : reader->directory()) {
    EXPECT_EQ(reader->value(entry, reader->count(entry.scope)), 0u);
    EXPECT_EQ(reader->histogram(entry, UINT32_MAX).count(), 0u);
  }
  EXPECT_EQ(reader->vlan_sides(1, 0).connections, 0u);
  EXPECT_EQ(reader->vlan_sides(0, record::kVlanPlaces).connections, 0u);
  EXPECT_EQ(reader->port_sides(0, kMaxPorts).connections, 0u);
}

TEST_F(Damage, StoriesThatThereAreNotAreNotRead) {
  EXPECT_TRUE(attach()->stories(0, Start::oldest).has_value());
  EXPECT_FALSE(attach()->stories(1, Start::oldest).has_value()) << "there is one worker";
  header().story_choice = 77;
  EXPECT_EQ(attach()->story_choice(), StoryChoice::none);
  header().story_choice = static_cast<std::uint64_t>(StoryChoice::all);
  EXPECT_EQ(attach()->story_choice(), StoryChoice::all);
  header().stories.blocks.count = 0;
  EXPECT_FALSE(attach()->stories(0, Start::oldest).has_value());
  EXPECT_EQ(attach()->story_choice(), StoryChoice::none);
}

TEST_F(Damage, WithoutMagicItIsNone) {
  header().magic = 0;
  EXPECT_EQ(attach(), nullptr);
  EXPECT_EQ(error_.kind, OpenError::Kind::foreign);
}

TEST_F(Damage, EveryPlaceAndSizeIsChecked) {
  const std::vector<std::function<std::uint64_t *(Header &)>> fields{
      [](Header &h) { return &h.segment_bytes; },
      [](Header &h) { return &h.header_bytes; },
      [](Header &h) { return &h.directory.offset; },
      [](Header &h) { return &h.directory.stride; },
      [](Header &h) { return &h.directory.count; },
      [](Header &h) { return &h.ports.offset; },
      [](Header &h) { return &h.ports.stride; },
      [](Header &h) { return &h.ports.count; },
      [](Header &h) { return &h.workers.offset; },
      [](Header &h) { return &h.workers.stride; },
      [](Header &h) { return &h.workers.count; },
      [](Header &h) { return &h.port_parts.stats_offset; },
      [](Header &h) { return &h.port_parts.stats_bytes; },
      [](Header &h) { return &h.worker_parts.stats_offset; },
      [](Header &h) { return &h.worker_parts.stats_bytes; },
      [](Header &h) { return &h.queues.offset; },
      [](Header &h) { return &h.queues.stride; },
      [](Header &h) { return &h.queues.count; },
      [](Header &h) { return &h.queue_parts.stats_offset; },
      [](Header &h) { return &h.queue_parts.stats_bytes; },
      [](Header &h) { return &h.vantages.offset; },
      [](Header &h) { return &h.vantages.stride; },
      [](Header &h) { return &h.vantages.count; },
      [](Header &h) { return &h.records.blocks.offset; },
      [](Header &h) { return &h.records.blocks.stride; },
      [](Header &h) { return &h.records.blocks.count; },
      [](Header &h) { return &h.records.starts_offset; },
      [](Header &h) { return &h.records.ring_offset; },
      [](Header &h) { return &h.records.ring_bytes; },
      [](Header &h) { return &h.stories.blocks.offset; },
      [](Header &h) { return &h.stories.blocks.stride; },
      [](Header &h) { return &h.stories.blocks.count; },
      [](Header &h) { return &h.stories.starts_offset; },
      [](Header &h) { return &h.stories.ring_offset; },
      [](Header &h) { return &h.stories.ring_bytes; },
      [](Header &h) { return &h.rules.offset; },
      [](Header &h) { return &h.rules.stride; },
      [](Header &h) { return &h.rules.count; },
      [](Header &h) { return &h.rule_hits.offset; },
      [](Header &h) { return &h.rule_hits.stride; },
      [](Header &h) { return &h.rule_hits.count; },
      [](Header &h) { return &h.failures.blocks.offset; },
      [](Header &h) { return &h.failures.blocks.stride; },
      [](Header &h) { return &h.failures.blocks.count; },
      [](Header &h) { return &h.failures.starts_offset; },
      [](Header &h) { return &h.failures.ring_offset; },
      [](Header &h) { return &h.failures.ring_bytes; },
      [](Header &h) { return &h.summaries.offset; },
      [](Header &h) { return &h.summaries.stride; },
      [](Header &h) { return &h.summaries.count; },
      [](Header &h) { return &h.summary_parts.stats_offset; },
      [](Header &h) { return &h.summary_parts.stats_bytes; },
  };
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::uint64_t &field = *fields[i](header());
    const std::uint64_t good = field;
    for (const std::uint64_t bad : {UINT64_MAX, UINT64_MAX - 63, std::uint64_t{1} << 63,
                                    std::uint64_t{1} << 62, words_.size() * 8 + 4096}) {
      field = bad;
      EXPECT_EQ(attach(), nullptr) << "field " << i << " = " << bad;
    }
    field = good;
    EXPECT_NE(attach(), nullptr) << i;
  }
}

TEST_F(Damage, ADirectoryThatPointsOutsideIsRefused) {
  entry(0).offset = static_cast<std::uint32_t>(header().worker_parts.stats_bytes);
  EXPECT_EQ(attach(), nullptr);
  entry(0).offset = 0xfffffff8;
  EXPECT_EQ(attach(), nullptr);
  entry(0).offset = 4;
  EXPECT_EQ(attach(), nullptr);
  entry(0).offset = 0;
  entry(0).bytes = 16;
  EXPECT_EQ(attach(), nullptr);
}

TEST_F(Damage, CountersAreFoundByNameAndUnknownOnesShown) {
  // As if the daemon had put two counters the other way round, and one we do not know.
  std::swap(entry(0).offset, entry(1).offset);
  std::memcpy(entry(2).name, "brand_new\x1b[2J", 14);
  auto reader = attach();
  ASSERT_NE(reader, nullptr) << error_.message;
  auto *stats = reinterpret_cast<std::uint64_t *>(reinterpret_cast<std::byte *>(words_.data()) +
                                                  header().workers.offset +
                                                  header().worker_parts.stats_offset);
  stats[0] = 10;
  stats[1] = 11;
  stats[2] = 12;
  const record::WorkerStats seen = reader->worker_stats(0);
  EXPECT_EQ(seen.counters.received_packets, 11u);
  EXPECT_EQ(seen.counters.received_bytes, 10u);
  EXPECT_EQ(seen.counters.tcp_packets, 0u) << "this daemon has none of that name";
  EXPECT_EQ(reader->directory()[2].name, "brand_new?[2J") << "nothing a terminal would obey";
  EXPECT_EQ(reader->value(reader->directory()[2], 0), 12u);
}

TEST_F(Damage, KindsOfANewerDaemonArePassedOver) {
  const std::size_t all = attach()->directory().size();
  entry(3).kind = 99;
  auto reader = attach();
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->directory().size(), all - 1);
}

TEST_F(Damage, ARingOfNoWholeBlocksIsRefused) {
  for (RingSection *rings : {&header().records, &header().stories}) {
    rings->ring_bytes -= 8;
    EXPECT_EQ(attach(), nullptr);
    rings->ring_bytes += 8;
    rings->starts_offset += 8; // still inside
    EXPECT_NE(attach(), nullptr) << error_.message;
    rings->starts_offset = rings->ring_offset - 8;
    EXPECT_EQ(attach(), nullptr) << "they would reach into the ring";
    rings->starts_offset = sizeof(RingBlock);
  }
}

TEST_F(Damage, RecordsPackedInAnotherWayAreNotRead) {
  header().layout_hash ^= 1;
  auto reader = attach();
  ASSERT_NE(reader, nullptr) << "its counters can still be read";
  EXPECT_FALSE(reader->cursor(0, Start::oldest).has_value());
  EXPECT_FALSE(reader->stories(0, Start::oldest).has_value());
}

TEST_F(Damage, AStateNobodyKnowsIsRunningUnlessItsProcessIsGone) {
  header().state = 12345;
  EXPECT_EQ(attach()->status(0, base::kSecond).life, Life::dead) << "pid 0";
}

// What a reader does with a segment that somebody changes in length while it is mapped.
TEST(Hostile, CutOrLengthenedWhileItIsRead) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  writer->set_state(State::running);
  const auto reader = open_reader(writer->path());
  ASSERT_NE(reader, nullptr);
  const base::Nanos now = 1000 * base::kSecond;
  EXPECT_EQ(reader->status(now, base::kSecond).life, Life::running);
  const auto size = static_cast<off_t>(writer->bytes());

  ASSERT_EQ(truncate(writer->path().c_str(), size + 4096), 0);
  EXPECT_EQ(reader->status(now, base::kSecond).life, Life::dead);
  EXPECT_EQ(error_of(writer->path()).kind, OpenError::Kind::foreign);
  ASSERT_EQ(truncate(writer->path().c_str(), size), 0);
  EXPECT_EQ(reader->status(now, base::kSecond).life, Life::running);

  // All that readers do, on pages that are gone: nobody is ended by SIGBUS.
  for (const off_t left : {size / 2, off_t{4096}, off_t{0}}) {
    ASSERT_EQ(truncate(writer->path().c_str(), left), 0);
    EXPECT_EQ(reader->status(now, base::kSecond).life, Life::dead);
    for (std::uint32_t worker = 0; worker < reader->workers(); ++worker) {
      (void)reader->worker_stats(worker);
      (void)reader->vlan_sides(worker, 7);
      auto cursor = reader->cursor(worker, Start::oldest);
      record::Record record;
      if (cursor)
        (void)cursor->poll(record);
    }
    for (std::uint32_t port = 0; port < reader->ports(); ++port)
      (void)reader->port_stats(port);
    auto merged = std::make_unique<summary::Merged>();
    (void)reader->summaries(*merged);
    (void)reader->rules();
    EXPECT_EQ(error_of(writer->path()).kind, OpenError::Kind::foreign);
  }
  // The writer's own pages are gone, too: it is not asked to write any more.
  (void)truncate(writer->path().c_str(), size);
}

} // namespace
} // namespace handspan::shm
