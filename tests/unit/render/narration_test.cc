// Sentence by sentence: what TLS, a RST, an ICMP error and packets that are only half there are
// told as.
#include "conversation_facts.h"
#include "record/hidden_type.h"
#include "record/names.h"
#include "record/rules.h"

#include <gtest/gtest.h>

namespace handspan::render {
namespace {

using namespace test;
using base::kMillisecond;
namespace hidden_type = record::hidden_type;

bool has(const std::string &text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Opened, and in a TLS handshake.
Facts opened(Phase phase = Phase::tls_handshake) {
  Facts f;
  f.add(1, 0, Side::client, 0x02);
  f.add(2, kMillisecond, Side::server, 0x12);
  f.add(3, 2 * kMillisecond, Side::client, 0x10).marks |= mark::established;
  f.phase = phase;
  return f;
}
std::string told(const Record &r, const Facts &f, Language language = Language::en) {
  return story(r, f, f.facts.size() - 1, language);
}
std::string labelled(const Record &r, const Facts &f) {
  const auto packets = follow(f.facts, f.parts);
  return Narrator(r, packets, Language::en).label(packets.back());
}

// The last packet holds this part.
Facts with(const PayloadPart &part, Side from = Side::server, Phase phase = Phase::tls_handshake) {
  Facts f = opened(phase);
  f.add(4, 3 * kMillisecond, from, 0x18, {part});
  return f;
}

TEST(Narration, EachMessageOfTlsIsForSomething) {
  const std::pair<std::uint8_t, const char *> messages[] = {
      {0, "asks for a new handshake"},  {2, "The server chooses from the offer"},
      {4, "lets the client resume"},    {6, "asks for a second Client Hello"},
      {11, "shows its certificate"},    {12, "its share of the key exchange"},
      {13, "a client certificate too"}, {14, "ends the server's flight"},
      {15, "proves by a signature"},    {20, "is the Finished"},
      {22, "A stapled OCSP answer"},
  };
  for (const auto &[type, words] : messages) {
    const Facts f = with(whole(type, 100));
    EXPECT_TRUE(has(told(refused_certificate(), f), words)) << told(refused_certificate(), f);
    EXPECT_FALSE(told(refused_certificate(), f, Language::zh).empty());
  }
  EXPECT_TRUE(
      has(told(refused_certificate(), with(whole(16, 70), Side::client)), "The client goes on"));
  EXPECT_TRUE(has(told(refused_certificate(), with(whole(1, 300), Side::client)),
                  "asks for the name jack-gm.com"));
  Record nameless = blank();
  nameless.tls.present = true;
  nameless.tls.messages_unread = 1;
  const std::string unread = told(nameless, with(whole(1, 300), Side::client));
  EXPECT_FALSE(has(unread, "asks for the name")) << unread;
  EXPECT_TRUE(has(unread, "too long to be read here")) << unread;
}

TEST(Narration, AChangeOfKeysMeansNothingInTls13) {
  Record r = refused_certificate();
  const Facts f = with({6, 0, 20, 1, part_flag::complete, 0});
  EXPECT_TRUE(has(told(r, f), "encrypts what it sends")) << told(r, f);
  for (const std::uint16_t version : {0x0304, 0x7f1c}) {
    r.tls.version = version;
    EXPECT_TRUE(has(told(r, f), "has no meaning")) << told(r, f);
  }
}

TEST(Narration, HiddenRecordsAreToldByPlaceAndLength) {
  Record r = refused_certificate();
  r.tls.version = 0x0304;
  const auto hidden = [](std::uint8_t type) {
    return PayloadPart{40, 0, 23, type, part_flag::complete, 1};
  };
  const Facts server = with(hidden(hidden_type::handshake));
  EXPECT_TRUE(has(told(r, server), "the rest of the server's handshake is encrypted"));
  EXPECT_TRUE(has(labelled(r, server), "encrypted handshake (40 bytes)")) << labelled(r, server);
  Facts more = server;
  more.add(5, 4 * kMillisecond, Side::server, 0x18, {hidden(hidden_type::handshake)});
  EXPECT_TRUE(has(told(r, more), "More of the server's encrypted handshake")) << told(r, more);
  EXPECT_TRUE(has(told(r, with(hidden(hidden_type::handshake), Side::client)), "Encrypted too"));
  Facts early = with(hidden(hidden_type::early_data), Side::client);
  EXPECT_TRUE(has(told(r, early), "Early data (0-RTT)"));
  early.add(5, 4 * kMillisecond, Side::client, 0x18, {hidden(hidden_type::early_data)});
  EXPECT_FALSE(has(told(r, early), "Early data (0-RTT)")) << "said once";
  const Facts brief = with(hidden(hidden_type::alert_length), Side::client);
  EXPECT_TRUE(has(labelled(r, brief), "as short as an alert (40 bytes)")) << labelled(r, brief);
  EXPECT_TRUE(has(told(r, brief), "most likely close_notify"));
  r.cause = record::Cause::rejected;
  r.by = record::By::client;
  EXPECT_TRUE(has(told(r, brief), "most likely a refusal"));
  EXPECT_TRUE(has(told(r, with(hidden(hidden_type::alert_length))), "most likely close_notify"))
      << "the other side's";
}

TEST(Narration, ApplicationData) {
  Record r = completed();
  Facts f = with({500, 30, 23, hidden_type::data, 0, 3}, Side::server, Phase::data);
  EXPECT_TRUE(has(told(r, f), "The first application data")) << told(r, f);
  EXPECT_TRUE(has(told(r, f), "It holds 3 TLS records"));
  EXPECT_TRUE(has(told(r, f), "30 bytes of its last record are still to come"));
  EXPECT_FALSE(has(told(r, f), "session tickets"));
  EXPECT_TRUE(has(labelled(r, f), "Application Data (500 bytes)"));
  r.tls.version = 0x0304;
  EXPECT_TRUE(has(told(r, f), "session tickets"));
  f.add(5, 4 * kMillisecond, Side::server, 0x18,
        {{100, 0, 23, hidden_type::data, part_flag::complete, 1}});
  EXPECT_TRUE(has(told(r, f), "Encrypted application data of the server"));
  r.tls.client_hello = record::kNever;
  EXPECT_FALSE(has(told(r, f), "The first application data")) << "nobody knows";
}

TEST(Narration, AlertsOfEachKind) {
  Record r = refused_certificate();
  const auto alert = [](std::uint8_t code, std::uint8_t level,
                        std::uint8_t flags = part_flag::complete) {
    return with({7, 0, 21, code, flags, level});
  };
  EXPECT_TRUE(has(told(r, alert(48, 2)), "A fatal alert ends the TLS session at once"));
  EXPECT_TRUE(has(told(r, alert(90, 1)), "user_canceled"));
  EXPECT_FALSE(has(told(r, alert(90, 1)), "It is only a warning"));
  EXPECT_TRUE(has(told(r, alert(112, 1)), "It is only a warning"));
  EXPECT_FALSE(has(told(r, alert(0, 1)), "It is only a warning")) << "a goodbye";
  EXPECT_TRUE(has(told(r, alert(213, 2)), "which has no name"));
  EXPECT_FALSE(has(told(r, alert(213, 2), Language::zh), "which has no name"));
  EXPECT_FALSE(told(r, alert(112, 1), Language::zh).empty());
  const Facts hidden = alert(255, 0, part_flag::complete | part_flag::encrypted);
  EXPECT_TRUE(has(told(r, hidden), "An encrypted alert of the server"));
  EXPECT_TRUE(has(labelled(r, hidden), "encrypted alert"));
  r.tls.client_hello = record::kNever;
  EXPECT_FALSE(has(told(r, hidden), "close_notify")) << "what it means is not known";
  EXPECT_EQ(told(r, with({1, 1, 21, 0xff, 0, 0})), "") << "half an alert says nothing yet";
}

TEST(Narration, MessagesInSeveralPackets) {
  const Record r = refused_certificate();
  Facts f = opened();
  f.add(4, 3 * kMillisecond, Side::server, 0x10, {{1'000, 1'500, 22, 11, 0, 0}});
  f.add(5, 4 * kMillisecond, Side::server, 0x10, {{1'000, 500, 22, 11, 0, 0}});
  EXPECT_TRUE(has(told(r, f), "The Certificate of packet 4 goes on")) << told(r, f);
  EXPECT_TRUE(has(labelled(r, f), "of the Certificate")) << labelled(r, f);
  EXPECT_TRUE(has(story(r, f, 3, Language::en), "its end was not seen"));
  f.add(6, 5 * kMillisecond, Side::server, 0x18, {{500, 0, 22, 11, part_flag::complete, 0}});
  EXPECT_TRUE(has(told(r, f), "begun in packet 4 is complete")) << told(r, f);
  EXPECT_TRUE(has(story(r, f, 3, Language::en), "it goes out in packets 4\u20136"));
  f.add(7, 6 * kMillisecond, Side::client, 0x10).ack = f.next.server - 500;
  EXPECT_TRUE(has(told(r, f), "the first 1,000 bytes of the Certificate in packet 4"))
      << told(r, f);
  EXPECT_TRUE(has(told(r, f), "bytes 1,001\u20132,000 of the Certificate in packet 5"))
      << told(r, f);
}

TEST(Narration, WhatCouldNotBeReadIsToldAsSuch) {
  const Record r = refused_certificate();
  EXPECT_EQ(told(r, with({3, 0, 0, 0xff, 0, 0})), "") << "the beginning of a header";
  EXPECT_TRUE(has(labelled(r, with({3, 0, 0, 0xff, 0, 0})), "the beginning of a record header"));
  EXPECT_TRUE(has(told(r, with({30, 0, 0, 0xff, 0, 0})), "could not be placed"));
  EXPECT_TRUE(has(labelled(r, with({30, 0, 0, 0xff, 0, 0})), "30 bytes of payload"));
  Facts late = opened(Phase::data);
  late.add(4, 50 * kMillisecond, Side::client, 0x18).payload = 20;
  EXPECT_TRUE(has(told(r, late), "could not be placed")) << told(r, late);
  Record encrypted = r;
  Facts f = with({40, 0, 22, 0xff, part_flag::complete | part_flag::encrypted, 0});
  EXPECT_TRUE(has(told(encrypted, f), "An encrypted handshake message")) << told(encrypted, f);
  f = with({40, 0, 22, 20, part_flag::complete | part_flag::encrypted, 0});
  EXPECT_TRUE(has(labelled(encrypted, f), "Finished (encrypted)")) << labelled(encrypted, f);
}

// A RST of the server's in the last packet, and what is told of it.
std::string reset(Record r, Facts f, Side from = Side::server) {
  f.add(9, 30 * kMillisecond, from, 0x14);
  if (r.decided.time == 1) // it decided
    r.decided.time = f.facts.back().time;
  return told(r, f);
}

TEST(Narration, WhatARstMeans) {
  Record r = blank();
  r.outcome = record::Outcome::failed;
  Facts syn;
  syn.add(1, 0, Side::client, 0x02);
  EXPECT_TRUE(has(reset(r, syn), "it refuses"));
  EXPECT_TRUE(has(reset(r, syn, Side::client), "breaks off the TCP handshake"));
  EXPECT_TRUE(has(reset(r, opened(Phase::data)), "aborts the connection: RST ends both"));
  EXPECT_TRUE(has(reset(r, Facts()), "aborts the connection: RST ends both")) << "from the middle";
  r.tls.present = true;
  EXPECT_TRUE(has(reset(r, opened()), "without any alert"));
  r.tls.established = true;
  EXPECT_TRUE(has(reset(r, opened()), "RST ends both"));
  const Facts alerted = with({7, 0, 21, 48, part_flag::complete, 2}, Side::client);
  EXPECT_TRUE(has(reset(r, alerted), "the reason was the alert before it"));
  for (const auto outcome : {record::Outcome::completed, record::Outcome::unused}) {
    r.outcome = outcome;
    EXPECT_TRUE(has(reset(r, opened()), "A RST after the close"));
  }
  r.outcome = record::Outcome::failed;
  Facts closed = opened(Phase::teardown);
  closed.add(4, 5 * kMillisecond, Side::client, 0x11);
  EXPECT_FALSE(has(reset(r, closed), "A RST after the close"));
  closed.add(5, 6 * kMillisecond, Side::server, 0x11);
  EXPECT_TRUE(has(reset(r, closed), "A RST after the close"));
}

TEST(Narration, TheRstThatDecided) {
  Record r = refused_certificate();
  r.decided.time = 1;
  r.tcp.teardown = record::Teardown::rst_server;
  r.cause = record::Cause::aborted;
  EXPECT_TRUE(has(reset(r, opened()), "while the client is still sending"));
  r.cause = record::Cause::none;
  r.outcome = record::Outcome::unused;
  EXPECT_TRUE(has(reset(r, opened()), "without having used it"));
  r.decided.rule = record::Rule::foreign_reset;
  EXPECT_TRUE(has(reset(r, opened()), "it does not look like the server's own packets"));
  r.tcp.reset_marks = record::reset_mark::hop_limit;
  EXPECT_TRUE(has(reset(r, opened()), "its hop limit was"));
  r.decided = {};
  r.tcp.teardown = record::Teardown::fin;
  r.tcp.close = kStart + 60 * kMillisecond;
  EXPECT_TRUE(has(reset(r, opened()), "that nobody heeds"));
}

TEST(Narration, TheOpeningInUnusualOrders) {
  const Record r = blank();
  Facts f;
  f.add(1, 0, Side::server, 0x12);
  EXPECT_TRUE(has(told(r, f), "a SYN that was not captured"));
  f.add(2, kMillisecond, Side::client, 0x10).marks |= mark::established;
  EXPECT_TRUE(has(told(r, f), "It completes the TCP handshake")) << told(r, f);
  Facts again;
  again.add(1, 0, Side::client, 0x02);
  again.add(2, kMillisecond, Side::server, 0x12);
  again.add(3, 5 * kMillisecond, Side::server, 0x12).marks |= mark::retransmission;
  EXPECT_TRUE(has(told(r, again), "The SYN-ACK of packet 2 once more, after 4 ms"))
      << told(r, again);
}

TEST(Narration, IcmpErrors) {
  Record r = blank();
  r.tcp.established = true;
  const auto error = [](std::uint8_t type, std::uint8_t code, std::uint32_t mtu) {
    Facts f = opened(Phase::data);
    PacketFact &fact = f.add(4, 3 * kMillisecond, Side::client, 0);
    fact.marks = mark::icmp;
    fact.window = static_cast<std::uint16_t>(type << 8 | code);
    fact.ack = mtu;
    return f;
  };
  EXPECT_TRUE(has(told(r, error(3, 1, 0)), "A device on the path says by ICMP"));
  EXPECT_TRUE(has(labelled(r, error(3, 1, 0)), "ICMP "));
  const std::uint8_t router[] = {192, 0, 2, 9};
  r.icmp.type = 3;
  r.icmp.code = 1;
  r.icmp.from = base::Address::v4(router);
  EXPECT_TRUE(has(told(r, error(3, 1, 0)), "192.0.2.9 says by ICMP"));
  EXPECT_TRUE(has(told(r, error(3, 3, 0)), "A device on the path")) << "another one";
  EXPECT_TRUE(has(told(r, error(11, 1, 0)), "A device on the path"));
  EXPECT_TRUE(has(told(r, error(3, 4, 1'400)), "at most 1,400 bytes"));
  EXPECT_FALSE(has(told(r, error(3, 4, 0)), "at most"));
}

TEST(Narration, TroubleOnTheWay) {
  const Record r = refused_certificate();
  Facts f = opened(Phase::data);
  f.add(4, 3 * kMillisecond, Side::client, 0x18).payload = 10;
  f.facts.back().marks |= mark::retransmission;
  EXPECT_TRUE(has(told(r, f), "bytes that were sent before")) << told(r, f);
  EXPECT_TRUE(has(labelled(r, f), "[retransmission]")) << labelled(r, f);
  f.facts.back().marks = mark::ack_known | mark::duplicate;
  f.facts.back().seq += 5'000;
  EXPECT_FALSE(told(r, f).empty());
  f.facts.back().marks = mark::ack_known | mark::out_of_order | mark::cut;
  EXPECT_TRUE(has(told(r, f), "fills a hole")) << told(r, f);
  EXPECT_TRUE(has(told(r, f), "only the beginning of its payload")) << told(r, f);
  f.facts.back().marks = mark::ack_known;
  f.facts.back().ack += 70'000;
  f.facts.back().payload = 0;
  EXPECT_TRUE(has(told(r, f), "in none of the packets told here")) << told(r, f);
  EXPECT_TRUE(has(labelled(r, f), "ACK"));
}

} // namespace
} // namespace handspan::render
