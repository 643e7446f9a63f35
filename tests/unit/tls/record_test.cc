// The record layer: any cutting gives the same session; foreign bytes, gaps, bounds.
#include "conversations.h"

#include <gtest/gtest.h>

namespace handspan::tls {
namespace {

using namespace test;

std::string facts_in_pieces(const Conversation &talk, std::size_t piece) {
  Player p;
  p.play(talk, piece);
  EXPECT_EQ(p.tracker.counters().buffers_used, 0u);
  return p.facts();
}

std::vector<Conversation> all_conversations() {
  ServerHelloSpec retry;
  retry.random = kRetryRandom;
  retry.extensions = chosen_version(0x0304);
  Conversation refused = tls12();
  refused.resize(2);
  refused.push_back({C, alert(2, 46)});
  const Octets sslv2 =
      u8(1) + u16(0x0301) + u16(3) + u16(0) + u16(16) + hex("000004") + fill(16, 7);
  return {tls12(),
          tls13(),
          refused,
          {{C, hello13()}, {S, record(22, server_hello(retry)) + kCcs}, {C, kCcs + hello13()}},
          {{C, u16(0x8000 | sslv2.size()) + sslv2}, {S, record(22, server_hello({}))}},
          {{C, hello13()}, {S, text("HTTP/1.1 400 Bad Request\r\n")}}};
}

TEST(Records, OneByteAtATimeGivesTheSameSession) {
  for (const Conversation &talk : all_conversations())
    EXPECT_EQ(facts_in_pieces(talk, 1), facts_in_pieces(talk, SIZE_MAX));
}

TEST(Records, SplitAtEveryPlaceGivesTheSameSession) {
  for (const Conversation &talk : all_conversations()) {
    const std::string whole = facts_in_pieces(talk, SIZE_MAX);
    for (std::size_t i = 0; i < talk.size(); ++i)
      for (std::size_t at = 1; at < talk[i].bytes.size(); ++at) {
        Conversation cut = talk;
        const auto middle = talk[i].bytes.begin() + static_cast<std::ptrdiff_t>(at);
        cut[i].bytes.assign(talk[i].bytes.begin(), middle);
        cut.insert(cut.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                   {talk[i].from, Octets(middle, talk[i].bytes.end())});
        ASSERT_EQ(facts_in_pieces(cut, SIZE_MAX), whole) << "step " << i << " at " << at;
      }
  }
}

TEST(Records, MessagesSplitOverRecordsAreJoined) {
  ClientHelloSpec spec;
  spec.extensions = usual_extensions();
  const Octets hello = client_hello(spec);
  for (const std::size_t piece : {1ul, 2ul, 3ul, 5ul, 40ul}) {
    Octets bytes;
    for (std::size_t at = 0; at < hello.size(); at += piece) {
      const auto first = hello.begin() + static_cast<std::ptrdiff_t>(at);
      const auto n = static_cast<std::ptrdiff_t>(std::min(piece, hello.size() - at));
      bytes = bytes + record(22, Octets(first, first + n));
    }
    Player p;
    p.play({{C, bytes}});
    EXPECT_EQ(p.messages(), "C1");
    EXPECT_EQ(p.session.sni.view(), "example.com");
  }
}

TEST(Records, ChainLongerThanARecordIsRead) {
  const Octets chain = certificate({hex(kRsaCertificate), fill(20'000, 1), fill(9'000, 2)});
  Octets bytes = record(22, server_hello({}));
  for (std::size_t at = 0; at < chain.size(); at += 16'384) {
    const auto first = chain.begin() + static_cast<std::ptrdiff_t>(at);
    const auto n = static_cast<std::ptrdiff_t>(std::min<std::size_t>(16'384, chain.size() - at));
    bytes = bytes + record(22, Octets(first, first + n));
  }
  Player p;
  p.play({{C, record(22, client_hello({}))}, {S, bytes}}, 1448);
  EXPECT_EQ(p.session.chain_length.server, 3);
  EXPECT_NE(p.tracker.certificate(p.session, S), nullptr);
  EXPECT_EQ(p.tracker.counters().buffers_used, 0u);
}

TEST(Records, MessageBeyondTheBoundIsListedAndCountedButNotRead) {
  TrackerLimits limits = small_limits();
  limits.message_bytes = 8192;
  Player p(limits);
  const Octets chain = certificate({fill(9'000, 1)});
  p.play({{C, record(22, client_hello({}))}, {S, record(22, server_hello({}) + chain)}}, 1000);
  EXPECT_EQ(p.messages(), "C1 S2 S11");
  EXPECT_EQ(p.session.chain_length.server, 0);
  EXPECT_TRUE(p.session.certificate_seen.server);
  EXPECT_EQ(p.tracker.counters().message_too_long, 1u);
}

// Records of at most `piece` bytes.
Octets in_records(const Octets &message, std::size_t piece = 16'384) {
  Octets bytes;
  for (std::size_t at = 0; at < message.size(); at += piece) {
    const auto first = message.begin() + static_cast<std::ptrdiff_t>(at);
    const auto n = static_cast<std::ptrdiff_t>(std::min(piece, message.size() - at));
    bytes = bytes + record(22, Octets(first, first + n));
  }
  return bytes;
}

TEST(Records, MessageBeyondAnyBoundIsToldAsWhatItsTypeSays) {
  for (const std::size_t piece : {16'384u, 1'400u, 512u}) {
    Player p;
    p.play({{C, in_records(message(1, u16(0x0303) + fill(200'000, 0)), piece)},
            {S, record(22, server_hello({})) + in_records(message(11, fill(300'000, 0)), piece) +
                    record(22, message(14, {}))}},
           1448);
    EXPECT_EQ(p.messages(), "C1 S2 S11 S14");
    EXPECT_TRUE(p.session.has_client_hello);
    EXPECT_FALSE(p.session.capture_loss);
    EXPECT_EQ(p.session.messages_unread, 2);
    EXPECT_EQ(p.tracker.counters().message_too_long, 2u);
    EXPECT_EQ(p.tracker.counters().buffers_used, 0u);
  }
}

TEST(Records, ZerosAreNoHelloRequests) {
  Player p;
  p.feed(S, record(22, fill(1'000, 0)));
  EXPECT_EQ(p.messages(), "S255*");
  p.feed(S, record(22, message(0, {})));
  EXPECT_EQ(p.messages(), "S255* S0");
}

TEST(Records, EmptyOnesBeforeTheFirstMessagePass) {
  Player p;
  const Octets empty = record(22, {}, 0x0301);
  p.play({{C, empty + empty + hello13()}, {S, answer13()}});
  EXPECT_EQ(p.messages(), "C1 S2");
  EXPECT_FALSE(p.session.malformed);
}

TEST(Records, AnyMinorVersionIsFollowedAlsoBehindAGap) {
  Player p;
  const Octets done = record(22, message(14, {}), 0x0305);
  p.play({{C, record(22, client_hello({}), 0x0305)}, {S, record(22, server_hello({}), 0x0305)}});
  p.gap(S, 500);
  p.feed(S, done);
  EXPECT_EQ(p.messages(), "C1 S2 S14");
}

TEST(Records, WithoutABufferAMessageIsListedAndCounted) {
  TrackerLimits limits = small_limits();
  limits.hello_buffers = 1;
  Player p(limits);
  Session &other = p.tracker.at(p.tracker.open());
  const Octets half = record(22, client_hello({}));
  p.tracker.feed(other, C, base::Bytes(half).first(20), {});
  EXPECT_EQ(p.tracker.counters().buffers_used, 1u);
  p.play({{C, half}}, 20);
  EXPECT_EQ(p.messages(), "C1");
  EXPECT_TRUE(p.session.has_client_hello);
  EXPECT_FALSE(p.session.has_ja3);
  EXPECT_EQ(p.tracker.counters().buffers_full, 1u);
  p.tracker.release_buffers(other);
  EXPECT_EQ(p.tracker.counters().buffers_used, 0u);
}

TEST(Records, SessionsRunOutAndComeBack) {
  TrackerLimits limits = small_limits();
  limits.sessions = 2;
  Tracker tracker(limits);
  const std::uint32_t a = tracker.open();
  EXPECT_NE(tracker.open(), kNoIndex);
  EXPECT_EQ(tracker.open(), kNoIndex);
  EXPECT_EQ(tracker.counters().sessions_full, 1u);
  tracker.close(a);
  EXPECT_EQ(tracker.counters().sessions_used, 1u);
  EXPECT_EQ(tracker.open(), a);
}

TEST(Records, MessagesAndAlertsBeyondTheListsAreCounted) {
  Player p;
  p.feed(C, record(22, client_hello({})));
  for (int i = 0; i < 60; ++i)
    p.feed(S, record(22, message(0, {})));
  for (int i = 0; i < 10; ++i)
    p.feed(S, alert(1, 0));
  EXPECT_EQ(p.session.messages.size(), kMaxMessages);
  EXPECT_EQ(p.session.messages_dropped, 61 - kMaxMessages);
  EXPECT_EQ(p.session.alerts_dropped, 10 - kMaxAlerts);
  EXPECT_EQ(p.session.history.length, 30);
}

TEST(Records, ForeignFirstBytesAreNotTls) {
  Player p;
  EXPECT_EQ(p.feed(C, text("GET / HTTP/1.1\r\n")), event::not_tls);
  EXPECT_TRUE(p.session.stream.client.not_tls);
  EXPECT_FALSE(p.session.malformed);
  EXPECT_EQ(p.feed(C, record(22, client_hello({}))), 0u);
}

TEST(Records, ForeignBytesInTheHandshakeAreMalformed) {
  Player p;
  p.feed(C, record(22, client_hello({})));
  EXPECT_EQ(p.feed(C, fill(20, 0x44)), event::malformed);
  EXPECT_TRUE(p.session.malformed);
}

TEST(Records, RecordLongerThanAllowedIsMalformed) {
  Player p;
  p.feed(C, record(22, client_hello({})));
  EXPECT_EQ(p.feed(C, u8(22) + u16(0x0303) + u16(0x4801)), event::malformed);
}

TEST(Records, ClientHelloThatEndsInsideIsMalformed) {
  Player p;
  p.feed(C, record(22, message(1, u16(0x0303) + fill(20, 1))));
  EXPECT_TRUE(p.session.malformed);
  EXPECT_TRUE(p.session.has_client_hello);
  EXPECT_EQ(p.session.client_legacy_version, 0x0303);
}

TEST(Records, TextAfterTheEndOfTlsIsNotTakenForRecords) {
  Player p;
  p.play(tls12());
  p.feed(C, record(21, fill(24, 0x9c)));
  p.feed(C, text("PASV\r\n"));
  p.feed(C, text("STOR some/file\r\n"));
  EXPECT_EQ(p.alerts(), "C*");
  EXPECT_FALSE(p.session.malformed);
  EXPECT_FALSE(p.session.capture_loss);
}

TEST(Records, HeartbeatsAndEmptyRecordsPass) {
  Player p;
  p.play(tls12());
  const std::uint32_t before = p.session.stream.client.application_records;
  p.feed(C, record(24, fill(60, 1)) + record(23, {}) + hidden(9));
  EXPECT_EQ(p.session.stream.client.application_records, before + 2);
  EXPECT_FALSE(p.session.malformed);
}

TEST(Records, AlertInTwoRecordsIsOneAlert) {
  Player p;
  p.feed(C, record(22, client_hello({})));
  p.feed(S, record(21, {2}) + record(21, {40}));
  EXPECT_EQ(p.alerts(), "S2:40");
}

TEST(Records, SeenFromTheMiddleHiddenHandshakeIsNotReadAsMessages) {
  Player p;
  p.play({{C, record(22, fill(40, 0xee))}, {S, record(21, fill(26, 0xc0))}});
  EXPECT_EQ(p.messages(), "C255*");
  EXPECT_EQ(p.alerts(), "S*");
}

TEST(Gaps, InsideHiddenDataDoNoHarm) {
  Player p;
  p.play(tls12());
  const Octets data = hidden(3000);
  p.feed(S, Octets(data.begin(), data.begin() + 1005));
  p.gap(S, 1000);
  p.feed(S, Octets(data.begin() + 2005, data.end()));
  p.feed(S, record(21, fill(26, 0xc0)));
  EXPECT_EQ(p.alerts(), "S*");
  EXPECT_FALSE(p.session.capture_loss);
}

TEST(Gaps, InsideAnUnreadMessageLoseNothing) {
  Player p;
  p.play({{C, record(22, client_hello({}))}, {S, record(22, server_hello({}))}});
  const Octets ticket = record(22, message(4, fill(500, 1)));
  p.feed(S, Octets(ticket.begin(), ticket.begin() + 100));
  p.gap(S, ticket.size() - 100);
  EXPECT_EQ(p.messages(), "C1 S2 S4");
  EXPECT_FALSE(p.session.capture_loss);
}

TEST(Gaps, InsideAReadMessageItIsListedButNotRead) {
  Player p;
  p.feed(C, record(22, client_hello({})));
  const Octets flight =
      record(22, server_hello({}) + certificate({hex(kRsaCertificate)}) + message(14, {}));
  p.feed(S, Octets(flight.begin(), flight.begin() + 300));
  p.gap(S, 200);
  p.feed(S, Octets(flight.begin() + 500, flight.end()));
  EXPECT_EQ(p.messages(), "C1 S2 S11 S14");
  EXPECT_TRUE(p.session.capture_loss);
  EXPECT_EQ(p.session.chain_length.server, 0);
  EXPECT_EQ(p.tracker.counters().buffers_used, 0u);
}

TEST(Gaps, AcrossRecordsAreResumedWhereASegmentBeginsARecord) {
  Player p;
  p.feed(C, record(22, client_hello({})));
  const Octets flight = record(22, server_hello({}));
  p.feed(S, Octets(flight.begin(), flight.begin() + 30));
  p.gap(S, 5000);
  EXPECT_TRUE(p.session.capture_loss);
  p.feed(S, fill(700, 0x16));
  p.feed(S, record(22, message(14, {})));
  EXPECT_EQ(p.messages(), "C1 S14");
  EXPECT_EQ(p.tracker.counters().buffers_used, 0u);
}

TEST(Gaps, InAnAlertBetweenTheHalvesOfAMessageAreNotTakenForTheMessage) {
  Player p;
  const Octets hello = client_hello({});
  const auto middle = hello.begin() + 20;
  p.feed(C, record(22, Octets(hello.begin(), middle)) + u8(21) + u16(0x0303) + u16(2));
  p.gap(C, 2);
  p.feed(C, record(22, Octets(middle, hello.end())));
  EXPECT_FALSE(p.session.has_client_hello);
  EXPECT_TRUE(p.session.capture_loss);
}

TEST(Gaps, AfterThemBytesThatAreNoRecordEndTheSegment) {
  Player p;
  p.feed(C, record(22, client_hello({})));
  p.gap(C, 1);
  p.feed(C, hidden(10) + fill(9, 0x44) + record(22, client_hello({})));
  EXPECT_TRUE(p.session.stream.client.lost);
  EXPECT_EQ(p.messages(), "C1");
}

TEST(Gaps, AtTheEndOfARecordEndIt) {
  Player p;
  Conversation talk = tls12();
  talk.resize(3);
  p.play(talk);
  p.feed(S, kCcs + u8(22) + u16(0x0303) + u16(40) + fill(10, 0xee));
  p.gap(S, 30);
  EXPECT_TRUE(p.session.established);
}

} // namespace
} // namespace handspan::tls
