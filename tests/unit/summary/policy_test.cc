#include "record/record.h"
#include "summary/policy.h"

#include <gtest/gtest.h>

namespace handspan::summary {
namespace {

using enum Policy;

TEST(Policy, Names) {
  EXPECT_EQ(policy_named("cnsa2"), cnsa2);
  EXPECT_EQ(policy_named("soc2"), std::nullopt);
}

TEST(Policy, Versions) {
  EXPECT_EQ(objection_to_version(pci, 0x0303), Objection::none);
  EXPECT_EQ(objection_to_version(pci, 0x0302), Objection::old_version);
  EXPECT_EQ(objection_to_version(nist, 0x0301), Objection::old_version);
  EXPECT_EQ(objection_to_version(cnsa2, 0x0303), Objection::old_version);
  EXPECT_EQ(objection_to_version(cnsa2, 0x0304), Objection::none);
  EXPECT_EQ(objection_to_version(gm, 0x0101), Objection::none);
  EXPECT_EQ(objection_to_version(gm, 0x0303), Objection::other_version);
  EXPECT_EQ(objection_to_version(gm, 0x0304), Objection::none);
  EXPECT_EQ(objection_to_version(pci, 0x0101), Objection::none) << "TLCP";
  EXPECT_EQ(objection_to_version(nist, 0x0101), Objection::other_version);
  for (const Policy policy : {pci, nist, cnsa2, gm})
    EXPECT_EQ(objection_to_version(policy, 0x7f1c), Objection::none) << "draft 28 of TLS 1.3";
}

TEST(Policy, WhatNobodyCallsStrong) {
  for (const Policy policy : {pci, nist, cnsa2, gm}) {
    EXPECT_EQ(objection_to_cipher(policy, 0x0002), Objection::no_encryption);
    EXPECT_EQ(objection_to_cipher(policy, 0x0003), Objection::export_grade);
    EXPECT_EQ(objection_to_cipher(policy, 0x0005), Objection::weak_cipher); // RC4
    EXPECT_EQ(objection_to_cipher(policy, 0x000a), Objection::weak_cipher); // 3DES
    EXPECT_EQ(objection_to_cipher(policy, 0x0034), Objection::anonymous);
    EXPECT_EQ(objection_to_cipher(policy, 0xc0b4), Objection::no_encryption); // integrity alone
    EXPECT_EQ(objection_to_cipher(policy, 0xeeee), Objection::other_algorithm) << "unknown";
  }
}

TEST(Policy, Suites) {
  constexpr std::uint16_t kRsaAes = 0x002f, kEcdheGcm = 0xc02f, kAes256 = 0x1302, kChaCha = 0x1303,
                          kSm4 = 0x00c6;
  EXPECT_EQ(objection_to_cipher(pci, kRsaAes), Objection::none);
  EXPECT_EQ(objection_to_cipher(nist, kRsaAes), Objection::no_forward_secrecy);
  EXPECT_EQ(objection_to_cipher(nist, kEcdheGcm), Objection::none);
  EXPECT_EQ(objection_to_cipher(nist, kChaCha), Objection::other_algorithm);
  EXPECT_EQ(objection_to_cipher(cnsa2, kAes256), Objection::none);
  EXPECT_EQ(objection_to_cipher(cnsa2, 0x1301), Objection::other_algorithm);
  EXPECT_EQ(objection_to_cipher(nist, 0x1301), Objection::none) << "TLS 1.3: always ephemeral";
  EXPECT_EQ(objection_to_cipher(pci, 0x001c), Objection::no_encryption);
  EXPECT_EQ(objection_to_cipher(gm, kSm4), Objection::none);
  EXPECT_EQ(objection_to_cipher(gm, kAes256), Objection::other_algorithm);
}

TEST(Policy, Groups) {
  EXPECT_TRUE(is_post_quantum(0x11ec));
  EXPECT_TRUE(is_post_quantum(0x11ee));
  EXPECT_FALSE(is_post_quantum(0x001d));
  EXPECT_EQ(objection_to_group(nist, 0x0017), Objection::none);
  EXPECT_EQ(objection_to_group(nist, 0x001d), Objection::other_algorithm);
  EXPECT_EQ(objection_to_group(nist, 0x11ec), Objection::none);
  EXPECT_EQ(objection_to_group(cnsa2, 0x0018), Objection::not_post_quantum);
  EXPECT_EQ(objection_to_group(cnsa2, 0x11ec), Objection::short_key);
  EXPECT_EQ(objection_to_group(cnsa2, 0x11ed), Objection::none);
  EXPECT_EQ(objection_to_group(gm, 0x0029), Objection::none);
  EXPECT_EQ(objection_to_group(gm, 0x0017), Objection::other_algorithm);
  EXPECT_EQ(objection_to_group(pci, 0x0013), Objection::short_key); // secp192r1
  EXPECT_EQ(objection_to_group(pci, 0x0017), Objection::none);
  EXPECT_EQ(objection_to_group(pci, 0xeeee), Objection::other_algorithm) << "unknown";
  EXPECT_EQ(objection_to_group(nist, 0x0100), Objection::none); // ffdhe2048
  EXPECT_TRUE(is_post_quantum(0x6399)) << "X25519Kyber768Draft00";
}

TEST(Policy, Keys) {
  const auto of = [](Policy policy, record::KeyType type, std::uint16_t bits) {
    return objection_to_key(policy, static_cast<std::uint8_t>(type), bits);
  };
  using record::KeyType;
  EXPECT_EQ(of(pci, KeyType::rsa, 1024), Objection::short_key);
  EXPECT_EQ(of(pci, KeyType::rsa, 2048), Objection::none);
  EXPECT_EQ(of(nist, KeyType::sm2, 256), Objection::other_algorithm);
  EXPECT_EQ(of(cnsa2, KeyType::rsa, 4096), Objection::not_post_quantum);
  EXPECT_EQ(of(cnsa2, KeyType::ml_dsa_65, 0), Objection::other_algorithm);
  EXPECT_EQ(of(cnsa2, KeyType::ml_dsa_87, 0), Objection::none);
  EXPECT_EQ(of(gm, KeyType::sm2, 256), Objection::none);
  EXPECT_EQ(of(gm, KeyType::ec, 256), Objection::other_algorithm);
  EXPECT_EQ(of(pci, KeyType::unknown, 0), Objection::other_algorithm);
  for (const KeyType type : {KeyType::ec, KeyType::ec_explicit}) {
    EXPECT_EQ(of(pci, type, 192), Objection::short_key);
    EXPECT_EQ(of(pci, type, 224), Objection::none);
  }
  EXPECT_EQ(of(nist, KeyType::ec, 256), Objection::none);
  EXPECT_EQ(of(nist, KeyType::ec, 192), Objection::short_key);
  for (const KeyType type : {KeyType::unknown, KeyType::dsa, KeyType::ec_explicit})
    EXPECT_EQ(of(nist, type, 3'072), Objection::other_algorithm);
  for (const KeyType type : {KeyType::ml_dsa_44, KeyType::slh_dsa})
    EXPECT_EQ(of(cnsa2, type, 0), Objection::other_algorithm);
}

} // namespace
} // namespace handspan::summary
