// What TLS costs: a segment of hidden data (every packet of an established connection), a Client
// Hello with its fingerprints (once a connection), a whole handshake.
#include "../unit/tls/conversations.h"

#include <benchmark/benchmark.h>

namespace {

using namespace handspan;
using namespace handspan::tls;
using namespace handspan::tls::test;

// As a browser sends it: 16 suites, 17 extensions, a post-quantum key share; about 1,800 bytes.
Octets browser_hello() {
  ClientHelloSpec spec;
  spec.session_id = fill(32, 7);
  spec.ciphers = u16s({0x0a0a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9,
                       0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035});
  spec.extensions = extension(0x1a1a, {}) + extension(27, fill(3, 2)) + sni("www.example.com") +
                    extension(51, fill(1263, 1)) + alpn({"h2", "http/1.1"}) +
                    extension(17613, fill(5, 1)) + extension(23, {}) +
                    versions({0x2a2a, 0x0304, 0x0303}) +
                    signatures({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601}) +
                    extension(5, fill(5, 1)) + extension(35, {}) + extension(18, {}) +
                    extension(45, fill(2, 1)) + formats({0}) + extension(0xff01, u8(0)) +
                    groups({0x3a3a, 0x11ec, 29, 23, 24}) + extension(0xfe0d, fill(218, 1));
  return record(22, client_hello(spec), 0x0301);
}

// One segment, one small record: nothing but a header to look at.
void small_record(benchmark::State &state) {
  Player p;
  p.play(tls12());
  const Octets segment = hidden(40);
  std::int64_t time = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(p.tracker.feed(p.session, S, segment, {++time, 0}));
}
BENCHMARK(small_record);

// A full record over twelve full segments, as bulk data comes.
void full_segments(benchmark::State &state) {
  Player p;
  p.play(tls12());
  const Octets bytes = hidden(16'384);
  std::size_t at = 0;
  for (auto _ : state) {
    const std::size_t n = std::min<std::size_t>(1448, bytes.size() - at);
    benchmark::DoNotOptimize(
        p.tracker.feed(p.session, S, base::Bytes(bytes).subspan(at, n), {1, 0}));
    at = at + n == bytes.size() ? 0 : at + n;
  }
}
BENCHMARK(full_segments);

void segment_of_many_records(benchmark::State &state) {
  Player p;
  p.play(tls12());
  Octets segment;
  for (int i = 0; i < 20; ++i)
    segment = segment + hidden(60);
  for (auto _ : state)
    benchmark::DoNotOptimize(p.tracker.feed(p.session, S, segment, {1, 0}));
  state.SetItemsProcessed(state.iterations() * 20);
}
BENCHMARK(segment_of_many_records);

void browser_client_hello(benchmark::State &state) {
  Tracker tracker(small_limits());
  const Octets hello = browser_hello();
  for (auto _ : state) {
    const std::uint32_t index = tracker.open();
    benchmark::DoNotOptimize(tracker.feed(tracker.at(index), C, hello, {1, 0}));
    tracker.close(index);
  }
}
BENCHMARK(browser_client_hello);

void client_hello_in_two_segments(benchmark::State &state) {
  Tracker tracker(small_limits());
  const Octets hello = browser_hello();
  for (auto _ : state) {
    const std::uint32_t index = tracker.open();
    Session &session = tracker.at(index);
    tracker.feed(session, C, base::Bytes(hello).first(1448), {1, 0});
    benchmark::DoNotOptimize(tracker.feed(session, C, base::Bytes(hello).subspan(1448), {2, 0}));
    tracker.close(index);
  }
}
BENCHMARK(client_hello_in_two_segments);

// Session, hellos, a known certificate, end of the handshake and some data.
void whole_handshake12(benchmark::State &state) {
  Tracker tracker(small_limits());
  const Conversation talk = tls12();
  for (auto _ : state) {
    const std::uint32_t index = tracker.open();
    for (const test::Step &step : talk)
      benchmark::DoNotOptimize(tracker.feed(tracker.at(index), step.from, step.bytes, {1, 0}));
    tracker.close(index);
  }
}
BENCHMARK(whole_handshake12);

void open_and_close(benchmark::State &state) {
  Tracker tracker(small_limits());
  for (auto _ : state)
    tracker.close(tracker.open());
}
BENCHMARK(open_and_close);

} // namespace

BENCHMARK_MAIN();
