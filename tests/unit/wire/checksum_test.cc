// The Internet checksum of segments and of the IPv4 header before them.
#include "decode_helper.h"
#include "wire/checksum.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using wire::Checksum;

constexpr std::size_t kIp = 14, kIpSum = kIp + 10, kTcpSum = kIp + 20 + 16;

std::uint16_t sum_of(const std::uint8_t *at, std::size_t length, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i < length; ++i)
    sum += i % 2 == 0 ? static_cast<std::uint32_t>(at[i]) << 8 : at[i];
  while (sum > 0xffff)
    sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

void set16(Buffer &bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

std::uint16_t pseudo4(const Buffer &bytes, std::size_t length) {
  return sum_of(&bytes[kIp + 12], 8, static_cast<std::uint32_t>(6 + length));
}

// Ethernet, IPv4 and TCP, both checksums right.
Buffer sound(std::string_view payload, const Buffer &options = {}) {
  Buffer bytes = ethernet(ipv4({}, tcp({.options = options}, payload))).bytes;
  const std::size_t length = bytes.size() - kIp - 20;
  set16(bytes, kIpSum, static_cast<std::uint16_t>(~sum_of(&bytes[kIp], 20)));
  set16(bytes, kTcpSum,
        static_cast<std::uint16_t>(~sum_of(&bytes[kIp + 20], length, pseudo4(bytes, length))));
  return bytes;
}

wire::Judgement judged(const Buffer &bytes, std::uint8_t port_says = 0, std::uint32_t cut = 0) {
  wire::Frame frame = frame_of(bytes);
  frame.captured -= cut;
  frame.checksums = port_says;
  wire::PacketView view;
  EXPECT_EQ(wire::decode(frame, view), wire::Kind::tcp);
  return wire::judge_checksums(frame, view);
}

TEST(Checksum, SoundSegmentsOfAnyLength) {
  std::string payload;
  for (int n = 0; n < 40; ++n, payload += static_cast<char>(0xe0 + n))
    EXPECT_EQ(judged(sound(payload)).checksum, Checksum::good) << n;
  EXPECT_EQ(judged(sound("with options", {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2})).checksum,
            Checksum::good);
  EXPECT_EQ(judged(sound(std::string(1400, '\xff'))).checksum, Checksum::good);
}

TEST(Checksum, EachBitCounts) {
  const Buffer right = sound("hello");
  for (std::size_t at = kIp + 20; at < right.size(); ++at) {
    if (at == kIp + 20 + 12)
      continue; // the header's length
    Buffer bytes = right;
    bytes[at] ^= 0x40;
    EXPECT_EQ(judged(bytes).checksum, Checksum::bad) << at;
  }
}

TEST(Checksum, TheHeaderOfIPv4HasOneOfItsOwn) {
  Buffer bytes = sound("hello");
  bytes[kIp + 8] ^= 1; // TTL, which TCP's does not cover
  EXPECT_EQ(judged(bytes).checksum, Checksum::bad);
}

TEST(Checksum, OneThatWasLeftToTheNicIsNotTakenForADecoy) {
  Buffer bytes = sound("hello");
  set16(bytes, kTcpSum, pseudo4(bytes, bytes.size() - kIp - 20));
  EXPECT_EQ(judged(bytes).checksum, Checksum::left_out);
}

TEST(Checksum, WhatWasCutOffCannotBeJudged) {
  EXPECT_EQ(judged(sound("hello"), 0, 2).checksum, Checksum::unknown);
}

TEST(Checksum, ThePortsWordIsTaken) {
  namespace flag = wire::checksum_flag;
  const Buffer right = sound("hello");
  Buffer wrong = right;
  wrong.back() ^= 1;
  const auto said = [](const Buffer &bytes, std::uint8_t says) { return judged(bytes, says); };
  EXPECT_EQ(said(right, flag::ip_good | flag::tcp_bad).checksum, Checksum::bad);
  EXPECT_EQ(said(right, flag::ip_bad | flag::tcp_good).checksum, Checksum::bad);
  EXPECT_EQ(said(wrong, flag::ip_good | flag::tcp_good).checksum, Checksum::good);
  EXPECT_FALSE(said(wrong, flag::ip_good | flag::tcp_good).computed);
  EXPECT_TRUE(said(wrong, flag::ip_good).computed);
  EXPECT_EQ(said(wrong, flag::ip_good).checksum, Checksum::bad);
}

TEST(Checksum, OfATunnelThePortMeansTheOutside) {
  const Buffer inner = sound("hello");
  const Layer payload = layer(Buffer(inner.begin() + kIp, inner.end()), 0x0800, 4);
  const Buffer bytes = ethernet(ipv4({.src = 0x01010101}, payload)).bytes;
  const wire::Judgement of =
      judged(bytes, wire::checksum_flag::ip_bad | wire::checksum_flag::tcp_bad);
  EXPECT_EQ(of.checksum, Checksum::good);
  EXPECT_TRUE(of.computed);
}

} // namespace
} // namespace handspan::test
