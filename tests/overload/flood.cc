// A flood of SYNs, each of another client, made on the fly: what it costs those who are connected,
// the account, and memory.
//   syn-flood [SYNS]
//
// 1,000 connections are opened through an inspector with a table of 65,536, then SYNS (default
// 300,000) come at 100,000 a second, beside which the connections go on and then close. Says what
// was counted; the exit status is 1 if a connection was not told as it was, if a packet or
// connection is missing in the account, or if memory grew.
#include "../bench/resident.h"
#include "inspect/inspector.h"
#include "inspect/story_pool.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace {

using namespace handspan;

constexpr std::uint32_t kConnections = 1'000;
constexpr std::uint32_t kFlows = 65'536; // so that a short flood, too, goes round the table
constexpr base::Nanos kBetween = base::kSecond / 100'000;
constexpr std::uint32_t kTurn = 10'000; // SYNs between two turns of the connections
constexpr std::uint64_t kMostGrowth = 4 << 20;
constexpr std::uint8_t kFin = 1, kSyn = 2, kAck = 16;
constexpr std::size_t kHead = 14 + 20 + 20, kPayload = 10;
constexpr std::uint32_t kStrangers = 0x2d000000, kClients = 0x0a4d0000, kServer = 0xc0000201;

struct End {
  std::uint32_t address;
  std::uint16_t port;
};

void put(std::uint8_t *at, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i)
    at[i] = static_cast<std::uint8_t>(value >> 8 * (bytes - 1 - i));
}

// Counts what became of the connections that were real.
struct Told final : inspect::Sink, inspect::StorySink {
  void emit(std::span<const record::Record> records) override {
    for (const record::Record &record : records) {
      if (record.kind != record::Kind::connection || record.client_port != 30'000)
        continue;
      ++all;
      whole += record.outcome == record::Outcome::completed && record.tcp.established &&
               record.tcp.payload_bytes.client == payload && record.tcp.gaps.client == 0;
    }
  }
  void tell(const record::Story &) override {}
  std::uint32_t all = 0, whole = 0;
  std::uint64_t payload = 0; // of each client
};

class Wire {
public:
  Wire(inspect::Inspector &inspector) : inspector_(inspector) { frames_.reserve(kBurst); }

