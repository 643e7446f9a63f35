#include "stream/tds.h"

#include <gtest/gtest.h>

#include <string>

namespace handspan::stream {
namespace {

using base::Side;
using namespace std::string_literals;

base::Bytes bytes_of(const std::string &text) {
  return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

std::string packet(std::uint8_t type, const std::string &content) {
  const std::size_t length = content.size() + 8;
  return std::string{static_cast<char>(type),
                     '\x01',
                     static_cast<char>(length >> 8),
                     static_cast<char>(length),
                     '\0',
                     '\0',
                     '\x01',
                     '\0'} +
         content;
}

std::string taken(Tds &tds, Side from, const std::string &text, std::size_t at_once) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += at_once)
    tds.take(from, bytes_of(text.substr(i, at_once)), [&](base::Bytes b) {
      out.append(reinterpret_cast<const char *>(b.data()), b.size());
    });
  return out;
}

const std::string kHello = "\x16\x03\x01" + std::string(300, 'h');
const std::string kFinish = "\x14\x03\x03" + std::string(40, 'f');
const std::string kBare = "\x17\x03\x03" + std::string(60, 'd') + "\x12\x01 anything";

TEST(Tds, GivesTlsHoweverThePacketsAreCut) {
  const std::string text = packet(0x12, "\0\0\x1a\0\x06\x01"s) +
                           packet(0x12, kHello.substr(0, 100)) + packet(0x12, kHello.substr(100)) +
                           packet(0x12, kFinish) + kBare;
  for (std::size_t at_once = 1; at_once <= text.size(); ++at_once) {
    Tds tds;
    EXPECT_EQ(taken(tds, Side::client, text, at_once), kHello + kFinish + kBare) << at_once;
  }
}

TEST(Tds, PassesOverTheAnswerToPrelogin) {
  Tds tds;
  EXPECT_EQ(taken(tds, Side::server, packet(0x04, "\x16\x03\x01") + packet(0x12, kHello), 500),
            kHello);
}

TEST(Tds, EndsWithAPacketOfTheLogin) {
  Tds tds;
  EXPECT_EQ(taken(tds, Side::client, packet(0x10, "login") + packet(0x12, kHello), 7), "");
}

TEST(Tds, EndsWithALengthThatIsNone) {
  Tds tds;
  EXPECT_EQ(taken(tds, Side::client, "\x12\x01\0\x08\0\0\x01\0"s + packet(0x12, kHello), 7), "");
}

TEST(Tds, AfterALossNothingIsTaken) {
  Tds tds;
  tds.lose(Side::client);
  EXPECT_EQ(taken(tds, Side::client, packet(0x12, kHello), 7), "");
  EXPECT_EQ(taken(tds, Side::server, packet(0x12, kHello), 7), kHello);
}

TEST(Tds, BareRecordsNeedNoPackets) {
  Tds tds;
  EXPECT_EQ(taken(tds, Side::client, packet(0x12, kHello) + kBare, 500), kHello + kBare);
  tds.lose(Side::client);
  EXPECT_EQ(taken(tds, Side::client, "more", 7), "more");
}

TEST(Tds, SidesMayTurnOutToBeTheOtherWayRound) {
  Tds tds;
  tds.lose(Side::client);
  tds.swap_roles();
  EXPECT_EQ(taken(tds, Side::client, packet(0x12, kHello), 7), kHello);
}

} // namespace
} // namespace handspan::stream
