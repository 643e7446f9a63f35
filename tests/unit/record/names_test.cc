#include "record/names.h"

#include <gtest/gtest.h>

namespace handspan::record {
namespace {

TEST(Names, Alerts) {
  EXPECT_EQ(alert_name(0), "close_notify");
  EXPECT_EQ(alert_name(21), "decryption_failed");
  EXPECT_EQ(alert_name(41), "no_certificate");
  EXPECT_EQ(alert_name(46), "certificate_unknown");
  EXPECT_EQ(alert_name(48), "unknown_ca");
  EXPECT_EQ(alert_name(60), "export_restriction");
  EXPECT_EQ(alert_name(120), "no_application_protocol");
  EXPECT_EQ(alert_name(205), "identity_need");
  EXPECT_EQ(alert_name(2), "");
  EXPECT_EQ(alert_name(255), "");
}

TEST(Names, Ciphers) {
  EXPECT_EQ(cipher_name(0x0000), "TLS_NULL_WITH_NULL_NULL");
  EXPECT_EQ(cipher_name(0x002f), "TLS_RSA_WITH_AES_128_CBC_SHA");
  EXPECT_EQ(cipher_name(0x00c6), "TLS_SM4_GCM_SM3");
  EXPECT_EQ(cipher_name(0x00ff), "TLS_EMPTY_RENEGOTIATION_INFO_SCSV");
  EXPECT_EQ(cipher_name(0x1301), "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(cipher_name(0x5600), "TLS_FALLBACK_SCSV");
  EXPECT_EQ(cipher_name(0xc02f), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  EXPECT_EQ(cipher_name(0xc0b0), "TLS_ECCPWD_WITH_AES_128_GCM_SHA256");
  EXPECT_EQ(cipher_name(0xcca8), "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
  EXPECT_EQ(cipher_name(0xe011), "ECDHE_SM4_CBC_SM3");
  EXPECT_EQ(cipher_name(0xe053), "ECC_SM4_GCM_SM3");
  EXPECT_EQ(cipher_name(0xfefe), "SSL_RSA_FIPS_WITH_DES_CBC_SHA");
  EXPECT_EQ(cipher_name(0x4242), "");
  EXPECT_EQ(cipher_name(0xffff), "");
}

TEST(Names, Groups) {
  EXPECT_EQ(group_name(0x0017), "secp256r1");
  EXPECT_EQ(group_name(0x001d), "x25519");
  EXPECT_EQ(group_name(0x0029), "curveSM2");
  EXPECT_EQ(group_name(0x0104), "ffdhe8192");
  EXPECT_EQ(group_name(0x11ec), "X25519MLKEM768");
  EXPECT_EQ(group_name(0x0000), "");
}

TEST(Names, Versions) {
  EXPECT_EQ(version_name(0x0002), "SSLv2");
  EXPECT_EQ(version_name(0x0300), "SSLv3");
  EXPECT_EQ(version_name(0x0301), "TLSv1.0");
  EXPECT_EQ(version_name(0x0304), "TLSv1.3");
  EXPECT_EQ(version_name(0x0101), "TLCPv1.1");
  EXPECT_EQ(version_name(0x7f1c), "TLSv1.3-draft28");
  EXPECT_EQ(version_name(0x0305), "");
}

TEST(Names, IcmpErrors) {
  EXPECT_EQ(icmp_name(false, 3, 1), "host_unreachable");
  EXPECT_EQ(icmp_name(false, 3, 4), "fragmentation_needed");
  EXPECT_EQ(icmp_name(false, 3, 13), "administratively_prohibited");
  EXPECT_EQ(icmp_name(true, 1, 0), "no_route");
  EXPECT_EQ(icmp_name(true, 2, 0), "packet_too_big");
  // Of a code without a name its type's.
  EXPECT_EQ(icmp_name(false, 3, 99), "destination_unreachable");
  EXPECT_EQ(icmp_name(true, 1, 99), "destination_unreachable");
  EXPECT_EQ(icmp_name(true, 2, 7), "packet_too_big");
  EXPECT_EQ(icmp_name(false, 11, 9), "ttl_exceeded");
  // What is no error has none.
  EXPECT_EQ(icmp_name(false, 8, 0), "");
  EXPECT_EQ(icmp_name(true, 129, 3), "");
  EXPECT_EQ(icmp_name(false, 1, 0), "");
}

TEST(Names, GreaseIsTheSixteenValuesOfRfc8701) {
  int found = 0;
  for (unsigned v = 0; v <= 0xffff; ++v)
    found += is_grease(static_cast<std::uint16_t>(v)) ? 1 : 0;
  EXPECT_EQ(found, 16);
  EXPECT_TRUE(is_grease(0x0a0a));
  EXPECT_TRUE(is_grease(0xfafa));
  EXPECT_FALSE(is_grease(0x0a1a));
  EXPECT_EQ(cipher_name(0x5a5a), "GREASE");
  EXPECT_EQ(group_name(0xdada), "GREASE");
  EXPECT_EQ(version_name(0x2a2a), "GREASE");
}

TEST(Names, Messages) {
  EXPECT_EQ(step_of(22, 1, false), Step::client_hello);
  EXPECT_EQ(step_of(22, 14, false), Step::server_hello_done);
  EXPECT_EQ(step_of(22, 67, false), Step::next_protocol);
  EXPECT_EQ(step_of(22, 99, false), Step::unknown_handshake);
  EXPECT_EQ(step_of(22, 0xff, true), Step::encrypted_handshake);
  EXPECT_EQ(step_of(22, 0xff, false), Step::unknown_handshake);
  EXPECT_EQ(step_of(22, 20, true), Step::finished);
  EXPECT_EQ(step_of(20, 0, false), Step::change_cipher_spec);
  EXPECT_EQ(step_of(20, 1, false), Step::change_cipher_spec);
  EXPECT_EQ(step_of(7, 1, false), Step::none);
  EXPECT_EQ(message_name(22, 4, false), "new_session_ticket");
  EXPECT_EQ(message_name(22, 6, false), "hello_retry_request");
}

} // namespace
} // namespace handspan::record
