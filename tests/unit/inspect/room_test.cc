// Floods: what nobody answered, or anybody can make up, must not stand in the way of real
// connections. Everything with the default bounds and a clock of its own.
#include "capture.h"

#include "../tls/hello_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

namespace {

using namespace handspan;
using namespace handspan::test;
using namespace handspan::record;
namespace hello = handspan::tls::test;

constexpr std::uint16_t kReal = 1000;
constexpr base::Nanos kRoundTrip = 50 * kMillisecond;

hello::Octets client_hello(std::string_view name) {
  return hello::record(22, hello::client_hello({.extensions = hello::sni(name)}));
}

// Kinds of real connections: those that succeed and those that fail, each in its way.
void tls_completed(Talk &talk) {
  talk.open();
  handshake12(talk);
  talk.client(hello::hidden(50)).close();
}
void tls_long_lived(Talk &talk) {
  talk.open();
  handshake12(talk);
  talk.client(hello::hidden(50)).wait(4 * kSecond).server(hello::hidden(90)).close();
}
void tls_hello_in_pieces_refused(Talk &talk) {
  const hello::Octets bytes = client_hello("pieces.example");
  talk.open();
  talk.client(hello::Octets(bytes.begin(), bytes.begin() + 40));
  talk.client(hello::Octets(bytes.begin() + 40, bytes.end()));
  talk.server(hello::alert(2, 40)).close();
}
void tls_hello_unanswered(Talk &talk) {
  talk.open().client(client_hello("silent.example"));
  talk.wait(2 * kSecond).close();
}
void tls_flight_out_of_order(Talk &talk) {
  talk.open().client(client_hello("swapped.example"));
  const hello::Octets flight = hello::record(22, hello::server_hello({})) +
                               hello::record(22, hello::certificate({hello::fill(2000, 0x30)})) +
                               hello::record(22, hello::message(14, {}));
  const std::string bytes(flight.begin(), flight.end());
  const std::uint32_t at = talk.next.server;
  talk.send_at(Side::server, kAck, at + 1000, std::string_view(bytes).substr(1000));
  talk.send_at(Side::server, kAck, at, std::string_view(bytes).substr(0, 1000));
  talk.next.server += static_cast<std::uint32_t>(bytes.size());
  talk.client(hello::alert(2, 48)).close();
}
void plain(Talk &talk) {
  talk.open().client("GET / HTTP/1.1\r\n\r\n").server("HTTP/1.1 200 OK\r\n\r\n").close();
}
void refused(Talk &talk) {
  talk.send(Side::client, kSyn).send(Side::server, kRst | kAck);
}
void no_answer(Talk &talk) { // as Linux repeats it
  for (const int pause : {1, 2, 4, 8}) {
    talk.send(Side::client, kSyn);
    --talk.next.client;
    talk.wait(pause * kSecond);
  }
}
void half_open(Talk &talk) {
  talk.send(Side::client, kSyn);
  for (const int pause : {1, 2, 4}) {
    talk.send(Side::server, kSyn | kAck);
    --talk.next.server;
    talk.wait(pause * kSecond);
  }
}
constexpr void (*kKinds[])(Talk &) = {tls_completed,
                                      tls_long_lived,
                                      tls_hello_in_pieces_refused,
                                      tls_hello_unanswered,
                                      tls_flight_out_of_order,
                                      plain,
                                      refused,
                                      no_answer,
                                      half_open};

std::vector<Packet> real_connections() {
  std::vector<Packet> packets;
  for (std::uint16_t i = 0; i < kReal; ++i) {
    Capture capture;
    capture.now += i * 4 * kMillisecond;
    Talk talk(capture, static_cast<std::uint16_t>(20'000 + i));
    kKinds[i % std::size(kKinds)](talk);
    // A round trip between any two packets.
    base::Nanos late = 0;
    for (Packet &packet : capture.packets) {
      packet.time += late;
      late += kRoundTrip / 2;
      packets.push_back(packet);
    }
  }
  std::stable_sort(packets.begin(), packets.end(),
                   [](const Packet &a, const Packet &b) { return a.time < b.time; });
  return packets;
}

// The n-th packet of a flood, from an address that was made up for it.
class Flood {
public:
  Flood(const test::Tcp &head, std::string_view payload, std::uint32_t a_second)
      : bytes_(ethernet(ipv4({.src = 0}, tcp(head, payload))).bytes), a_second_(a_second) {}

  [[nodiscard]] std::uint32_t a_millisecond() const { return a_second_ / 1000; }
  const Buffer &next() {
    constexpr std::size_t kSource = 14 + 12, kPort = 14 + 20;
    const std::uint64_t n = ++count_ * 0x9e3779b97f4a7c15;
    for (std::size_t i = 0; i < 4; ++i)
      bytes_[kSource + i] = static_cast<std::uint8_t>(n >> (8 * i));
    bytes_[kSource] = 0x2d; // nobody else's net
    bytes_[kPort] = static_cast<std::uint8_t>(n >> 40);
    bytes_[kPort + 1] = static_cast<std::uint8_t>(n >> 48);
    return bytes_;
  }

private:
  Buffer bytes_;
  std::uint64_t count_ = 0;
  std::uint32_t a_second_;
};

// What a record says of how it ended; of floods nothing is kept.
using Verdict = std::tuple<Phase, Outcome, Cause, By, Step, Confidence, Limit, bool, std::string>;

class Watcher : public inspect::Sink {
public:
  void emit(std::span<const record::Record> records) override {
    for (const record::Record &r : records)
      if (r.kind == Kind::connection && r.client.bytes[12] != 0x2d)
        told.emplace(r.client_port,
                     Verdict{r.phase, r.outcome, r.cause, r.by, r.step, r.confidence, r.probe_limit,
                             r.tls.present, std::string(r.view(r.tls.sni))});
  }
  std::multimap<std::uint16_t, Verdict> told;
};

struct Result {
  std::multimap<std::uint16_t, Verdict> told;
  record::Counters counters;
  record::Gauges gauges;
};

Result watch(Flood *flood, base::Nanos flood_length) {
  static const std::vector<Packet> packets = real_connections();
  Watcher watcher;
  inspect::Inspector inspector(inspect::Settings{}, nullptr, watcher);
  auto packet = packets.begin();
  Result result;
  const base::Nanos begin = Capture().now;
  for (base::Nanos now = begin; now < begin + 20 * kSecond; now += kMillisecond) {
    for (; packet != packets.end() && packet->time <= now; ++packet) {
      wire::Frame frame = frame_of(packet->bytes);
      frame.time = now;
      inspector.inspect({&frame, 1});
    }
    for (std::uint32_t i = 0; now < begin + flood_length && i < flood->a_millisecond(); ++i) {
      wire::Frame frame = frame_of(flood->next());
      frame.time = now;
      inspector.inspect({&frame, 1});
    }
    inspector.sweep(now);
  }
  result.gauges = inspector.stats().gauges;
  inspector.finish(inspect::Inspector::End::stopped);
  result.counters = inspector.stats().counters;
  result.told = watcher.told;
  return result;
}

class Floods : public testing::Test {
protected:
  // All real connections begin in the first four seconds.
  static void expect_all_told_right(Flood flood, base::Nanos length = 6 * kSecond) {
    static const Result quiet = watch(nullptr, 0);
    ASSERT_EQ(quiet.told.size(), kReal);
    const Result beside = watch(&flood, length);
    EXPECT_GT(beside.counters.flows_gave_way, 0u) << "the table was never full";
    EXPECT_EQ(beside.counters.untracked_table_full, 0u);
    EXPECT_EQ(beside.told.size(), kReal);
    std::size_t right = 0;
    for (const auto &[port, verdict] : beside.told)
      right += quiet.told.find(port)->second == verdict;
    EXPECT_EQ(right, kReal);
  }
};

TEST_F(Floods, OfSynPackets) {
  expect_all_told_right({test::Tcp{.dst_port = 443, .flags = kSyn}, "", 100'000}, 18 * kSecond);
}

TEST_F(Floods, OfBareAcknowledgements) {
  expect_all_told_right({test::Tcp{.dst_port = 443, .flags = kAck}, "", 100'000});
}

TEST_F(Floods, OfClientHellos) {
  const hello::Octets bytes = client_hello("spoofed.example");
  expect_all_told_right(
      {test::Tcp{.dst_port = 443, .flags = kAck}, std::string(bytes.begin(), bytes.end()), 60'000});
}

// Each would hold a buffer for what never comes.
TEST_F(Floods, OfBeginningsOfClientHellos) {
  const hello::Octets bytes = client_hello("spoofed.example");
  expect_all_told_right({test::Tcp{.dst_port = 443, .flags = kAck},
                         std::string(bytes.begin(), bytes.begin() + 40), 60'000});
}

TEST_F(Floods, OfResets) {
  expect_all_told_right({test::Tcp{.dst_port = 443, .flags = kRst}, "", 300'000}, 4 * kSecond);
}

} // namespace
