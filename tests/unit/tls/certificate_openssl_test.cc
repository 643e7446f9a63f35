// Our reading of certificates beside OpenSSL's, over many that OpenSSL makes.
#include "base/utf8.h"
#include "certificate_maker.h"
#include "openssl_reading.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include <random>

namespace handspan::tls {
namespace {

using namespace test;

const Key &usual_key() {
  static const Key key(EVP_EC_gen("P-256"));
  return key;
}

void expect_same_reading(const Octets &der, const std::string &what) {
  const auto theirs = openssl_reading(der);
  const CertificateFacts ours = CertificateReader().read(der);
  ASSERT_TRUE(theirs && ours.parsed) << what;
  EXPECT_EQ(ours.subject, theirs->subject) << what;
  EXPECT_EQ(ours.issuer, theirs->issuer) << what;
  EXPECT_EQ(ours.serial, theirs->serial) << what;
  EXPECT_EQ(ours.not_before, theirs->not_before) << what;
  EXPECT_EQ(ours.not_after, theirs->not_after) << what;
  EXPECT_EQ(ours.san, theirs->san) << what;
  EXPECT_EQ(ours.self_signed, theirs->self_signed) << what;
  EXPECT_EQ(ours.key.bits, theirs->key.bits) << what;
  EXPECT_EQ(ours.key.kind, theirs->key.kind) << what;
}

class Dice {
public:
  std::size_t below(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class List> auto &of(const List &list) { return list[below(std::size(list))]; }

private:
  std::mt19937 random_{42};
};

// Characters that need escapes somewhere, and some that do not, up to the width of the type.
std::string content_of(int type, Dice &dice) {
  static constexpr char32_t kAscii[] = U" #+,;<>=\"\\ab Z09\x01\x1f\x7f\n-'()/:?";
  static constexpr char32_t kWide[] = U"äß\u00a0字\u202e";
  std::string out;
  for (std::size_t n = dice.below(9); n > 0; --n) {
    const bool wide = dice.one_in(3) && type != V_ASN1_PRINTABLESTRING &&
                      type != V_ASN1_IA5STRING && type != V_ASN1_NUMERICSTRING;
    char32_t c =
        wide ? kWide[dice.below(std::size(kWide) - 1)] : kAscii[dice.below(std::size(kAscii) - 1)];
    if (type == V_ASN1_T61STRING)
      c &= 0xff;
    const int width = type == V_ASN1_BMPSTRING ? 2 : type == V_ASN1_UNIVERSALSTRING ? 4 : 1;
    if (type == V_ASN1_UTF8STRING)
      base::put_character(out, c);
    else
      for (int i = width - 1; i >= 0; --i)
        out += static_cast<char>(c >> (8 * i));
  }
  return out;
}

NameParts name_of(Dice &dice) {
  static const std::string kTypes[] = {"CN",
                                       "O",
                                       "OU",
                                       "C",
                                       "L",
                                       "ST",
                                       "serialNumber",
                                       "DC",
                                       "UID",
                                       "emailAddress",
                                       "GN",
                                       "SN",
                                       "street",
                                       "dnQualifier",
                                       "title",
                                       "2.5.4.97",
                                       "1.3.6.1.4.1.311.60.2.1.3",
                                       "1.2.3.4.5",
                                       "2.999.7",
                                       "1.3.6.1.4.1.99999.1",
                                       "0.9.2342.19200300.100.1.3",
                                       "1.2.840.113549.1.9.2",
                                       "2.5.4.17",
                                       "2.5.4.65"};
  static constexpr int kStrings[] = {
      V_ASN1_UTF8STRING,    V_ASN1_PRINTABLESTRING, V_ASN1_T61STRING,
      V_ASN1_BMPSTRING,     V_ASN1_UNIVERSALSTRING, V_ASN1_IA5STRING,
      V_ASN1_NUMERICSTRING, V_ASN1_VISIBLESTRING,   V_ASN1_OCTET_STRING};
  NameParts name;
  for (std::size_t n = dice.below(7); n > 0; --n) {
    const int type = dice.of(kStrings);
    name.push_back(
        {dice.of(kTypes), type, content_of(type, dice), !name.empty() && dice.one_in(4)});
  }
  return name;
}

std::string serial_of(Dice &dice) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string serial = dice.one_in(5) ? "-" : "";
  for (std::size_t n = 1 + dice.below(dice.one_in(8) ? 100 : 40); n > 0; --n)
    serial += kHex[dice.one_in(3) ? 0 : dice.below(16)];
  return serial;
}

std::string alternatives_of(Dice &dice) {
  static const std::string kNames[] = {
      "DNS:example.com", "DNS:*.example.org",   "IP:192.0.2.1",
      "IP:2001:db8::1",  "URI:http://x.test/",  "email:a@b.test",
      "RID:1.2.3.4",     "IP:::ffff:192.0.2.7", "DNS:xn--fsq.test"};
  std::string list = dice.of(kNames);
  for (std::size_t n = dice.below(dice.one_in(10) ? 90 : 6); n > 0; --n)
    list += "," + dice.of(kNames);
  return list;
}

TEST(CertificateBesideOpenssl, NamesSerialsDatesAndAlternatives) {
  static const std::string kTimes[] = {"19500101000000Z", "19700101000000Z", "20240229235959Z",
                                       "20491231235959Z", "20500101000000Z", "99991231235959Z",
                                       "19691231235959Z", "20240101000000Z"};
  Dice dice;
  for (int i = 0; i < 1'500; ++i) {
    CertificateSpec spec;
    spec.subject = name_of(dice);
    spec.issuer = dice.one_in(4) ? spec.subject : name_of(dice);
    spec.serial = serial_of(dice);
    spec.not_before = dice.of(kTimes);
    spec.not_after = dice.of(kTimes);
    if (!dice.one_in(3))
      spec.extensions.emplace_back(NID_subject_alt_name, alternatives_of(dice));
    if (dice.one_in(2))
      spec.extensions.emplace_back(NID_key_usage, "critical,digitalSignature");
    expect_same_reading(make_certificate(spec, usual_key().get()), std::to_string(i));
    if (HasFailure())
      break;
  }
}

TEST(CertificateBesideOpenssl, WhatCountsAsSelfSigned) {
  const NameParts name = {{"O", V_ASN1_UTF8STRING, "Test  Company", false},
                          {"CN", V_ASN1_UTF8STRING, "Ürsel", false}};
  const NameParts written_otherwise = {{"O", V_ASN1_PRINTABLESTRING, " test company", false},
                                       {"CN", V_ASN1_T61STRING, "\xdcRSEL", false}};
  const std::vector<std::vector<std::pair<int, std::string>>> kExtensions = {
      {},
      {{NID_subject_key_identifier, "hash"}, {NID_authority_key_identifier, "keyid:always"}},
      {{NID_subject_key_identifier, "hash"},
       {NID_authority_key_identifier, "DER:30:06:80:04:01:02:03:04"}},
      {{NID_authority_key_identifier, "DER:30:06:80:04:01:02:03:04"}},
      {{NID_authority_key_identifier, "DER:30:03:82:01:01"}},
      {{NID_authority_key_identifier, "DER:30:03:82:01:02"}}};
  for (const NameParts &issuer : {name, written_otherwise, NameParts{}})
    for (std::size_t i = 0; i < kExtensions.size(); ++i) {
      CertificateSpec spec;
      spec.subject = name;
      spec.issuer = issuer;
      spec.extensions = kExtensions[i];
      const Octets der = make_certificate(spec, usual_key().get());
      expect_same_reading(der, std::to_string(i));
      EXPECT_EQ(CertificateReader().read(der).self_signed, !issuer.empty() && i != 2 && i != 5)
          << i;
    }
}

// Signed by a key of another kind: then it can't have signed itself.
TEST(CertificateBesideOpenssl, AnotherKindOfSignatureIsAnothers) {
  CertificateSpec spec;
  spec.issuer = spec.subject;
  Octets der = make_certificate(spec, usual_key().get());
  const Octets ecdsa = hex("2a8648ce3d040302"), rsa = hex("2a864886f70d0101");
  for (auto at = der.begin();
       (at = std::search(at, der.end(), ecdsa.begin(), ecdsa.end())) != der.end();)
    at = std::copy(rsa.begin(), rsa.end(), at);
  EXPECT_TRUE(CertificateReader().read(der).parsed);
}

TEST(CertificateBesideOpenssl, KindsOfKeys) {
  const CertificateSpec spec;
  for (const unsigned bits : {1024u, 2048u, 1031u}) {
    const Key key(EVP_RSA_gen(bits));
    expect_same_reading(make_certificate(spec, key.get()), "RSA");
  }
  const Key sm2(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"));
  expect_same_reading(make_certificate(spec, sm2.get(), EVP_sm3()), "SM2");
  const Key ed25519(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  expect_same_reading(make_certificate(spec, ed25519.get(), nullptr), "Ed25519");
  const Key ed448(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"));
  expect_same_reading(make_certificate(spec, ed448.get(), nullptr), "Ed448");
}

Key curve_key(int nid, int encoding) {
  EVP_PKEY *key = nullptr;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr);
  if (EVP_PKEY_keygen_init(context) == 1 &&
      EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, nid) == 1 &&
      EVP_PKEY_CTX_set_ec_param_enc(context, encoding) == 1)
    EVP_PKEY_keygen(context, &key);
  EVP_PKEY_CTX_free(context);
  return Key(key);
}

TEST(CertificateBesideOpenssl, EveryCurveOfTheTablesHasItsSize) {
  std::vector<EC_builtin_curve> curves(EC_get_builtin_curves(nullptr, 0));
  EC_get_builtin_curves(curves.data(), curves.size());
  int sized = 0;
  for (const EC_builtin_curve &curve : curves) {
    const Key key = curve_key(curve.nid, OPENSSL_EC_NAMED_CURVE);
    const char *const name = OBJ_nid2sn(curve.nid);
    if (!key || curve.nid == NID_sm2)
      continue;
    const Octets der = make_certificate({}, key.get(), EVP_sha256(), usual_key().get());
    if (der.empty())
      continue;
    const PublicKey ours = CertificateReader().read(der).key;
    EXPECT_EQ(ours.kind, KeyKind::ec) << name;
    if (ours.bits == 0)
      continue;
    ++sized;
    EXPECT_EQ(ours.bits, EVP_PKEY_get_bits(key.get())) << name;
  }
  EXPECT_GE(sized, 4);
}

TEST(CertificateBesideOpenssl, ExplicitParametersAreSized) {
  for (const int nid : {NID_X9_62_prime256v1, NID_secp384r1}) {
    const Key key = curve_key(nid, OPENSSL_EC_EXPLICIT_CURVE);
    const PublicKey ours = CertificateReader().read(make_certificate({}, key.get())).key;
    EXPECT_EQ(ours.kind, KeyKind::ec_explicit);
    EXPECT_EQ(ours.bits, EVP_PKEY_get_bits(key.get()));
  }
}

} // namespace
} // namespace handspan::tls
