#include "conversations.h"

#include <gtest/gtest.h>

namespace handspan::tls {
namespace {

using namespace test;

TEST(Sniff, HellosAreKnown) {
  EXPECT_EQ(sniff(hello13()), Sniff::client_hello);
  EXPECT_EQ(sniff(answer13()), Sniff::server_hello);
  ClientHelloSpec tlcp;
  tlcp.version = 0x0101;
  EXPECT_EQ(sniff(record(22, client_hello(tlcp), 0x0101)), Sniff::client_hello);
  EXPECT_EQ(sniff(hex("8025010301000c000000100000")), Sniff::sslv2_hello);
  EXPECT_EQ(sniff(hex("80250100020006000000100000")), Sniff::sslv2_hello);
}

TEST(Sniff, OtherRecordsAreRecords) {
  EXPECT_EQ(sniff(hidden(100)), Sniff::record);
  EXPECT_EQ(sniff(alert(2, 40)), Sniff::record);
  EXPECT_EQ(sniff(hidden_finished()), Sniff::record);
  // Ciphertext whose first byte is that of a Client Hello.
  EXPECT_EQ(sniff(record(22, hex("01ee7733") + fill(36, 0xee))), Sniff::record);
}

TEST(Sniff, EveryPrefixOfAHelloAsksForMoreOrKnows) {
  for (const Octets &bytes : {hello13(), record(22, client_hello({}), 0x0101),
                              hex("80250103010006000000100000"), hex("80250100020006000000100000")})
    for (std::size_t n = 0; n < bytes.size(); ++n) {
      const Sniff said = sniff(base::Bytes(bytes).first(n));
      EXPECT_NE(said, Sniff::no) << n;
      EXPECT_NE(said, Sniff::record) << n;
      if (n < 5) {
        EXPECT_EQ(said, Sniff::more) << n;
      }
    }
}

TEST(Sniff, AnyMinorVersionMayBeginAHello) {
  for (const unsigned version : {0x0305u, 0x03ffu, 0x0300u}) {
    EXPECT_EQ(sniff(record(22, client_hello({}), version)), Sniff::client_hello) << version;
    EXPECT_EQ(sniff(record(22, server_hello({}), version)), Sniff::server_hello) << version;
    EXPECT_EQ(sniff(record(21, hex("0228"), version)), Sniff::record) << version;
  }
  for (const unsigned version : {0x0405u, 0x0205u, 0x0102u})
    EXPECT_EQ(sniff(record(22, client_hello({}), version)), Sniff::no) << version;
  // Without a hello it may be anything.
  EXPECT_EQ(sniff(record(22, hex("ee01ee7733") + fill(36, 0xee), 0x0305)), Sniff::no);
  EXPECT_EQ(sniff(record(23, fill(36, 0xee), 0x0305)), Sniff::no);
}

TEST(Sniff, EmptyHandshakeRecordsMayComeFirst) {
  const Octets empty = record(22, {}, 0x0301);
  const Octets hello = record(22, client_hello({}), 0x0301);
  EXPECT_EQ(sniff(empty), Sniff::more);
  EXPECT_EQ(sniff(empty + hello), Sniff::client_hello);
  EXPECT_EQ(sniff(empty + empty + hello), Sniff::client_hello);
  EXPECT_EQ(sniff(empty + empty + empty), Sniff::record);
  for (std::size_t n = 1; n < 10; ++n)
    EXPECT_EQ(sniff(base::Bytes(empty + hello).first(n)), Sniff::more) << n;
  EXPECT_EQ(sniff(empty + text("GET / HTTP/1.1\r\n")), Sniff::no);
  EXPECT_EQ(sniff(record(23, {})), Sniff::no);
}

TEST(Sniff, AHelloTooLongToBeReadIsOne) {
  const Octets whole = message(1, u16(0x0303) + fill(200'000, 0));
  EXPECT_EQ(sniff(record(22, Octets(whole.begin(), whole.begin() + 1400))), Sniff::client_hello);
  // Hidden: short, or without a version where it should stand.
  EXPECT_EQ(sniff(record(22, Octets(whole.begin(), whole.begin() + 60))), Sniff::record);
  EXPECT_EQ(sniff(record(22, hex("01fe7733") + fill(1'000, 0xee))), Sniff::record);
}

TEST(Sniff, OtherProtocolsAreNot) {
  for (const char *line : {"GET / HTTP/1.1\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "220 mail ESMTP\r\n",
                           "HTTP/1.1 400 Bad Request\r\n", "* OK IMAP4rev1\r\n", "{\"json\":1}"})
    EXPECT_EQ(sniff(text(line)), Sniff::no) << line;
  EXPECT_EQ(sniff(text("G")), Sniff::no);
  EXPECT_EQ(sniff(fill(64, 0)), Sniff::no);
  EXPECT_EQ(sniff(fill(64, 0xff)), Sniff::no);
  EXPECT_EQ(sniff(hex("160301ffff01")), Sniff::no);
  EXPECT_EQ(sniff(hex("1605010100")), Sniff::no);
  EXPECT_EQ(sniff(hex("1604")), Sniff::no);
}

} // namespace
} // namespace handspan::tls
