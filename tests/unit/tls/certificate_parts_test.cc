// The parts of a certificate by themselves, and DER that nobody's library would write.
#include "hello_builder.h"
#include "tls/certificate.h"
#include "tls/certificate_time.h"
#include "tls/der.h"
#include "tls/distinguished_name.h"
#include "tls/extensions.h"
#include "tls/object_name.h"
#include "tls/public_key.h"

#include <gtest/gtest.h>

namespace handspan::tls {
namespace {

using namespace test;

Octets der(std::uint8_t tag, const Octets &content) {
  const std::size_t n = content.size();
  const Octets length = n < 0x80 ? u8(n) : n < 0x100 ? hex("81") + u8(n) : hex("83") + u24(n);
  return u8(tag) + length + content;
}
Octets oid(const ObjectId &id) {
  return der(tag::object_id, {id.bytes().begin(), id.bytes().end()});
}
Octets rdn(const ObjectId &type, std::uint8_t string, const Octets &value) {
  return der(tag::set, der(tag::sequence, oid(type) + der(string, value)));
}
constexpr ObjectId kCommonName{2, 5, 4, 3};

struct Shape {
  Octets issuer = rdn(kCommonName, tag::utf8_string, text("ca"));
  Octets subject = rdn(kCommonName, tag::utf8_string, text("server"));
  Octets serial = u8(1);
  Octets not_before = der(tag::utc_time, text("240101000000Z"));
  Octets key = der(tag::sequence, oid({1, 2, 840, 10045, 2, 1}) + oid({1, 2, 840, 10045, 3, 1, 7}));
  Octets extensions = {};
};
Octets certificate_of(const Shape &shape) {
  const Octets signature = der(tag::sequence, oid({1, 2, 840, 10045, 4, 3, 2}));
  Octets body = der(tag::integer, shape.serial) + signature + der(tag::sequence, shape.issuer) +
                der(tag::sequence, shape.not_before + der(tag::utc_time, text("260101000000Z"))) +
                der(tag::sequence, shape.subject) +
                der(tag::sequence, shape.key + der(tag::bit_string, u8(0) + fill(65, 4)));
  if (!shape.extensions.empty())
    body = body + der(tag::context_of(3), der(tag::sequence, shape.extensions));
  return der(tag::sequence,
             der(tag::sequence, body) + signature + der(tag::bit_string, u8(0) + fill(70, 9)));
}
CertificateFacts read(const Shape &shape) {
  return CertificateReader().read(certificate_of(shape));
}

std::int64_t time_of(std::uint8_t tag, std::string_view written) {
  const Octets bytes = text(written);
  return read_time({tag, bytes, bytes});
}

TEST(CertificateTime, IsReadAsRfc5280HasIt) {
  EXPECT_EQ(time_of(tag::utc_time, "700101000000Z"), 0);
  EXPECT_EQ(time_of(tag::utc_time, "491231235959Z"), 2'524'607'999);
  EXPECT_EQ(time_of(tag::utc_time, "500101000000Z"), -631'152'000);
  EXPECT_EQ(time_of(tag::generalized_time, "20500101000000Z"), 2'524'608'000);
  EXPECT_EQ(time_of(tag::generalized_time, "99991231235959Z"), 253'402'300'799);
  EXPECT_EQ(time_of(tag::utc_time, "240229120000Z"), 1'709'208'000);
}

TEST(CertificateTime, WhatIsNoneIsAbsentAndNotTheEpoch) {
  for (const char *written :
       {"", "Z", "240101000000", "2401010000Z", "240101000000+0100", "241301000000Z",
        "240132000000Z", "230229000000Z", "240101240000Z", "240101006000Z", "240101000060Z",
        "24010100000aZ", "240101000000Zx", "20240101000000Z", "240101000000z", "-40101000000Z"})
    EXPECT_EQ(time_of(tag::utc_time, written), base::kNever) << written;
  for (const char *written :
       {"240101000000Z", "20240101000000.5Z", "20240101000000", "2024010100Z"})
    EXPECT_EQ(time_of(tag::generalized_time, written), base::kNever) << written;
  EXPECT_EQ(time_of(tag::octet_string, "240101000000Z"), base::kNever);
  Shape shape;
  shape.not_before = der(tag::utc_time, text("garbage"));
  EXPECT_TRUE(read(shape).parsed);
  EXPECT_EQ(read(shape).not_before, base::kNever);
  EXPECT_NE(read(shape).not_after, base::kNever);
}

TEST(Der, LengthsThatCannotBeAreRefused) {
  for (const char *bytes : {"3080020101", "30850000000001", "3084ffffffff", "3003", "30", "1f8101",
                            "3fff00", "30820001"}) {
    const Octets octets = hex(bytes);
    Der reader(octets);
    EXPECT_EQ(reader.next().tag, 0) << bytes;
    EXPECT_FALSE(reader.ok()) << bytes;
    EXPECT_TRUE(reader.take_if(tag::sequence).empty());
  }
}

TEST(Der, NestingIsNotFollowed) {
  Octets nested;
  for (int i = 0; i < 5'000; ++i)
    nested = nested + hex("3083ffffff");
  EXPECT_FALSE(CertificateReader().read(nested).parsed);
}

TEST(ObjectNames, NumbersAreDotted) {
  const auto written = [](std::string_view digits) {
    const Octets octets = hex(digits);
    return dotted(octets, 79);
  };
  EXPECT_EQ(written("2a864886f70d010101"), "1.2.840.113549.1.1.1");
  EXPECT_EQ(written("883703"), "2.999.3");
  EXPECT_EQ(written("00"), "0.0");
  EXPECT_EQ(written("2affffffffffffffffffff7f01"), "1.2.?.1");
  EXPECT_EQ(written(""), "");
  EXPECT_EQ(dotted(fill(100'000, 1), 79).size(), 79u);
  EXPECT_EQ(short_name(kCommonName.bytes()), "CN");
  EXPECT_EQ(short_name(fill(3, 9)), "");
}

TEST(DistinguishedName, LongOnesKeepTheLastRdns) {
  Octets name;
  for (int i = 0; i < 6'000; ++i)
    name = name + rdn(kCommonName, tag::utf8_string, text(std::to_string(i)));
  const std::string shown = name_text(name);
  EXPECT_EQ(shown.substr(0, 16), "CN=5999,CN=5998,");
  EXPECT_LE(shown.size(), kMaxName);
  EXPECT_GT(shown.size(), kMaxName - 8);
}

TEST(DistinguishedName, IsCutBetweenCharacters) {
  std::string value;
  for (int i = 0; i < 300; ++i)
    value += "字";
  const std::string shown = name_text(rdn(kCommonName, tag::utf8_string, text(value)));
  EXPECT_EQ(shown.size(), 510u);
  EXPECT_EQ(shown.substr(507), "字");
}

TEST(DistinguishedName, WhatIsNoTextOfItsTypeIsReplaced) {
  EXPECT_EQ(name_text(rdn(kCommonName, tag::utf8_string, hex("41ff42"))), "CN=A\uFFFDB");
  EXPECT_EQ(name_text(rdn(kCommonName, tag::bmp_string, hex("0041d800"))), "CN=A\uFFFD");
  EXPECT_EQ(name_text(rdn(kCommonName, tag::universal_string, hex("7fffffff"))), "CN=\uFFFD");
  EXPECT_EQ(name_text(rdn(kCommonName, 0x63, hex("41"))), "CN=#630141");
}

TEST(DistinguishedName, DamagedOnesAreReadAsFarAsTheyGo) {
  const Octets whole = rdn(kCommonName, tag::utf8_string, text("first"));
  EXPECT_EQ(name_text(whole + hex("310a300506")), "CN=first");
  EXPECT_EQ(name_text(hex("ffff")), "");
  EXPECT_EQ(name_text(hex("3100")), "");
}

TEST(DistinguishedName, IsComparedAsRfc5280Says) {
  const auto one = [](std::uint8_t type, std::string_view value) {
    return rdn(kCommonName, type, text(value));
  };
  const Octets name = one(tag::utf8_string, "Test Root");
  EXPECT_TRUE(same_name(name, one(tag::printable_string, "test  root ")));
  EXPECT_TRUE(same_name(
      name, rdn(kCommonName, tag::bmp_string, hex("005400650073007400200052006f006f0074"))));
  EXPECT_FALSE(same_name(name, one(tag::utf8_string, "TestRoot")));
  EXPECT_FALSE(same_name(name, name + name));
  EXPECT_FALSE(same_name(name, rdn({2, 5, 4, 10}, tag::utf8_string, text("Test Root"))));
  EXPECT_FALSE(same_name(name, {}));
}

TEST(PublicKeys, ExplicitParametersAreNamedAsSuch) {
  const Octets number = der(tag::integer, u8(0) + fill(32, 0xff));
  Shape shape;
  shape.key = der(tag::sequence,
                  oid({1, 2, 840, 10045, 2, 1}) +
                      der(tag::sequence, der(tag::integer, u8(1)) + der(tag::sequence, number) +
                                             der(tag::sequence, number) +
                                             der(tag::octet_string, fill(65, 4)) + number));
  const CertificateFacts facts = read(shape);
  EXPECT_EQ(facts.key.kind, KeyKind::ec_explicit);
  EXPECT_EQ(facts.key.bits, 256);
}

TEST(PublicKeys, PostQuantumOnesAreKnownByTheirNumbers) {
  const auto key = [](std::uint32_t number) {
    Shape shape;
    shape.key = der(tag::sequence, hex("06096086480165030403") + u8(number));
    return read(shape).key;
  };
  EXPECT_EQ(key(17).kind, KeyKind::ml_dsa_44);
  EXPECT_EQ(key(18).kind, KeyKind::ml_dsa_65);
  EXPECT_EQ(key(18).bits, 15'616);
  EXPECT_EQ(key(19).kind, KeyKind::ml_dsa_87);
  EXPECT_EQ(key(20).kind, KeyKind::slh_dsa);
  EXPECT_EQ(key(20).bits, 256);
  EXPECT_EQ(key(31).bits, 512);
  EXPECT_EQ(key(32).kind, KeyKind::unknown);
  EXPECT_EQ(key(35).bits, 256) << "of digests made beforehand";
  EXPECT_EQ(key(46).kind, KeyKind::slh_dsa);
  EXPECT_EQ(key(46).bits, 512);
  EXPECT_EQ(key(16).kind, KeyKind::unknown);
  EXPECT_EQ(key(47).kind, KeyKind::unknown);
  EXPECT_EQ(key(0x81).kind, KeyKind::unknown) << "more numbers follow";
}

PublicKey key_of(const Octets &algorithm, const Octets &key = {}) {
  return read_public_key(der(tag::sequence, algorithm) + der(tag::bit_string, key));
}

TEST(PublicKeys, OfOtherAlgorithms) {
  const Octets modulus = der(tag::integer, u8(0) + fill(256, 0xff));
  for (const Octets &rsa :
       {oid({1, 2, 840, 113549, 1, 1, 1}), oid({1, 2, 840, 113549, 1, 1, 10})}) {
    const PublicKey key = key_of(rsa, u8(0) + der(tag::sequence, modulus));
    EXPECT_EQ(key.kind, KeyKind::rsa);
    EXPECT_EQ(key.bits, 2'048);
    EXPECT_EQ(key_of(rsa).bits, 0) << "of no key";
    EXPECT_EQ(key_of(rsa, u8(0) + der(tag::sequence, der(tag::integer, {}))).bits, 0);
    EXPECT_EQ(key_of(rsa, u8(0) + der(tag::sequence, der(tag::integer, fill(4, 0)))).bits, 0);
  }
  const Octets dsa = oid({1, 2, 840, 10040, 4, 1});
  EXPECT_EQ(key_of(dsa + der(tag::sequence, modulus)).kind, KeyKind::dsa);
  EXPECT_EQ(key_of(dsa + der(tag::sequence, modulus)).bits, 2'048);
  EXPECT_EQ(key_of(oid({1, 2, 840, 10040, 4, 3})).kind, KeyKind::unknown) << "a signature";
  EXPECT_EQ(key_of(oid({1, 2, 156, 10197, 1, 301})).kind, KeyKind::sm2);
  const Octets ec = oid({1, 2, 840, 10045, 2, 1});
  EXPECT_EQ(key_of(ec + oid({1, 2, 156, 10197, 1, 301})).kind, KeyKind::sm2);
  EXPECT_EQ(key_of(ec + oid({1, 3, 132, 0, 34})).bits, 384);
  EXPECT_EQ(key_of(ec + oid({1, 3, 132, 0, 100})).bits, 0) << "a curve of later times";
  EXPECT_EQ(key_of(ec + oid({1, 3, 36, 3, 3, 2, 8, 1, 1, 13})).bits, 512);
  EXPECT_EQ(key_of(ec + der(0x05, {})).kind, KeyKind::ec) << "implicitlyCA";
  EXPECT_EQ(key_of(oid({1, 3, 101, 112})).kind, KeyKind::ed25519);
  EXPECT_EQ(key_of(oid({1, 3, 101, 113})).bits, 456);
  EXPECT_EQ(key_of(oid({1, 3, 101, 111})).kind, KeyKind::unknown);
}

TEST(PublicKeys, AreHeldAgainstTheSignatureThatTheyAreToHaveMade) {
  const auto nist = [](std::uint32_t number) { return hex("06096086480165030403") + u8(number); };
  const auto may = [](KeyKind key, const Octets &algorithm) { return may_sign(key, algorithm); };
  const std::pair<Octets, KeyKind> cases[] = {
      {oid({1, 2, 840, 113549, 1, 1, 11}), KeyKind::rsa},
      {oid({1, 2, 840, 10045, 4, 1}), KeyKind::ec},
      {oid({1, 2, 840, 10045, 4, 3, 2}), KeyKind::ec},
      {oid({1, 2, 840, 10040, 4, 3}), KeyKind::dsa},
      {oid({1, 2, 156, 10197, 1, 501}), KeyKind::sm2},
      {oid({1, 3, 101, 112}), KeyKind::ed25519},
      {nist(1), KeyKind::dsa},
      {nist(8), KeyKind::dsa},
      {nist(9), KeyKind::ec},
      {nist(12), KeyKind::ec},
      {nist(13), KeyKind::rsa},
      {nist(16), KeyKind::rsa},
      {nist(17), KeyKind::ml_dsa_44},
      {nist(46), KeyKind::slh_dsa},
  };
  for (const auto &[algorithm, signer] : cases)
    for (const KeyKind key : {KeyKind::rsa, KeyKind::ec, KeyKind::ed25519, KeyKind::dsa,
                              KeyKind::sm2, KeyKind::ml_dsa_44, KeyKind::slh_dsa})
      EXPECT_EQ(may(key, algorithm), key == signer)
          << static_cast<int>(key) << ' ' << static_cast<int>(signer);
  EXPECT_TRUE(may(KeyKind::ec_explicit, oid({1, 2, 840, 10045, 4, 3, 2})));
  EXPECT_FALSE(may(KeyKind::ec_explicit, oid({1, 2, 840, 113549, 1, 1, 11})));
  EXPECT_TRUE(may(KeyKind::unknown, oid({1, 2, 840, 113549, 1, 1, 11})));
  EXPECT_TRUE(may(KeyKind::rsa, oid({1, 2, 3, 4}))) << "an algorithm that nobody knows";
  EXPECT_TRUE(may(KeyKind::rsa, {})) << "none at all";
}

TEST(Groups, ThoseMeantToHoldAgainstQuantumComputers) {
  for (const std::uint16_t group : {0x0200, 0x0202, 0x11eb, 0x11ee, 0x4138, 0x6399, 0x639a})
    EXPECT_TRUE(is_post_quantum(group)) << group;
  for (const std::uint16_t group : {0x001d, 0x01ff, 0x0203, 0x11ea, 0x11ef, 0x6398})
    EXPECT_FALSE(is_post_quantum(group)) << group;
  EXPECT_TRUE(is_grease(0x1a1a));
  EXPECT_FALSE(is_grease(0x1a2a));
}

TEST(PublicKeys, CurvesWithoutANameHaveNoSize) {
  Shape shape;
  shape.key = der(tag::sequence, oid({1, 2, 840, 10045, 2, 1}) + oid({1, 2, 3}));
  EXPECT_EQ(read(shape).key.kind, KeyKind::ec);
  EXPECT_EQ(read(shape).key.bits, 0);
}

TEST(Certificate, ThousandsOfAlternativeNamesAreBounded) {
  Octets names;
  for (int i = 0; i < 5'000; ++i)
    names = names + der(tag::context(2), text("host" + std::to_string(i)));
  Shape shape;
  shape.extensions =
      der(tag::sequence, oid({2, 5, 29, 17}) + der(tag::octet_string, der(tag::sequence, names)));
  const CertificateFacts facts = read(shape);
  EXPECT_LE(facts.san.size(), 1024u);
  EXPECT_EQ(facts.san.substr(0, 12), "host0\nhost1\n");
}

TEST(Certificate, TheSeparatorDoesNotComeFromOutside) {
  Shape shape;
  shape.extensions =
      der(tag::sequence,
          oid({2, 5, 29, 17}) +
              der(tag::octet_string, der(tag::sequence, der(tag::context(2), text("a\nb")))));
  EXPECT_EQ(read(shape).san, "a?b");
}

TEST(Certificate, LongSerialNumbersAreCut) {
  Shape shape;
  shape.serial = fill(30'000, 0x7f);
  const std::string serial = read(shape).serial;
  EXPECT_EQ(serial.size(), 64u);
  EXPECT_EQ(serial.substr(0, 4), "7F7F");
}

} // namespace
} // namespace handspan::tls
