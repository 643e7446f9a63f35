#include "record/certificate_faults.h"

#include <gtest/gtest.h>

namespace handspan::record {
namespace {

TEST(CertificateFaults, NamesCoverHosts) {
  EXPECT_TRUE(covers("jack-gm.com", "JACK-GM.com"));
  EXPECT_TRUE(covers("a.org\n*.example.net", "www.example.net"));
  EXPECT_TRUE(covers("DNS:a.org", "a.org."));
  EXPECT_FALSE(covers("*.example.net", "example.net"));
  EXPECT_FALSE(covers("*.example.net", "a.b.example.net"));
  EXPECT_FALSE(covers("*.example.net", ".example.net"));
  EXPECT_FALSE(covers("", "a.org"));
}

TEST(CertificateFaults, AreJudgedAtTheTimeOfTheConnection) {
  Record r{};
  r.first = 1000 * base::kSecond;
  r.tls.sni = r.put("www.example.net");
  Certificate &certificate = r.tls.certificate.server;
  EXPECT_FALSE(certificate_faults(r, Side::server).any()) << "none was seen";
  certificate.chain_length = 1;
  certificate.parsed = true;
  certificate.not_before = 500;
  certificate.not_after = 1500;
  certificate.san = r.put("*.example.net");
  EXPECT_FALSE(certificate_faults(r, Side::server).any());
  r.first = 2000 * base::kSecond;
  EXPECT_TRUE(certificate_faults(r, Side::server).expired);
  r.first = 400 * base::kSecond;
  EXPECT_TRUE(certificate_faults(r, Side::server).not_yet_valid);
  certificate.san = r.put("example.org");
  EXPECT_TRUE(certificate_faults(r, Side::server).other_name);
  certificate.self_signed = true;
  EXPECT_TRUE(certificate_faults(r, Side::server).self_signed);
}

} // namespace
} // namespace handspan::record
