#include "certificates.h"
#include "hello_builder.h"
#include "tls/certificate_cache.h"

#include <gtest/gtest.h>

namespace handspan::tls {
namespace {

using namespace test;

TEST(Certificate, RsaFactsAreRead) {
  const CertificateFacts facts = CertificateReader().read(hex(kRsaCertificate));
  EXPECT_TRUE(facts.parsed);
  EXPECT_EQ(facts.subject, "O=Jack GM,CN=jack-gm.com");
  EXPECT_EQ(facts.issuer, "O=Jack GM,CN=jack-gm.com");
  EXPECT_EQ(facts.san, "jack-gm.com");
  EXPECT_EQ(facts.serial, "3DD76B9866F8F6B011A0CB6426A16B72DE8274C0");
  EXPECT_TRUE(facts.self_signed);
  EXPECT_EQ(facts.key.kind, KeyKind::rsa);
  EXPECT_EQ(facts.key.bits, 2048);
  EXPECT_EQ(facts.not_before, 1795358643);
  EXPECT_GT(facts.not_after, facts.not_before);
  EXPECT_EQ(Octets(facts.sha1.begin(), facts.sha1.end()),
            hex("d267c1c2f328f78715716af0c39a1f6dadaffe5c"));
}

TEST(Certificate, Sm2IsRead) {
  const CertificateFacts facts = CertificateReader().read(hex(kSm2SignCertificate));
  EXPECT_TRUE(facts.parsed);
  EXPECT_EQ(facts.subject, "CN=jack-gm.com,O=GM,C=CN");
  EXPECT_EQ(facts.issuer, "CN=GM CA,O=GM,C=CN");
  EXPECT_EQ(facts.key.kind, KeyKind::sm2);
  EXPECT_EQ(facts.key.bits, 256);
  EXPECT_FALSE(facts.self_signed);
}

TEST(Certificate, BytesThatAreNoneHaveDigestsAlone) {
  const CertificateFacts facts = CertificateReader().read(text("abc"));
  EXPECT_FALSE(facts.parsed);
  EXPECT_TRUE(facts.subject.empty());
  EXPECT_EQ(Octets(facts.sha1.begin(), facts.sha1.end()),
            hex("a9993e364706816aba3e25717850c26c9cd0d89d"));
}

TEST(Certificate, CutAnywhereItIsRefusedNotMisread) {
  const Octets der = hex(kRsaCertificate);
  for (std::size_t n = 0; n < der.size(); ++n)
    ASSERT_FALSE(CertificateReader().read(base::Bytes(der).first(n)).parsed) << n;
}

TEST(CertificateCache, TheSameBytesAreReadOnce) {
  CertificateCache cache(16, 1);
  const Octets der = hex(kRsaCertificate);
  const std::uint32_t a = cache.acquire(der);
  EXPECT_EQ(cache.acquire(der), a);
  EXPECT_NE(cache.acquire(hex(kSm2SignCertificate)), a);
  EXPECT_EQ(cache.parsed(), 2u);
  EXPECT_EQ(cache.at(a).subject, "O=Jack GM,CN=jack-gm.com");
}

TEST(CertificateCache, WhatIsHeldIsNotPutOut) {
  CertificateCache cache(4, 1); // one set
  std::uint32_t held[4];
  for (std::uint8_t i = 0; i < 4; ++i)
    held[i] = cache.acquire(fill(40, i));
  EXPECT_EQ(cache.acquire(fill(40, 9)), kNoIndex);
  EXPECT_EQ(cache.full(), 1u);
  cache.release(held[2]);
  EXPECT_EQ(cache.acquire(fill(40, 9)), held[2]);
  EXPECT_EQ(cache.acquire(fill(40, 1)), held[1]);
}

TEST(CertificateCache, TheLongestUnusedGoesFirst) {
  CertificateCache cache(4, 1);
  std::uint32_t place[4];
  for (std::uint8_t i = 0; i < 4; ++i) {
    place[i] = cache.acquire(fill(40, i));
    cache.release(place[i]);
  }
  cache.release(cache.acquire(fill(40, 0)));
  EXPECT_EQ(cache.acquire(fill(40, 9)), place[1]);
}

TEST(CertificateCache, NothingIsNoCertificate) {
  CertificateCache cache(4, 1);
  EXPECT_EQ(cache.acquire({}), kNoIndex);
}

} // namespace
} // namespace handspan::tls
