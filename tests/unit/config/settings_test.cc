// The bridge from the configuration to the inspector.
#include "common/settings.h"
#include "common/version.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace handspan::app {
namespace {

void expect_equal(const inspect::Settings &a, const inspect::Settings &b) {
  EXPECT_EQ(a.timeouts.syn, b.timeouts.syn);
  EXPECT_EQ(a.timeouts.established, b.timeouts.established);
  EXPECT_EQ(a.timeouts.closing, b.timeouts.closing);
  EXPECT_EQ(a.timeouts.closed, b.timeouts.closed);
  EXPECT_EQ(a.limits.flows, b.limits.flows);
  EXPECT_EQ(a.limits.tls_sessions, b.limits.tls_sessions);
  EXPECT_EQ(a.limits.hello_buffers, b.limits.hello_buffers);
  EXPECT_EQ(a.limits.message_buffers, b.limits.message_buffers);
  EXPECT_EQ(a.limits.message_bytes, b.limits.message_bytes);
  EXPECT_EQ(a.limits.segment_buffers, b.limits.segment_buffers);
  EXPECT_EQ(a.limits.segments_per_side, b.limits.segments_per_side);
  EXPECT_EQ(a.limits.known_servers, b.limits.known_servers);
  EXPECT_EQ(a.limits.fragmented_datagrams, b.limits.fragmented_datagrams);
  EXPECT_EQ(a.limits.first_streams, b.limits.first_streams);
  EXPECT_EQ(a.first_bytes, b.first_bytes);
  EXPECT_EQ(a.vlan_in_key, b.vlan_in_key);
  EXPECT_EQ(a.handshake_events, b.handshake_events);
  EXPECT_EQ(a.checksums, b.checksums);
}

TEST(Settings, DefaultsOfBothAreTheSame) {
  expect_equal(inspect_settings(config::Config{}), inspect::Settings{});
}

TEST(Settings, EveryValueIsHandedOn) {
  config::Config config;
  config.timeouts = {.syn = 1, .established = 2, .closing = 3, .closed = 4};
  config.limits = {.flows = 5,
                   .tls_sessions = 6,
                   .hello_buffers = 7,
                   .message_buffers = 8,
                   .message_bytes = 9,
                   .segment_buffers = 10,
                   .segments_per_side = 11,
                   .known_servers = 12,
                   .fragmented_datagrams = 13,
                   .first_streams = 14};
  config.rules.first_bytes = 99;
  config.tracking = {
      .vlan_in_key = true, .handshake_events = false, .checksums = config::Checksums::drop};
  inspect::Settings wanted;
  wanted.timeouts = {.syn = 1, .established = 2, .closing = 3, .closed = 4};
  wanted.limits = {.flows = 5,
                   .tls_sessions = 6,
                   .hello_buffers = 7,
                   .message_buffers = 8,
                   .message_bytes = 9,
                   .segment_buffers = 10,
                   .segments_per_side = 11,
                   .known_servers = 12,
                   .fragmented_datagrams = 13,
                   .first_streams = 14};
  wanted.first_bytes = 99;
  wanted.vlan_in_key = true;
  wanted.handshake_events = false;
  wanted.checksums = inspect::Checksums::drop;
  expect_equal(inspect_settings(config), wanted);
}

TEST(Settings, SeedsDiffer) {
  inspect::Settings a, b;
  ASSERT_TRUE(randomize(a));
  ASSERT_TRUE(randomize(b));
  EXPECT_FALSE(std::equal(std::begin(a.seed), std::end(a.seed), std::begin(b.seed)));
  EXPECT_NE(a.seed[7], 0u);
}

TEST(Version, IsFilledIn) {
  EXPECT_NE(kVersion.find('.'), std::string_view::npos);
}

} // namespace
} // namespace handspan::app
