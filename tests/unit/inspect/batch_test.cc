// Records that are handed on several at once: the same ones, in the same order, none too late.
#include "capture.h"
#include "record_text.h"

#include "inspect/inspector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace handspan {
namespace {

using namespace test;

class Batches : public inspect::Sink {
public:
  void emit(std::span<const record::Record> records) override {
    sizes.push_back(records.size());
    for (const record::Record &record : records)
      texts.push_back(text_of(record));
  }
  std::vector<std::size_t> sizes;
  std::vector<std::string> texts;
};

Capture conversations(std::uint16_t count) {
  Capture capture;
  for (std::uint16_t i = 0; i < count; ++i) {
    Talk talk(capture, static_cast<std::uint16_t>(40'000 + i));
    talk.open();
    handshake12(talk, "host" + std::to_string(i) + ".example");
    talk.close();
  }
  return capture;
}

void give(inspect::Inspector &inspector, const Capture &capture) {
  for (const Packet &packet : capture.packets) {
    wire::Frame frame = frame_of(packet.bytes);
    frame.time = packet.time;
    inspector.inspect({&frame, 1});
  }
}

inspect::Settings settings(std::uint32_t at_once) {
  inspect::Settings s;
  s.records_at_once = at_once;
  return s;
}

Batches all(std::uint32_t at_once) {
  Batches batches;
  inspect::Inspector inspector(settings(at_once), nullptr, batches);
  const Capture capture = conversations(21);
  give(inspector, capture);
  inspector.finish(inspect::Inspector::End::stopped);
  return batches;
}

TEST(Batch, RecordsAreTheSameHoweverManyAreHandedOnAtOnce) {
  const Batches one = all(1), several = all(8);
  EXPECT_EQ(one.texts.size(), 42u); // of each connection its handshake and its end
  EXPECT_EQ(several.texts, one.texts);
  EXPECT_EQ(*std::max_element(one.sizes.begin(), one.sizes.end()), 1u);
  EXPECT_GT(*std::max_element(several.sizes.begin(), several.sizes.end()), 1u);
  EXPECT_LE(*std::max_element(several.sizes.begin(), several.sizes.end()), 8u);
}

TEST(Batch, NoRecordWaitsLong) {
  Batches batches;
  inspect::Inspector inspector(settings(8), nullptr, batches);
  Capture capture;
  Talk talk(capture);
  talk.open();
  handshake12(talk);
  give(inspector, capture); // the last packet ends the handshake
  ASSERT_TRUE(batches.texts.empty());
  const base::Nanos last = capture.packets.back().time;
  inspector.sweep(last + inspect::kRecordsWait / 2);
  EXPECT_TRUE(batches.texts.empty());
  inspector.sweep(last + inspect::kRecordsWait);
  EXPECT_EQ(batches.texts.size(), 1u);
}

} // namespace
} // namespace handspan
