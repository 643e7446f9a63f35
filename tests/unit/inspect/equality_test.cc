// What a connection's record says depends on its packets alone: not on how bursts are cut, nor on
// whether its data took the short way or the long one.
#include "capture.h"
#include "record_text.h"

#include <gtest/gtest.h>

#include <random>

namespace {

using namespace handspan;
using namespace handspan::test;
namespace hello = handspan::tls::test;

std::string random_record(std::mt19937 &random) {
  const hello::Octets bytes = hello::hidden(1 + random() % 4000);
  return {bytes.begin(), bytes.end()};
}

// Data in records that do not end where segments end, with all that can happen to them.
void data(Talk &talk, std::mt19937 &random, bool tls) {
  base::Both<std::string> unsent;
  for (int i = 0; i < 60; ++i) {
    const Side from = random() % 3 ? Side::server : Side::client;
    std::string &text = unsent[from];
    while (text.size() < 1448)
      text += tls ? random_record(random) : std::string(1 + random() % 900, 'p');
    const std::string part = text.substr(0, 1 + random() % 1448);
    text.erase(0, part.size());
    const std::uint32_t at = talk.next[from];
    switch (random() % 24) {
    case 0: // sent again
      talk.send(from, kAck, part).send_at(from, kAck, at, part);
      break;
    case 1: // lost
      talk.next[from] += static_cast<std::uint32_t>(part.size());
      break;
    case 2: // swapped with the one behind it
      if (part.size() > 1) {
        talk.send_at(from, kAck, at + 1, part.substr(1)).send_at(from, kAck, at, part.substr(0, 1));
        talk.next[from] += static_cast<std::uint32_t>(part.size());
      }
      break;
    case 3:
      talk.send_at(from, kAck, at - 1);
      text.insert(0, part);
      break;
    case 4:
      talk.send(from, kAck);
      text.insert(0, part);
      break;
    default:
      talk.send(from, kAck, part);
    }
  }
}

Capture mixed(std::uint32_t seed) {
  std::mt19937 random(seed);
  Capture capture;
  std::vector<Capture> parts(6);
  for (std::uint16_t i = 0; i < parts.size(); ++i) {
    Talk talk(parts[i], static_cast<std::uint16_t>(40000 + i));
    talk.next = {static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())};
    const bool tls = i % 3 != 0;
    if (i != 5)
      talk.open();
    if (tls)
      handshake12(talk, "mixed" + std::to_string(i) + ".example");
    data(talk, random, tls);
    if (random() % 2)
      talk.close();
    else if (random() % 2)
      talk.send(Side::server, kRst);
  }
  std::vector<std::size_t> at(parts.size());
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < parts.size(); ++i)
      for (std::size_t n = random() % 4; n > 0 && at[i] < parts[i].packets.size();
           --n, more = true) {
        Packet packet = parts[i].packets[at[i]++];
        packet.time = capture.now;
        packet.cut = random() % 40 == 0 ? random() % 200 : 0;
        capture.packets.push_back(packet);
        capture.now += 100'000;
      }
    for (std::size_t i = 0; i < parts.size(); ++i)
      more |= at[i] < parts[i].packets.size();
  }
  return capture;
}

struct NoFacts : inspect::FactSink {
  void packet(inspect::FactNote &, std::uint64_t, const record::PacketFact &,
              std::span<const record::PayloadPart>) override {
    ++told;
  }
  void turned(inspect::FactNote &, std::uint64_t) override {}
  void closed(inspect::FactNote &, const record::Record &) override {}
  std::uint64_t told = 0;
};

std::vector<std::string> records(const Capture &capture, std::size_t burst, NoFacts *facts,
                                 std::string *counters = nullptr,
                                 const inspect::Settings &settings = small(), bool live = false) {
  Probe probe(settings);
  if (facts)
    probe.inspector.tell_facts(*facts, inspect::FactScope::all);
  probe.read(capture, burst, !live).finish(inspect::Inspector::End::stopped);
  if (facts) {
    EXPECT_EQ(facts->told, probe.counters().tcp_packets) << "nothing took the short way";
  }
  std::vector<std::string> texts;
  for (const record::Record &r : probe.all)
    texts.push_back(text_of(r));
  if (counters)
    for (const record::Descriptor &d : record::worker_descriptors())
      if (d.kind == record::StatKind::counter)
        *counters += std::string(d.name) + "=" +
                     std::to_string(record::value_of(probe.inspector.stats(), d)) + " ";
  return texts;
}

TEST(InspectorEquality, BurstsMakeNoDifference) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    const Capture capture = mixed(seed);
    std::string alone;
    const auto expected = records(capture, 1, nullptr, &alone);
    EXPECT_GE(expected.size(), 6u);
    for (const std::size_t burst : {2u, 3u, 16u, 17u, 64u}) {
      std::string counters;
      ASSERT_EQ(records(capture, burst, nullptr, &counters), expected) << seed << " " << burst;
      ASSERT_EQ(counters, alone) << seed << " " << burst;
    }
  }
}

// Sealed whenever another one has its turn, and opened again at the next packet.
TEST(InspectorEquality, SealedTracksMakeNoDifference) {
  inspect::Settings tight = small();
  tight.limits.tracks = 4;
  tight.limits.track_facts = 1024;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    const Capture capture = mixed(seed);
    std::string roomy;
    const auto expected = records(capture, 64, nullptr, &roomy);
    for (const std::size_t burst : {1u, 64u}) {
      std::string counters;
      ASSERT_EQ(records(capture, burst, nullptr, &counters, tight), expected) << seed;
      ASSERT_EQ(counters, roomy) << seed;
    }
    // Live, the short way asks for no Track: it goes on beside a sealed one.
    ASSERT_EQ(records(capture, 64, nullptr, nullptr, tight, true),
              records(capture, 64, nullptr, nullptr, small(), true))
        << seed;
    NoFacts facts, others;
    ASSERT_EQ(records(capture, 64, &facts, nullptr, tight), records(capture, 64, &others)) << seed;
  }
}

TEST(InspectorEquality, TheShortWayMakesNoDifference) {
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    const Capture capture = mixed(seed);
    NoFacts facts;
    std::string with_short_way, all_long;
    const auto expected = records(capture, 64, &facts, &all_long);
    ASSERT_EQ(records(capture, 64, nullptr, &with_short_way), expected) << seed;
    ASSERT_EQ(with_short_way, all_long) << seed;
  }
}

} // namespace
