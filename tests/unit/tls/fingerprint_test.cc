// JA3, JA3S and JA4 against the examples that their makers published.
#include "hello_builder.h"
#include "tls/fingerprint.h"

#include <gtest/gtest.h>

namespace handspan::tls {
namespace {

using namespace test;

Octets u16_list(const std::vector<unsigned> &values) {
  Octets out;
  for (const unsigned v : values)
    out = out + u16(v);
  return out;
}

Octets body_of(const Octets &message) {
  return {message.begin() + 4, message.end()};
}

std::string ja3(const ClientHelloSpec &spec) {
  const Octets body = body_of(client_hello(spec));
  ClientHello hello;
  EXPECT_TRUE(parse_client_hello(body, hello));
  std::array<std::uint8_t, 16> digest{};
  Fingerprinter fingerprinter;
  EXPECT_TRUE(fingerprinter.ja3(hello, digest));
  std::string out;
  for (const std::uint8_t byte : digest) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

std::string ja4(const ClientHelloSpec &spec) {
  const Octets body = body_of(client_hello(spec));
  ClientHello hello;
  EXPECT_TRUE(parse_client_hello(body, hello));
  std::array<char, 36> text{};
  Fingerprinter fingerprinter;
  EXPECT_TRUE(fingerprinter.ja4(hello, text));
  return {text.begin(), text.end()};
}

// github.com/salesforce/ja3, README: 769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,
// 23-24-25,0
TEST(Ja3, FirstPublishedExample) {
  ClientHelloSpec spec;
  spec.version = 769;
  spec.ciphers = u16s({47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4});
  spec.extensions = sni("example.com") + groups({23, 24, 25}) + formats({0});
  EXPECT_EQ(ja3(spec), "ada70206e40642a3e4461f35503241d5");
}

// The same place: 769,4-5-10-9-100-98-3-6-19-18-99,,,
TEST(Ja3, SecondPublishedExampleHasNoExtensions) {
  ClientHelloSpec spec;
  spec.version = 769;
  spec.ciphers = u16s({4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99});
  EXPECT_EQ(ja3(spec), "de350869b8c85de67a350c8d186f11e6");
}

TEST(Ja3, GreaseIsLeftOut) {
  ClientHelloSpec spec;
  spec.version = 769;
  spec.ciphers = u16s({0x3a3a, 47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4});
  spec.extensions = extension(0xdada, {}) + sni("example.com") + groups({0x8a8a, 23, 24, 25}) +
                    formats({0}) + extension(0x1a1a, u8(0));
  EXPECT_EQ(ja3(spec), "ada70206e40642a3e4461f35503241d5");
}

// The same place: 769,47,65281-0-11-35-5-16
TEST(Ja3s, PublishedExample) {
  ServerHelloSpec spec;
  spec.version = 769;
  spec.cipher = 47;
  for (const unsigned type : {65281u, 0u, 11u, 35u, 5u, 16u})
    spec.extensions = spec.extensions + extension(type, {});
  const Octets body = body_of(server_hello(spec));
  ServerHello hello;
  ASSERT_TRUE(parse_server_hello(body, hello));
  std::array<std::uint8_t, 16> digest{};
  Fingerprinter fingerprinter;
  ASSERT_TRUE(fingerprinter.ja3s(hello, digest));
  EXPECT_EQ(Octets(digest.begin(), digest.end()), hex("836ce314215654b5b1f85f97c73e506f"));
}

// github.com/FoxIO-LLC/ja4, technical_details/JA4.md: the example that is worked through there.
ClientHelloSpec ja4_example() {
  ClientHelloSpec spec;
  spec.ciphers = u16_list({0x0a0a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9,
                           0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035});
  spec.extensions = extension(0x1a1a, {}) + extension(0x001b, {}) + sni("example.com") +
                    extension(0x0033, {}) + alpn({"h2", "http/1.1"}) + extension(0x4469, {}) +
                    extension(0x0017, {}) + versions({0x2a2a, 0x0304, 0x0303}) +
                    signatures({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601}) +
                    extension(0x0005, {}) + extension(0x0023, {}) + extension(0x0012, {}) +
                    extension(0x002d, {}) + formats({0}) + extension(0xff01, {}) +
                    groups({0x3a3a, 29, 23, 24}) + extension(0x0015, {});
  return spec;
}

TEST(Ja4, PublishedExample) {
  EXPECT_EQ(ja4(ja4_example()), "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST(Ja4, NothingOfferedGivesZeros) {
  ClientHelloSpec spec;
  spec.ciphers = {};
  spec.version = 0x0302;
  EXPECT_EQ(ja4(spec), "t11i000000_000000000000_000000000000");
}

TEST(Ja4, AlpnThatIsNoTextIsToldInHex) {
  ClientHelloSpec spec;
  spec.extensions = alpn({"\xab\x01\xcd"});
  EXPECT_EQ(ja4(spec).substr(8, 2), "ad");
  spec.extensions = alpn({"h"});
  EXPECT_EQ(ja4(spec).substr(8, 2), "hh");
}

TEST(Ja4, VersionsHaveTheirNames) {
  const std::pair<unsigned, const char *> names[] = {
      {0x0300, "s3"}, {0x0301, "10"}, {0x0302, "11"}, {0x0303, "12"}, {0x0101, "00"}};
  for (const auto &[version, name] : names) {
    ClientHelloSpec spec;
    spec.version = version;
    EXPECT_EQ(ja4(spec).substr(1, 2), name);
  }
}

// One that has seen them all says of each what one says that has seen none.
TEST(Fingerprinter, RemembersEachHelloByAllThatCounts) {
  std::vector<ClientHelloSpec> specs(1, ja4_example());
  const auto varied = [&](auto &&change) { change(specs.emplace_back(ja4_example())); };
  varied([](ClientHelloSpec &s) { s.version = 0x0302; });
  varied([](ClientHelloSpec &s) { s.ciphers = s.ciphers + u16(0x0036); });
  varied([](ClientHelloSpec &s) { s.extensions = s.extensions + extension(0x0016, {}); });
  const Octets parts[] = {groups({29}),         groups({29, 23}),
                          groups({}),           formats({0}),
                          formats({0, 1}),      versions({0x0303}),
                          versions({0x0304}),   signatures({0x0403}),
                          signatures({0x0a0a}), alpn({"h2"}),
                          alpn({"h3"}),         alpn({"http/1.1"}),
                          sni("example.com"),   signatures({0x0403, 0x804}),
                          alpn({"\xab\xcd"})};
  for (const Octets &part : parts)
    varied([&](ClientHelloSpec &s) { s.extensions = part; });
  varied([](ClientHelloSpec &s) { s.ciphers = fill(1000, 1); }); // longer than any key

  Fingerprinter old;
  for (int round = 0; round < 2; ++round)
    for (const ClientHelloSpec &spec : specs) {
      const Octets body = body_of(client_hello(spec));
      ClientHello hello;
      ASSERT_TRUE(parse_client_hello(body, hello));
      std::array<std::uint8_t, 16> ja3{};
      std::array<char, 36> ja4{};
      Fingerprinter anew;
      const bool has_ja3 = anew.ja3(hello, ja3), has_ja4 = anew.ja4(hello, ja4);
      const ClientPrints &prints = old.client(hello);
      EXPECT_EQ(prints.has_ja3, has_ja3);
      EXPECT_EQ(prints.has_ja4, has_ja4);
      EXPECT_EQ(prints.ja3, ja3);
      EXPECT_EQ(prints.ja4, ja4);
    }
}

TEST(Ja4, TooManyToSortIsRefused) {
  ClientHelloSpec spec;
  spec.ciphers = fill(2 * (Fingerprinter::kMaxSorted + 1), 1);
  const Octets body = body_of(client_hello(spec));
  ClientHello hello;
  ASSERT_TRUE(parse_client_hello(body, hello));
  std::array<char, 36> text{};
  Fingerprinter fingerprinter;
  EXPECT_FALSE(fingerprinter.ja4(hello, text));
}

} // namespace
} // namespace handspan::tls
