// What decoding one frame costs, for frames that stay in the cache.
#include "wire/decode.h"

#include "../unit/wire/packet_builder.h"

#include <benchmark/benchmark.h>

#include <random>
#include <vector>

namespace {

using namespace handspan;
using test::ethernet, test::ipv4, test::ipv6, test::tcp, test::vlan;

constexpr std::size_t kFrames = 256; // of about 64 bytes each: half of L1

using Shape = test::Layer (*)();

test::Layer plain4() {
  return ethernet(ipv4({}, tcp({.flags = 0x10})));
}
test::Layer timestamps4() {
  return ethernet(ipv4({}, tcp({.options = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2}}, "x")));
}
test::Layer syn4() {
  return ethernet(ipv4({}, tcp({.flags = 0x02, .options = {2, 4, 5, 180, 4, 2, 8, 10, 0, 0,
                                                           0, 1, 0, 0,   0, 0, 1, 3,  3, 7}})));
}
test::Layer options4() {
  return ethernet(ipv4({.options = test::Buffer(8, 1)}, tcp({})));
}
test::Layer plain6() {
  return ethernet(ipv6({}, tcp({.flags = 0x10})));
}
test::Layer tagged4() {
  return ethernet(vlan(7, ipv4({}, tcp({}))));
}
test::Layer double_tagged6() {
  return ethernet(vlan(7, vlan(8, ipv6({}, tcp({}))), 0x88a8));
}
test::Layer vxlan4() {
  return ethernet(ipv4({}, test::vxlan(plain4())));
}
test::Layer gtpu4() {
  return ethernet(ipv4({}, test::gtpu(ipv4({}, tcp({})))));
}

// Frames of the given shapes in random order, one behind the other in memory.
class Mix {
public:
  explicit Mix(const std::vector<Shape> &shapes) {
    std::mt19937 random(1);
    for (std::size_t i = 0; i < kFrames; ++i)
      buffers_.push_back(shapes[random() % shapes.size()]().bytes);
    for (const test::Buffer &buffer : buffers_)
      test::put(memory_, buffer);
    const std::uint8_t *at = memory_.data();
    for (const test::Buffer &buffer : buffers_) {
      frames_.push_back(test::frame_of(buffer));
      frames_.back().data = at;
      at += buffer.size();
    }
  }
  [[nodiscard]] const std::vector<wire::Frame> &frames() const { return frames_; }

private:
  std::vector<test::Buffer> buffers_;
  test::Buffer memory_;
  std::vector<wire::Frame> frames_;
};

void decode(benchmark::State &state, const std::vector<Shape> &shapes) {
  const Mix mix(shapes);
  std::vector<wire::PacketView> views(64); // a burst
  for (auto _ : state) {
    std::size_t slot = 0;
    for (const wire::Frame &frame : mix.frames())
      benchmark::DoNotOptimize(wire::decode(frame, views[slot++ % 64]));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kFrames));
  state.counters["ns/packet"] =
      benchmark::Counter(static_cast<double>(state.iterations() * kFrames) / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(decode, ipv4, {plain4});
BENCHMARK_CAPTURE(decode, ipv6, {plain6});
BENCHMARK_CAPTURE(decode, vlan, {tagged4});
BENCHMARK_CAPTURE(decode, syn, {syn4});
BENCHMARK_CAPTURE(decode, vxlan, {vxlan4});
BENCHMARK_CAPTURE(decode, gtpu, {gtpu4});
BENCHMARK_CAPTURE(decode, web,
                  {plain4, timestamps4, timestamps4, timestamps4, plain4, timestamps4, plain6,
                   syn4});
BENCHMARK_CAPTURE(decode, every_shape,
                  {plain4, timestamps4, syn4, options4, plain6, tagged4, double_tagged6, vxlan4,
                   gtpu4});

} // namespace

BENCHMARK_MAIN();
