// Where the pool of Tracks is full, a connection that begins with a SYN is known by that alone
// until something follows it. Its record is the same.
#include "capture.h"
#include "record_text.h"

#include "inspect/story_pool.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace handspan;
using namespace handspan::test;

constexpr std::uint16_t kCount = 24;

// So many open at once, and go on in every way.
Capture conversations() {
  Capture capture;
  std::vector<Talk> talks;
  for (std::uint16_t i = 0; i < kCount; ++i) {
    talks.emplace_back(capture, static_cast<std::uint16_t>(40'000 + i));
    talks.back().vlan = i % 2 != 0 ? 100 : 0;
    talks.back().send(Side::client, kSyn);
  }
  for (std::uint16_t i = 0; i < kCount; ++i) {
    Talk &talk = talks[i];
    switch (i % 6) {
    case 0: // nothing follows
      break;
    case 1: // asked again, in vain
      talk.send_at(Side::client, kSyn, talk.next.client - 1);
      break;
    case 2:
      talk.send(Side::server, kRst | kAck);
      break;
    case 3: // the client gives up
      talk.send(Side::client, kRst);
      break;
    default:
      talk.send(Side::server, kSyn | kAck).send(Side::client, kAck);
      handshake12(talk, "host" + std::to_string(i) + ".example");
      talk.close();
    }
  }
  return capture;
}

struct Stories final : inspect::StorySink {
  void tell(const record::Story &story) override {
    for (const record::PacketFact &fact : story.facts)
      packets.push_back({story.flow_id, fact.number, fact.flags});
  }
  struct Packet {
    std::uint64_t flow_id;
    std::uint32_t number;
    unsigned flags;
    bool operator==(const Packet &) const = default;
  };
  std::vector<Packet> packets;
};

struct Outcome {
  std::vector<std::string> records;
  std::vector<Stories::Packet> stories;
  std::uint64_t opened = 0, tracks = 0, syns = 0;
};

Outcome watch(std::uint32_t tracks, bool expire) {
  inspect::Settings settings;
  settings.limits.tracks = tracks;
  Stories told;
  inspect::StoryPool stories({}, told);
  Probe probe(settings);
  probe.inspector.tell_facts(stories, inspect::FactScope::handshakes);
  const Capture capture = conversations();
  Outcome outcome;
  for (std::size_t i = 0; i < capture.packets.size(); ++i) {
    wire::Frame frame = frame_of(capture.packets[i].bytes);
    frame.time = capture.packets[i].time;
    probe.inspector.inspect({&frame, 1});
    if (i + 1 == kCount) {
      outcome.tracks = probe.inspector.stats().gauges.tracks;
      outcome.syns = probe.inspector.stats().gauges.flows_half_open - outcome.tracks;
    }
  }
  if (expire)
    for (base::Nanos now = capture.now; now < capture.now + 20 * kSecond; now += kSecond / 4)
      probe.inspector.sweep(now);
  probe.finish(inspect::Inspector::End::stopped);
  for (const record::Record &record : probe.all)
    outcome.records.push_back(text_of(record));
  std::sort(outcome.records.begin(), outcome.records.end()); // who is swept first is the table's
  outcome.stories = told.packets;
  outcome.opened = probe.counters().connections_opened;
  return outcome;
}

TEST(LoneSyn, IsToldAsIfItHadHadATrack) {
  for (const bool expire : {false, true}) {
    const Outcome roomy = watch(1'024, expire), tight = watch(4, expire);
    EXPECT_EQ(roomy.syns, 0u);
    EXPECT_EQ(tight.tracks, 4u);
    EXPECT_EQ(tight.syns, kCount - 4u);
    EXPECT_EQ(tight.opened, kCount);
    EXPECT_EQ(tight.records, roomy.records);
    EXPECT_FALSE(tight.stories.empty());
  }
}

} // namespace
