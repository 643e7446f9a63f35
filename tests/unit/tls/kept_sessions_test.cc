#include "tls/kept_sessions.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

namespace handspan::tls {
namespace {

// A session after a usual handshake; `salt` makes it another's.
std::unique_ptr<Session> usual(std::uint8_t salt) {
  auto session = std::make_unique<Session>();
  Session &s = *session;
  s.established = s.has_client_hello = s.has_server_hello = true;
  s.version = 0x0303;
  s.cipher = 0xc02f;
  s.start = s.client_hello = 1'700'000'000'123'456'789 + salt;
  s.server_hello = s.start + 31'000'000;
  s.finished = s.server_hello + 29'000'000;
  s.session_id_length = 32;
  s.session_id.fill(salt);
  s.has_ja3 = s.has_ja4 = true;
  s.ja3.fill(static_cast<std::uint8_t>(salt + 1));
  s.ja4.fill('t');
  s.certificate.server = 7;
  s.chain_length.server = 3;
  s.sni.assign("www.example.com");
  s.alpn.assign("h2");
  s.history.assign("CsxknuIFif");
  for (std::uint8_t i = 0; i < 9; ++i)
    (void)s.messages.push({Content::handshake,
                           i,
                           Side::server,
                           false,
                           {s.start + i * 1'000'000, std::uint32_t{40} + i}});
  for (Stream *stream : {&s.stream.client, &s.stream.server}) {
    stream->header = {23, 3, 3, 1, salt};
    stream->application_records = 5;
    stream->record_left = 900;
  }
  return session;
}

void expect_equal(const Session &a, const Session &b) {
  EXPECT_EQ(a.established, b.established);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.start, b.start);
  EXPECT_EQ(a.finished, b.finished);
  EXPECT_EQ(a.client_finished, b.client_finished);
  EXPECT_EQ(a.session_id, b.session_id);
  EXPECT_EQ(a.ja3, b.ja3);
  EXPECT_EQ(a.ja4, b.ja4);
  EXPECT_EQ(a.certificate.client, b.certificate.client);
  EXPECT_EQ(a.certificate.server, b.certificate.server);
  EXPECT_EQ(a.chain_length.server, b.chain_length.server);
  EXPECT_EQ(a.sni.view(), b.sni.view());
  EXPECT_EQ(a.alpn.view(), b.alpn.view());
  EXPECT_EQ(a.alpn_offered.view(), b.alpn_offered.view());
  EXPECT_EQ(a.history.view(), b.history.view());
  ASSERT_EQ(a.messages.size(), b.messages.size());
  for (std::size_t i = 0; i < a.messages.size(); ++i) {
    EXPECT_EQ(a.messages[i].type, b.messages[i].type);
    EXPECT_EQ(a.messages[i].at.time, b.messages[i].at.time);
    EXPECT_EQ(a.messages[i].at.packet, b.messages[i].at.packet);
  }
  EXPECT_EQ(a.alerts.size(), b.alerts.size());
  for (const Side side : {Side::client, Side::server}) {
    EXPECT_EQ(a.stream[side].header, b.stream[side].header);
    EXPECT_EQ(a.stream[side].record_left, b.stream[side].record_left);
    EXPECT_EQ(a.stream[side].buffer, b.stream[side].buffer);
    EXPECT_EQ(a.stream[side].first_application, b.stream[side].first_application);
    EXPECT_EQ(a.stream[side].application_records, b.stream[side].application_records);
  }
}

TEST(KeptSessions, ComeBackAsTheyWere) {
  KeptSessions kept(1000, 7);
  std::uint32_t places[20];
  for (std::uint8_t i = 0; i < 20; ++i)
    places[i] = kept.put(*usual(i));
  Session session;
  std::memset(static_cast<void *>(&session), 0x5a, sizeof session);
  for (std::uint8_t i = 0; i < 20; ++i) {
    ASSERT_NE(places[i], kNoIndex);
    kept.get(places[i], session);
    expect_equal(session, *usual(i));
  }
  EXPECT_LE(kept.used(), 20u * 8) << "a usual one takes half a kilobyte at most";
  for (const std::uint32_t place : places)
    kept.drop(place);
  EXPECT_EQ(kept.used(), 0u);
}

TEST(KeptSessions, GrowAndShrinkInPlace) {
  KeptSessions kept(1000, 7);
  auto session = usual(1);
  const std::uint32_t place = kept.put(*session);
  const std::uint32_t before = kept.used();
  for (int i = 0; i < 8; ++i)
    (void)session->alerts.push({1, 0, Side::client, false, {session->start + i, 77}});
  session->sni.assign(std::string(255, 'x'));
  ASSERT_TRUE(kept.update(place, *session));
  EXPECT_GT(kept.used(), before);
  Session read;
  kept.get(place, read);
  expect_equal(read, *session);
  session = usual(1);
  ASSERT_TRUE(kept.update(place, *session));
  EXPECT_EQ(kept.used(), before);
  kept.get(place, read);
  expect_equal(read, *session);
}

TEST(KeptSessions, WithoutRoomNothingChanges) {
  KeptSessions kept(5, 7);
  auto session = usual(1);
  const std::uint32_t place = kept.put(*session);
  ASSERT_NE(place, kNoIndex);
  const std::uint32_t used = kept.used();
  EXPECT_EQ(kept.put(*usual(2)), kNoIndex);
  EXPECT_EQ(kept.used(), used);
  auto bigger = usual(1);
  std::string name;
  for (int i = 0; i < 51; ++i)
    name += std::to_string(i * 17) + ".nowhere"; // no eight bytes of it come twice
  bigger->sni.assign(name.substr(0, 255));
  bigger->alpn_offered.assign(std::string(96, 'y'));
  EXPECT_FALSE(kept.update(place, *bigger));
  Session read;
  kept.get(place, read);
  expect_equal(read, *session);
}

} // namespace
} // namespace handspan::tls
