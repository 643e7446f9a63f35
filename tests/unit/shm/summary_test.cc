// What workers sum up, and their rings of failures, through the segment.
#include "helpers.h"

#include "shm/format.h"
#include "summary/merged.h"

#include <algorithm>

namespace handspan::shm {
namespace {

std::unique_ptr<record::Record> ended(record::Outcome outcome, std::uint64_t flow_id = 1) {
  auto record = std::make_unique<record::Record>();
  record->outcome = outcome;
  record->cause = outcome == record::Outcome::failed ? record::Cause::reset : record::Cause::none;
  record->flow_id = flow_id;
  record->first = record->last = 1'700'000'000 * base::kSecond;
  return record;
}

TEST(Summaries, OfEachWorker) {
  const Folder folder;
  const auto writer = make_writer(config_in(folder));
  const auto reader = open_reader(writer->path());
  summary::Writer summary(writer->worker(1).summary(), 1);
  summary.add(*ended(record::Outcome::completed));
  const auto connections = [&](std::uint32_t worker) {
    auto block = std::make_unique<summary::Block>();
    EXPECT_TRUE(reader->summary(worker, *block));
    summary::Merged merged;
    merged.add(std::move(block));
    return merged.connections();
  };
  EXPECT_EQ(connections(0), 0u);
  EXPECT_EQ(connections(1), 1u);
  auto block = std::make_unique<summary::Block>();
  EXPECT_FALSE(reader->summary(2, *block)) << "there is no such worker";
}

class Foreign : public ::testing::Test {
protected:
  void SetUp() override {
    words_.resize(plan(shape_).segment_bytes / 8);
    format(reinterpret_cast<std::byte *>(words_.data()), shape_, {});
    auto *block = reinterpret_cast<summary::Block *>(bytes() + header().summaries.offset);
    summary::Writer(*block, 1).add(*ended(record::Outcome::completed));
  }
  std::byte *bytes() { return reinterpret_cast<std::byte *>(words_.data()); }
  Header &header() { return *reinterpret_cast<Header *>(words_.data()); }
  DirectoryEntry &part(std::string_view name) {
    for (std::uint64_t i = 0; i < header().directory.count; ++i) {
      auto *entry = reinterpret_cast<DirectoryEntry *>(bytes() + header().directory.offset +
                                                       i * header().directory.stride);
      if (entry->name == name && entry->scope == kSummaryScope)
        return *entry;
    }
    ADD_FAILURE() << name << " does not stand in the directory";
    return none_;
  }
  std::unique_ptr<Reader> attach() {
    OpenError error;
    return Reader::attach(
        {reinterpret_cast<const std::uint8_t *>(words_.data()), words_.size() * 8}, error);
  }
  std::uint64_t connections() {
    const auto reader = attach();
    auto block = std::make_unique<summary::Block>();
    if (reader == nullptr || !reader->summary(0, *block))
      return UINT64_MAX;
    summary::Merged merged;
    merged.add(std::move(block));
    return merged.connections();
  }

  Shape shape_{1, kMinRing, {}};
  std::vector<std::uint64_t> words_;
  DirectoryEntry none_;
};

TEST_F(Foreign, EveryPartStandsInTheDirectory) {
  for (const summary::Part &each : summary::parts()) {
    EXPECT_EQ(part(each.name).bytes, each.bytes);
    EXPECT_EQ(part(each.name).help, each.help);
  }
  EXPECT_EQ(connections(), 1u);
}

TEST_F(Foreign, APartOfAnotherSizeIsTakenAsMissing) {
  part("outcome_by_phase").bytes -= 8;
  EXPECT_EQ(connections(), 0u);
}

TEST_F(Foreign, APartThatLiesOutsideIsRefused) {
  part("history").offset = static_cast<std::uint32_t>(header().summary_parts.stats_bytes);
  EXPECT_EQ(attach(), nullptr);
}

TEST_F(Foreign, AnOlderDaemonHasNone) {
  header().header_bytes = kLeastHeader;
  const auto reader = attach();
  ASSERT_NE(reader, nullptr);
  auto block = std::make_unique<summary::Block>();
  EXPECT_FALSE(reader->summary(0, *block));
  EXPECT_FALSE(reader->failures(0, Start::oldest).has_value());
}

TEST(FailureRing, SuccessesDoNotWashFailuresOut) {
  const Folder folder;
  Writer::Config config = config_in(folder);
  config.shape.failure_bytes = kMinRing;
  const auto writer = make_writer(config);
  const auto reader = open_reader(writer->path());
  WorkerWriter &worker = writer->worker(0);
  worker.append(*ended(record::Outcome::failed, 7));
  const auto event =
      ended(record::Outcome::failed, 8); // of a handshake: its connection's is to come
  event->kind = record::Kind::handshake;
  worker.append(*event);
  for (std::uint64_t i = 0; i < 20'000; ++i)
    worker.append(*ended(record::Outcome::completed, 100 + i));
  worker.publish();

  auto record = std::make_unique<record::Record>();
  auto records = reader->cursor(0, Start::oldest);
  ASSERT_EQ(records->poll(*record).kind, Poll::Kind::record);
  EXPECT_GT(record->flow_id, 8u) << "of the records' ring they are gone";
  auto failures = reader->failures(0, Start::oldest);
  ASSERT_EQ(failures->poll(*record).kind, Poll::Kind::record);
  EXPECT_EQ(record->flow_id, 7u);
  EXPECT_EQ(failures->poll(*record).kind, Poll::Kind::nothing);
}

} // namespace
} // namespace handspan::shm