  void send(const End &from, const End &to, std::uint32_t seq, std::uint32_t ack,
            std::uint8_t flags, std::uint32_t payload = 0) {
    std::uint8_t *at = bytes_[frames_.size()].data();
    std::memset(at, 0, kHead + kPayload);
    at[12] = 8;
    std::uint8_t *ip = at + 14, *tcp = ip + 20;
    ip[0] = 0x45;
    put(ip + 2, 40 + payload, 2);
    put(ip + 4, ++number_, 2);
    ip[8] = 64;
    ip[9] = 6;
    put(ip + 12, from.address, 4);
    put(ip + 16, to.address, 4);
    put(tcp, from.port, 2);
    put(tcp + 2, to.port, 2);
    put(tcp + 4, seq, 4);
    put(tcp + 8, ack, 4);
    tcp[12] = 0x50;
    tcp[13] = flags;
    put(tcp + 14, 65'535, 2);
    wire::Frame frame;
    frame.data = at;
    frame.captured = frame.length = static_cast<std::uint32_t>(kHead + payload);
    frame.time = now_ += kBetween;
    frames_.push_back(frame);
    if (frames_.size() == kBurst)
      flush();
  }
  void flush() {
    inspector_.inspect(frames_);
    inspector_.sweep(now_);
    packets += frames_.size();
    frames_.clear();
  }
  std::uint64_t packets = 0;

private:
  static constexpr std::size_t kBurst = inspect::kMaxBurst;
  inspect::Inspector &inspector_;
  base::Nanos now_ = 1'700'000'000 * base::kSecond;
  std::uint32_t number_ = 0;
  std::array<std::array<std::uint8_t, kHead + kPayload>, kBurst> bytes_{};
  std::vector<wire::Frame> frames_;
};

End client(std::uint32_t i) {
  return {kClients + i, 30'000};
}
constexpr End kWeb{kServer, 8'080};

void open_all(Wire &wire) {
  for (std::uint32_t i = 0; i < kConnections; ++i) {
    wire.send(client(i), kWeb, 100, 0, kSyn);
    wire.send(kWeb, client(i), 900, 101, kSyn | kAck);
    wire.send(client(i), kWeb, 101, 901, kAck);
  }
}

void say_all(Wire &wire, std::uint32_t said) {
  for (std::uint32_t i = 0; i < kConnections; ++i) {
    wire.send(client(i), kWeb, 101 + said, 901, kAck, kPayload);
    wire.send(kWeb, client(i), 901, 101 + said + kPayload, kAck);
  }
}

void close_all(Wire &wire, std::uint32_t said) {
  for (std::uint32_t i = 0; i < kConnections; ++i) {
    wire.send(client(i), kWeb, 101 + said, 901, kFin | kAck);
    wire.send(kWeb, client(i), 901, 102 + said, kFin | kAck);
    wire.send(client(i), kWeb, 102 + said, 902, kAck);
  }
}

bool expect(bool holds, const char *what) {
  if (!holds)
    std::fprintf(stderr, "syn-flood: %s\n", what);
  return holds;
}

int run(std::uint64_t syns) {
  Told told;
  inspect::StoryPool stories({}, told);
  inspect::Settings settings;
  settings.limits.flows = kFlows;
  settings.limits.tracks = kFlows / 8;
  inspect::Inspector inspector(settings, nullptr, told);
  inspector.tell_facts(stories, inspect::FactScope::handshakes);
  Wire wire(inspector);
  open_all(wire);
  std::uint64_t first_resident = 0;
  std::uint32_t said = 0;
  for (std::uint64_t i = 0; i < syns; ++i) {
    // Once around, all that is ever touched has been.
    if (i == std::min<std::uint64_t>(syns / 2, 1'000'000))
      first_resident = bench::resident_bytes();
    if (i % kTurn == 0) {
      say_all(wire, said);
      said += kPayload;
    }
    const auto scattered = static_cast<std::uint32_t>(i * 0x9e3779b1);
    wire.send({kStrangers + (scattered & 0xffffff), static_cast<std::uint16_t>(1'024 + i % 28'000)},
              {kServer, 443}, scattered, 0, kSyn);
  }
  wire.flush();
  const std::uint64_t last_resident = bench::resident_bytes();
  const std::uint64_t grown = last_resident - std::min(last_resident, first_resident);
  told.payload = said;
  close_all(wire, said);
  wire.flush();
  inspector.finish(inspect::Inspector::End::stopped);

  const record::Counters &c = inspector.stats().counters;
  const std::uint64_t ended = c.connections_completed + c.connections_failed +
                              c.connections_unfinished + c.connections_unknown +
                              c.connections_unused + c.flows_gave_way_untold;
  std::printf("%" PRIu64 " SYNs: %u of %u connections told as they were, %" PRIu64
              " gave way, memory grew by %" PRIu64 " KiB\n",
              syns, told.whole, kConnections, c.flows_gave_way, grown >> 10);
  bool good = expect(told.all == kConnections && told.whole == kConnections,
                     "connections that were established are not told as they were");
  good &= expect(c.received_packets == wire.packets && c.tcp_packets == wire.packets,
                 "packets are missing in the account");
  good &= expect(c.connections_opened == ended && c.connections_opened == syns + kConnections,
                 "connections are missing in the account");
  good &= expect(c.untracked_table_full == 0, "newcomers were turned away");
  good &= expect(syns < 1'000'000 || c.flows_gave_way > 0, "nobody gave way");
  good &= expect(grown <= kMostGrowth, "memory grew");
  return good ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) {
  const std::uint64_t syns = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300'000;
  return syns > 0 ? run(syns) : 2;
}
