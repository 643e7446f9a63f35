#include "stream/openvpn.h"

#include <gtest/gtest.h>

#include <string>

namespace handspan::stream {
namespace {

using base::Side;
using namespace std::string_literals;

base::Bytes bytes_of(const std::string &text) {
  return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

std::string number(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i)
    text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

struct Sender {
  std::string authentication; // of tls-auth: HMAC, packet id, time

  std::string frame(std::uint8_t opcode, const std::string &rest) const {
    const std::string body = static_cast<char>(opcode << 3) + "session."s + authentication + rest;
    return number(body.size(), 2) + body;
  }
  std::string reset() const { return frame(7, number(0, 1) + number(0, 4)); }
  std::string control(std::uint32_t id, const std::string &content, std::uint8_t acks = 0) const {
    std::string rest = number(acks, 1) + std::string(4u * acks, 'a');
    return frame(4, rest + (acks > 0 ? "opposite" : "") + number(id, 4) + content);
  }
  std::string ack() const { return frame(5, number(1, 1) + number(0, 4) + "opposite"); }
};

const std::string kData = number(9, 2) + "\x30" + "whatever"; // P_DATA_V1, key 0

std::string taken(OpenVpn &vpn, Side from, const std::string &text, std::size_t at_once) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += at_once)
    vpn.take(from, bytes_of(text.substr(i, at_once)), [&](base::Bytes b) {
      out.append(reinterpret_cast<const char *>(b.data()), b.size());
    });
  return out;
}

std::string authentication(std::size_t digest) {
  return std::string(digest, '\xd1') + number(1, 4) + number(1'700'000'000, 4);
}

TEST(OpenVpn, FirstFrameIsKnownWithAndWithoutTlsAuth) {
  EXPECT_TRUE(OpenVpn().begin(bytes_of(Sender{}.reset())));
  for (const std::size_t digest : {16u, 20u, 28u, 32u, 48u, 64u})
    EXPECT_TRUE(OpenVpn().begin(bytes_of(Sender{authentication(digest)}.reset()))) << digest;
}

TEST(OpenVpn, OtherFirstBytesAreNot) {
  const std::string reset = Sender{authentication(20)}.reset();
  for (std::size_t n = 0; n < reset.size(); ++n)
    EXPECT_FALSE(OpenVpn().begin(bytes_of(reset.substr(0, n)))) << n;
  EXPECT_FALSE(OpenVpn().begin(bytes_of(Sender{authentication(21)}.reset())));
  EXPECT_FALSE(OpenVpn().begin(bytes_of(Sender{}.frame(8, number(0, 5))))) << "the server's";
  EXPECT_FALSE(OpenVpn().begin(bytes_of(Sender{}.frame(7, number(1, 1) + number(0, 4)))));
  EXPECT_FALSE(OpenVpn().begin(bytes_of(Sender{}.frame(7, number(0, 1) + number(3, 4)))));
  const std::string hidden =
      number(77, 4) + number(0, 4) + std::string(32, 'h') + "\x91\x52\x13\x84\x65";
  EXPECT_FALSE(OpenVpn().begin(bytes_of(Sender{}.frame(7, hidden)))) << "tls-crypt";
}

TEST(OpenVpn, TlsComesOutHoweverTheFramesAreCut) {
  for (const Sender &sender : {Sender{}, Sender{authentication(20)}}) {
    const std::string client = sender.reset() + sender.ack() + sender.control(1, "Client ") +
                               sender.control(2, "Hello", 2) + sender.ack() + kData +
                               sender.control(3, " Finished", 8) + kData;
    for (std::size_t at_once = 1; at_once <= client.size(); ++at_once) {
      OpenVpn vpn;
      ASSERT_TRUE(vpn.begin(bytes_of(client)));
      EXPECT_EQ(taken(vpn, Side::client, client, at_once), "Client Hello Finished") << at_once;
    }
  }
}

TEST(OpenVpn, DirectionsAreApart) {
  const Sender sender;
  OpenVpn vpn;
  ASSERT_TRUE(vpn.begin(bytes_of(sender.reset())));
  EXPECT_EQ(taken(vpn, Side::client, (sender.reset() + sender.control(1, "ask")).substr(0, 30), 99),
            "");
  EXPECT_EQ(
      taken(vpn, Side::server, sender.frame(8, number(0, 5)) + sender.control(1, "answer"), 99),
      "answer");
  EXPECT_EQ(taken(vpn, Side::client, (sender.reset() + sender.control(1, "ask")).substr(30), 99),
            "ask");
}

TEST(OpenVpn, MessagesSentAgainAndOtherKeysArePassedOver) {
  const Sender sender;
  OpenVpn vpn;
  ASSERT_TRUE(vpn.begin(bytes_of(sender.reset())));
  std::string other_key = sender.control(2, "renewed");
  other_key[2] = static_cast<char>(other_key[2] | 1);
  EXPECT_EQ(taken(vpn, Side::client,
                  sender.reset() + sender.control(1, "once") + sender.control(1, "once") +
                      other_key + sender.control(2, ", twice"),
                  7),
            "once, twice");
}

TEST(OpenVpn, NothingAfterALossOrAFrameThatIsNone) {
  const Sender sender;
  OpenVpn vpn;
  ASSERT_TRUE(vpn.begin(bytes_of(sender.reset())));
  vpn.lose(Side::server);
  EXPECT_EQ(taken(vpn, Side::server, sender.control(1, "answer"), 99), "");
  EXPECT_EQ(taken(vpn, Side::client, number(0, 2) + sender.control(1, "ask"), 99), "");
}

TEST(OpenVpn, HeaderLongerThanItsFrameEndsWithTheFrame) {
  const Sender sender;
  OpenVpn vpn;
  ASSERT_TRUE(vpn.begin(bytes_of(sender.reset())));
  const std::string liar = sender.frame(4, number(200, 1) + "few");
  const std::string short_one = sender.frame(4, "").substr(0, 2 + 9);
  EXPECT_EQ(taken(vpn, Side::client, liar + short_one + sender.control(1, "ask"), 5), "ask");
}

} // namespace
} // namespace handspan::stream
