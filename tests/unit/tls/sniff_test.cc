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

TEST(Sniff, OtherProtocolsAreNot) {
  for (const char *line : {"GET / HTTP/1.1\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "220 mail ESMTP\r\n",
                           "HTTP/1.1 400 Bad Request\r\n", "* OK IMAP4rev1\r\n", "{\"json\":1}"})
    EXPECT_EQ(sniff(text(line)), Sniff::no) << line;
  EXPECT_EQ(sniff(text("G")), Sniff::no);
  EXPECT_EQ(sniff(fill(64, 0)), Sniff::no);
  EXPECT_EQ(sniff(fill(64, 0xff)), Sniff::no);
  EXPECT_EQ(sniff(hex("1603010000")), Sniff::no);
  EXPECT_EQ(sniff(hex("160301ffff01")), Sniff::no);
  EXPECT_EQ(sniff(hex("1605010100")), Sniff::no);
  EXPECT_EQ(sniff(hex("1604")), Sniff::no);
}

} // namespace
} // namespace handspan::tls
