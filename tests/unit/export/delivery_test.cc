#include "delivery.h"

#include "helpers.h"
#include "record/packed.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <mutex>
#include <set>

namespace handspan::exporter {
namespace {

// What a receiver has got, and how it behaves; it outlives the sinks that bring it things.
struct Receiver {
  std::mutex mutex;
  int refuse = 0; // so many batches
  std::vector<std::string> batches;
  std::vector<std::uint64_t> flows;
  std::set<std::string> again;
};

class TestSink final : public Sink {
public:
  explicit TestSink(Receiver &receiver) : receiver_(receiver) {}
  bool open(const std::string &, std::string &) override { return true; }
  void begin(const BatchName &name) override {
    name_ = name;
    flows_.clear();
  }
  void add(const Row &row) override { flows_.push_back(row.record.flow_id); }
  void add(const summary::Cell &, const formats::Origin &) override {}
  bool commit(std::string &, std::string &why) override {
    const std::lock_guard hold(receiver_.mutex);
    if (receiver_.refuse > 0) {
      --receiver_.refuse;
      why = "refused";
      return false;
    }
    if (name_.again)
      receiver_.again.insert(name_.text());
    receiver_.batches.push_back(name_.text());
    receiver_.flows.insert(receiver_.flows.end(), flows_.begin(), flows_.end());
    return true;
  }

private:
  Receiver &receiver_;
  BatchName name_;
  std::vector<std::uint64_t> flows_;
};

class DeliveryTest : public ::testing::Test {
protected:
  void SetUp() override {
    std::string why;
    ASSERT_TRUE(spool_.open(folder_.path(), why)) << why;
    spool::Source source;
    source.layout = record::layout_hash() + sizeof(summary::Cell);
    ASSERT_TRUE(spool_.begin(source, {{0, 0}}, why)) << why;
  }
  // A file of so many records.
  void fill(std::uint64_t records) {
    const auto record = std::make_unique<record::Record>();
    record::PackRoom room;
    std::string why;
    for (std::uint64_t i = 0; i < records; ++i) {
      record->flow_id = ++flow_;
      const std::size_t size = record::pack(*record, room);
      spool_.add({spool::Kind::record, 0, {8 * flow_, flow_}, {room.data(), size}});
    }
    ASSERT_TRUE(spool_.seal(why)) << why;
  }
  SinkConfig config() {
    SinkConfig made;
    made.name = made.type = "test";
    made.selection.records = SelectionConfig::Records::all;
    made.batch_records = 100;
    made.spool_bytes = std::uint64_t{1} << 30;
    made.sink = std::make_unique<TestSink>(receiver_);
    return made;
  }
  // Delivers all that is there, and ends.
  void deliver(SinkConfig with) {
    tally_ = std::make_unique<SinkTally>();
    Delivery delivery(std::move(with), folder_.path(), spool_, *tally_);
    delivery.start();
    EXPECT_TRUE(becomes([&] { return spool_.waiting(0).entries == 0; }));
  }
  template <class Condition> static bool becomes(const Condition &condition) {
    for (int i = 0; i < 500 && !condition(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return condition();
  }
  void expect_each_once(std::uint64_t from, std::uint64_t to) {
    ASSERT_EQ(receiver_.flows.size(), to - from + 1);
    for (std::uint64_t i = from; i <= to; ++i)
      EXPECT_EQ(receiver_.flows[i - from], i);
  }

  spool::Folder folder_;
  spool::Spool spool_;
  Receiver receiver_;
  std::unique_ptr<SinkTally> tally_;
  std::uint64_t flow_ = 0;
};

TEST_F(DeliveryTest, FilesBecomeBatchesOfTheSizeThatWasAskedFor) {
  for (int i = 0; i < 5; ++i)
    fill(40);
  deliver(config());
  expect_each_once(1, 200);
  EXPECT_EQ(receiver_.batches, (std::vector<std::string>{"1-3", "3-5", "5-6"}));
  EXPECT_EQ(tally_->sent.load(), 200u);
}

TEST_F(DeliveryTest, WhatWasRefusedIsTriedAgainUnderTheSameName) {
  fill(10);
  fill(10);
  receiver_.refuse = 2;
  deliver(config());
  expect_each_once(1, 20);
  EXPECT_EQ(receiver_.batches, (std::vector<std::string>{"1-3"}));
  EXPECT_EQ(receiver_.again.count("1-3"), 1u);
  EXPECT_EQ(tally_->retries.load(), 2u);
  EXPECT_EQ(tally_->trouble, "");
}

TEST_F(DeliveryTest, ABatchThatWasCutOffComesAgainAsItWas) {
  fill(10);
  fill(10);
  std::string why;
  ASSERT_TRUE(spool::store(folder_.path("test.state"), {1, 2, ""}, why)) << why;
  deliver(config());
  expect_each_once(1, 20);
  EXPECT_EQ(receiver_.batches, (std::vector<std::string>{"1-2", "2-3"}));
  EXPECT_EQ(receiver_.again, (std::set<std::string>{"1-2"}));
}

TEST_F(DeliveryTest, BeyondItsShareTheOldestGoAndAreCounted) {
  for (int i = 0; i < 10; ++i)
    fill(10);
  SinkConfig with = config();
  with.spool_bytes = spool_.waiting(6).bytes;
  deliver(std::move(with));
  expect_each_once(51, 100);
  EXPECT_EQ(tally_->dropped.load(), 50u);
}

TEST_F(DeliveryTest, ATriedBatchThatFindsNoRoomGoesAsAWhole) {
  for (int i = 0; i < 4; ++i)
    fill(10);
  std::string why;
  ASSERT_TRUE(spool::store(folder_.path("test.state"), {1, 4, ""}, why)) << why;
  SinkConfig with = config();
  with.spool_bytes = spool_.waiting(2).bytes;
  deliver(std::move(with));
  expect_each_once(31, 40);
  EXPECT_EQ(tally_->dropped.load(), 30u);
}

TEST_F(DeliveryTest, AFileThatCanNotBeReadNowIsReadLater) {
  fill(10);
  fill(10);
  const std::filesystem::path path = spool_.from(1).front().path;
  std::filesystem::rename(path, folder_.path("away"));
  std::filesystem::create_directory(path); // opens, but reading it fails
  tally_ = std::make_unique<SinkTally>();
  Delivery delivery(config(), folder_.path(), spool_, *tally_);
  delivery.start();
  ASSERT_TRUE(becomes([&] { return tally_->retries > 0; }));
  std::filesystem::remove(path);
  std::filesystem::rename(folder_.path("away"), path);
  ASSERT_TRUE(becomes([&] { return spool_.waiting(0).entries == 0; }));
  delivery.stop();
  expect_each_once(1, 20);
  EXPECT_EQ(tally_->dropped.load(), 0u);
}

TEST_F(DeliveryTest, WhatNeverWillBeReadIsCountedAndHoldsNothingUp) {
  for (int i = 0; i < 3; ++i)
    fill(10);
  const std::vector<spool::Batch> files = spool_.from(1);
  std::filesystem::remove(files[0].path);
  std::filesystem::resize_file(files[1].path, files[1].bytes - 1);
  deliver(config());
  ASSERT_EQ(receiver_.flows.size(), 19u);
  EXPECT_EQ(receiver_.flows.front(), 11u);
  EXPECT_EQ(receiver_.flows.back(), 30u);
  EXPECT_EQ(tally_->dropped.load(), 11u);
  EXPECT_EQ(tally_->sent.load(), 19u);
}

} // namespace
} // namespace handspan::exporter
