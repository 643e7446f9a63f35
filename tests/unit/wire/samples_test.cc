// Every wrapping, whole and cut at each length.
#include "samples.h"

#include "wire/decode.h"

#include <gtest/gtest.h>

#include <cctype>
#include <memory>
#include <tuple>

namespace handspan::test {

// What a failing test calls its parameter.
static void PrintTo(const Sample &sample, std::ostream *out) {
  *out << sample.name;
}

namespace {

using wire::Kind;
using wire::PacketView;

class Samples : public testing::TestWithParam<Sample> {};

// The first n bytes alone on the heap, so that a sanitizer sees any read beyond them.
struct Cut {
  std::unique_ptr<std::uint8_t[]> bytes;
  wire::Frame frame;

  Cut(const Sample &sample, std::size_t n) : bytes(new std::uint8_t[n]) {
    std::copy_n(sample.bytes.begin(), n, bytes.get());
    frame = frame_of(sample.bytes, sample.link);
    frame.data = bytes.get();
    frame.captured = static_cast<std::uint32_t>(n);
  }
};

TEST_P(Samples, AreDecoded) {
  const Sample &sample = GetParam();
  PacketView view;
  ASSERT_EQ(wire::decode(frame_of(sample.bytes, sample.link), view), Kind::tcp);
  EXPECT_EQ(view.kind, Kind::tcp);
  EXPECT_EQ(view.src_port, 40000);
  EXPECT_EQ(view.dst_port, 443);
  EXPECT_EQ(base::text_of(view.data()), kSamplePayload);
  EXPECT_EQ(view.payload_length, kSamplePayload.size());
  EXPECT_EQ(std::vector<std::uint16_t>(view.vlans.begin(), view.vlans.begin() + view.vlan_count),
            sample.vlans);
  EXPECT_EQ(
      std::vector<wire::Tunnel>(view.tunnels.begin(), view.tunnels.begin() + view.tunnel_count),
      sample.tunnels);
}

// The inner addresses count, not the tunnel's.
TEST_P(Samples, HaveTheInnerAddresses) {
  const Sample &sample = GetParam();
  PacketView view;
  wire::decode(frame_of(sample.bytes, sample.link), view);
  if (view.dst.is_v4())
    EXPECT_EQ(view.dst, address4(0x0a000002));
  else
    EXPECT_EQ(view.dst, address6(2));
}

TEST_P(Samples, CutByTheCaptureAreToldAsFarAsTheyGo) {
  const Sample &sample = GetParam();
  const std::size_t payload_at = sample.bytes.size() - kSamplePayload.size();
  const std::size_t options_at = payload_at - kSampleOptions;
  for (std::size_t n = 0; n < sample.bytes.size(); ++n) {
    const Cut cut(sample, n);
    PacketView view;
    const Kind kind = wire::decode(cut.frame, view);
    if (n < options_at) {
      EXPECT_EQ(kind, Kind::truncated) << n;
      continue;
    }
    ASSERT_EQ(kind, Kind::tcp) << n;
    EXPECT_EQ(view.payload_captured, n < payload_at ? 0 : n - payload_at) << n;
    EXPECT_EQ(view.payload_length, kSamplePayload.size()) << n;
    EXPECT_EQ(view.payload + view.payload_captured, cut.frame.data + n) << n;
  }
}

// A frame that really was that short contradicts its own headers.
TEST_P(Samples, ShortOnTheWireAreNoTcp) {
  const Sample &sample = GetParam();
  const std::size_t payload_at = sample.bytes.size() - kSamplePayload.size();
  for (std::size_t n = 0; n < payload_at; ++n) {
    Cut cut(sample, n);
    cut.frame.length = cut.frame.captured;
    PacketView view;
    const Kind kind = wire::decode(cut.frame, view);
    EXPECT_NE(kind, Kind::tcp) << n;
    EXPECT_NE(kind, Kind::truncated) << n;
  }
}

// Any byte may be anything: no crash, and what is pointed at lies within the frame.
TEST_P(Samples, WithAByteChangedStayWithinTheFrame) {
  const Sample &sample = GetParam();
  for (std::size_t at = 0; at < sample.bytes.size(); ++at)
    for (const int value : {0x00, 0x01, 0x0f, 0x40, 0x7f, 0x80, 0xf0, 0xff}) {
      const Cut whole(sample, sample.bytes.size());
      whole.bytes[at] = static_cast<std::uint8_t>(value);
      PacketView view;
      if (wire::decode(whole.frame, view) != Kind::tcp)
        continue;
      const auto offset = static_cast<std::size_t>(view.payload - whole.frame.data);
      EXPECT_LE(offset + view.payload_captured, sample.bytes.size());
      EXPECT_LE(view.payload_captured, view.payload_length);
    }
}

std::string test_name(const testing::TestParamInfo<Sample> &sample) {
  std::string name = sample.param.name;
  for (char &c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0)
      c = '_';
  return name;
}

void expect_same(const PacketView &a, const PacketView &b) {
  EXPECT_TRUE(a.src == b.src && a.dst == b.dst);
  const auto all = [](const PacketView &v) {
    return std::tuple(v.src_port, v.dst_port, v.seq, v.ack, v.window, v.flags, v.options_length,
                      v.payload, v.payload_captured, v.payload_length, v.mss, v.window_scale,
                      v.fast_open, v.mptcp, v.vlan_count, v.tunnel_count, v.kind, v.ip_id,
                      v.tcp_checksum, v.hop_limit, v.ip_length);
  };
  EXPECT_EQ(all(a), all(b));
}

// Whatever the short way of decoding takes, the long way says the same of: with each byte as it is
// or another, and cut at each length.
TEST_P(Samples, TakenAtOneLookAreTheSameHeaderByHeader) {
  const Sample &sample = GetParam();
  unsigned taken = 0;
  const auto compare = [&](const wire::Frame &frame) {
    PacketView at_once, by_header;
    if (!wire::decode_common(frame, at_once))
      return;
    ++taken;
    ASSERT_EQ(wire::decode_any(frame, by_header), Kind::tcp);
    expect_same(at_once, by_header);
  };
  for (std::size_t n = 0; n <= sample.bytes.size(); ++n)
    compare(Cut(sample, n).frame);
  for (std::size_t at = 0; at < sample.bytes.size(); ++at)
    for (const unsigned change : {1u, 2u, 0x10u, 0x40u, 0x80u, 0xffu}) {
      Cut cut(sample, sample.bytes.size());
      cut.bytes[at] ^= static_cast<std::uint8_t>(change);
      compare(cut.frame);
    }
  if (sample.name == "ethernet ipv4") {
    EXPECT_GT(taken, 100u);
  }
}

INSTANTIATE_TEST_SUITE_P(Wire, Samples, testing::ValuesIn(samples()), test_name);

} // namespace

} // namespace handspan::test
