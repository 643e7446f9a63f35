#include "inspect/tracks.h"

#include <gtest/gtest.h>

#include <cstring>
#include <new>
#include <vector>

namespace {

using namespace handspan;
using namespace handspan::inspect;

struct Endless final : Tracks::Owner {
  void about_to_seal(Flow &, Track &) override { ++sealed; }
  void end(std::uint32_t) override { FAIL() << "there is room"; }
  void begin_with(std::uint32_t, const LoneSyn &) override { FAIL() << "nothing was held"; }
  int sealed = 0;
};

flow::Key key_of(std::uint16_t port) {
  const std::uint8_t a[] = {192, 0, 2, 1}, b[] = {192, 0, 2, 2};
  flow::Key key;
  (void)flow::make_key(base::Address::v4(a), port, base::Address::v4(b), 443, 0, key);
  return key;
}

// Between its fields there are zeros, so that whole Tracks can be compared.
void fill(Track &track, std::uint32_t slot) {
  std::memset(static_cast<void *>(&track), 0, sizeof track);
  new (&track) Track{};
  track.slot = slot;
  track.used = true;
  track.flow_id = 1'000 + slot;
  track.first = 1'700'000'000 * base::kSecond + slot;
  track.server_bytes_when_asked = slot;
  for (const base::Side side : {base::Side::client, base::Side::server}) {
    track.tcp.side[side].first_seq = 0xffff'ff00u + slot;
    track.evidence.delivery[side].acked = 4'000'000'000u + 7 * slot;
    track.evidence.delivery[side].newest_end = 90 * slot;
    track.evidence.delivery[side].newest = track.first + 5'000;
  }
}

// The short way counts on in the Flow while the Track is sealed.
TEST(Tracks, ComeBackAsTheyWereThoughTheFlowWentOn) {
  flow::Table<Flow> table(64, flow::Seed{1, 2, 3});
  Tracks tracks(table, 4, 1024, 7, false);
  Endless owner;
  std::vector<std::uint32_t> slots;
  for (std::uint16_t port = 1; port <= 20; ++port) {
    const flow::Key key = key_of(port);
    const std::uint32_t slot = table.insert(key, table.hash(key)).slot;
    table[slot] = Flow{};
    tracks.begin(slot);
    fill(tracks.of(slot, owner), slot);
    ASSERT_TRUE(tracks.put_away(slot, owner));
    slots.push_back(slot);
  }
  EXPECT_GE(owner.sealed, 16);
  for (int round = 0; round < 3; ++round)
    for (const std::uint32_t slot : slots) {
      table[slot].tcp.side.client.next += 1'448;
      table[slot].tcp.side.server.next += 17;
      Track expected;
      fill(expected, slot);
      const Track &track = tracks.of(slot, owner);
      EXPECT_EQ(std::memcmp(&track, &expected, sizeof track), 0) << slot;
    }
  for (const std::uint32_t slot : slots)
    tracks.end(table[slot]);
  EXPECT_EQ(tracks.open() + tracks.blocks(), 0u);
}

} // namespace
