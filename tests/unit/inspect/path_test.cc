// What is told of the path and of a server's habits: bytes sent in vain, in any phase; plain text
// to a server of TLS; a close in the middle of a record.
#include "capture.h"

#include "record/names.h"
#include "record/rules.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using record::Cause;
using tls::test::fill;

std::string text(const tls::test::Octets &o) {
  return {o.begin(), o.end()};
}

// Data both ways behind a TLS handshake: the short way is open.
void settle(Talk &talk) {
  talk.open();
  handshake12(talk);
  for (int i = 0; i < 3; ++i) {
    talk.client(tls::test::record(23, fill(100, 1)));
    talk.server(tls::test::record(23, fill(200, 2)));
  }
}

// The client's next bytes, so many times a second, which `next` does not count: nobody
// acknowledges them.
void repeat(Capture &capture, Talk &talk, int times, std::uint32_t length) {
  for (int i = 0; i < times; ++i) {
    talk.send_at(Side::client, kAck, talk.next.client,
                 text(tls::test::record(23, fill(length - 5, 3))));
    capture.now += kSecond;
  }
}

record::Record only(const Capture &capture) {
  Probe probe(small());
  probe.read(capture).finish();
  EXPECT_EQ(probe.connections().size(), 1u);
  return probe.connections().at(0);
}

TEST(Path, DataThatNobodyAcknowledgesWasLost) {
  Capture capture;
  Talk talk(capture);
  settle(talk);
  repeat(capture, talk, 5, 305);
  const record::Record r = only(capture);
  EXPECT_EQ(name(r.cause), name(Cause::undelivered));
  EXPECT_EQ(name(r.by), name(record::By::network));
  EXPECT_EQ(r.decided.bytes, 305u);
  EXPECT_EQ(r.decided.times, 5u);
  EXPECT_EQ(name(r.decided.what), name(record::Step::application_data));
  EXPECT_EQ(r.decided.lasted, 4 * (kSecond + kMillisecond));
}

TEST(Path, DataThatIsAcknowledgedAtLastWasNot) {
  Capture capture;
  Talk talk(capture);
  settle(talk);
  repeat(capture, talk, 5, 305);
  talk.next.client += 305;
  talk.send(Side::server, kAck);
  talk.client(tls::test::record(23, fill(100, 1)));
  talk.server(tls::test::record(23, fill(200, 2)));
  talk.close();
  const record::Record r = only(capture);
  EXPECT_EQ(name(r.outcome), name(record::Outcome::completed));
  EXPECT_EQ(r.tcp.retransmissions.client, 4u);
}

TEST(Path, SynsInVainAreCountedWhereverTheCaptureEnds) {
  Capture capture;
  Talk talk(capture);
  for (int i = 0; i < 3; ++i, capture.now += kSecond)
    talk.send_at(Side::client, kSyn, 1000);
  const record::Record r = only(capture);
  EXPECT_EQ(name(r.cause), name(Cause::syn_timeout));
  EXPECT_EQ(r.decided.times, 3u);
  EXPECT_EQ(r.decided.lasted, 2 * (kSecond + kMillisecond));
}

TEST(Path, ARecordCutByItsSendersFin) {
  Capture capture;
  Talk talk(capture);
  settle(talk);
  talk.server(text(tls::test::record(23, fill(1000, 2))).substr(0, 400));
  talk.send(Side::server, kFin | kAck);
  talk.send(Side::client, kFin | kAck);
  talk.send(Side::server, kAck);
  const record::Record r = only(capture);
  EXPECT_EQ(name(r.cause), name(Cause::aborted));
  EXPECT_EQ(name(r.by), name(record::By::server));
  EXPECT_EQ(r.decided.bytes, 605u);
}

void ask_in_plain(Talk &talk) {
  talk.open();
  talk.client("GET / HTTP/1.0\r\n\r\n");
  talk.send(Side::server, kFin | kAck);
  talk.send(Side::client, kFin | kAck);
  talk.send(Side::server, kAck);
}

TEST(Path, PlainTextToAPortOfTls) {
  Capture capture;
  Talk talk(capture);
  ask_in_plain(talk);
  const record::Record r = only(capture);
  EXPECT_EQ(name(r.decided.rule), "plain_to_tls_port");
  EXPECT_EQ(name(r.cause), name(Cause::not_tls));
  EXPECT_EQ(name(r.by), name(record::By::client));
  EXPECT_EQ(name(r.confidence), name(record::Confidence::inferred));
}

TEST(Path, PlainTextToAServerThatSpokePlainWithOthers) {
  Capture capture;
  Talk first(capture);
  first.open();
  first.client("GET / HTTP/1.0\r\n\r\n");
  first.server("HTTP/1.0 200 OK\r\n\r\n");
  first.close();
  Probe probe(small());
  probe.read(capture).finish();
  Capture later;
  Talk second(later, 40001);
  ask_in_plain(second);
  probe.read(later).finish();
  EXPECT_EQ(name(probe.connections().back().decided.rule), "closed_in_order");
}

TEST(Path, PlainTextToAServerThatSpokeTlsWithOthers) {
  Capture capture;
  Talk first(capture);
  settle(first);
  first.close();
  Talk second(capture, 40001);
  ask_in_plain(second);
  Probe probe(small());
  probe.read(capture).finish();
  for (const record::Record &r : probe.connections())
    if (r.client_port == 40001) {
      EXPECT_EQ(name(r.decided.rule), "plain_to_tls_server");
      EXPECT_EQ(name(r.confidence), name(record::Confidence::seen));
    }
}

} // namespace
} // namespace handspan::test
