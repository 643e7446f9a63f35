#include "filter/filter.h"
#include "filter/pattern.h"
#include "records.h"
#include "render/utf8.h"

#include <gtest/gtest.h>

#include <chrono>

namespace handspan::filter {
namespace {

using namespace render::test;

constexpr Clock kClock{kStart + 60 * base::kSecond, false};

std::unique_ptr<Filter> made(std::string_view text, Fault &fault) {
  return Filter::compile(text, kClock, render::Language::en, fault);
}

bool passes(const Record &record, std::string_view text) {
  Fault fault;
  const auto filter = made(text, fault);
  EXPECT_NE(filter, nullptr) << text << '\n' << shown(fault, text);
  return filter != nullptr && filter->passes(record);
}

// The message and where it points: "3: no such field".
std::string fault_of(std::string_view text) {
  Fault fault;
  EXPECT_EQ(made(text, fault), nullptr) << text;
  return std::to_string(fault.at) + ": " + fault.message;
}

TEST(Filter, TheWholeLanguageInOneLine) {
  const Record r = refused_certificate();
  EXPECT_TRUE(
      passes(r, R"(tls.sni matches "gm\.com$" && by == "client" && )"
                R"(timings.client_hello_to_server_hello > 300us && src_ip in 192.168.0.0/16)"));
  EXPECT_FALSE(passes(r, R"(tls.sni matches "gm\.com$" && by == "server")"));
}

TEST(Filter, AndBindsTighterThanOr) {
  const Record r = refused_certificate();
  EXPECT_TRUE(passes(r, "by == client || by == server && by == network"));
  EXPECT_FALSE(passes(r, "(by == client || by == server) && by == network"));
  EXPECT_TRUE(passes(r, "by == client or by == server and by == network"));
  EXPECT_TRUE(passes(r, "not by == server and !(by == network)"));
  EXPECT_TRUE(passes(r, "!!tls.sni"));
}

TEST(Filter, Texts) {
  const Record r = refused_certificate(); // jack-gm.com
  EXPECT_TRUE(passes(r, R"(tls.sni == "jack-gm.com")"));
  EXPECT_TRUE(passes(r, R"(tls.sni == jack-gm.com)"));
  EXPECT_FALSE(passes(r, R"(tls.sni == "JACK-gm.com")"));
  EXPECT_TRUE(passes(r, R"(tls.sni contains "gm.c")"));
  EXPECT_TRUE(passes(r, R"(tls.sni in {"a", 'jack-gm.com'})"));
  EXPECT_TRUE(passes(r, R"(tls.sni not in {"a" "b"})"));
  EXPECT_TRUE(passes(r, R"(tls.version < "TLSv1.3" && tls.version >= TLSv1.2)"));
  EXPECT_TRUE(passes(r, R"(summary contains "refused")"));
  EXPECT_TRUE(passes(r, R"(tls.sni ~ "^JACK")")); // case does not count
  EXPECT_FALSE(passes(r, R"(tls.sni matches "^gm")"));
  EXPECT_TRUE(
      passes(r, R"(tls.certificate.sha256 matches "^[0-9a-f]*$" || !tls.certificate.sha256)"));
}

TEST(Filter, NumbersAndTheirUnits) {
  const Record r = refused_certificate(); // 7 and 6 packets, 2,022 and 950 bytes, 34.525 ms
  EXPECT_TRUE(passes(r, "packets.client == 7 && packets.server < 7 && packets.server <= 6"));
  EXPECT_TRUE(passes(r, "payload_bytes.client > 2kB && payload_bytes.client < 2KiB"));
  EXPECT_TRUE(passes(r, "duration == 34525us && duration >= 0.034525 && duration < 35ms"));
  EXPECT_TRUE(passes(r, "dest_port in {80, 443, 8000..8999} && src_port in {45000 .. 45100}"));
  EXPECT_TRUE(passes(r, "tls.cipher_id == 0x9c && tls.cipher_id == \"0x009c\""));
  EXPECT_TRUE(passes(r, "flow_id == 0xff"));
  EXPECT_TRUE(passes(r, "packets.client ge 7 and packets.client le 7 and packets.client ne 8"));
  EXPECT_TRUE(passes(r, "packets.client gt 6 and packets.client lt 8 and packets.client eq 7"));
}

TEST(Filter, UnitsOfBytesAndWhatIsNone) {
  Record r = refused_certificate();
  r.tcp.payload_bytes.client = std::uint64_t{3} << 40;
  EXPECT_TRUE(passes(r, "payload_bytes.client == 3Ti && payload_bytes.client == 3TiB"));
  EXPECT_TRUE(passes(r, "payload_bytes.client == 3072Gi && payload_bytes.client > 3T"));
  EXPECT_TRUE(passes(r, "payload_bytes.client == 0X30000000000"));
  for (const char *bad : {"0x1k", "99999999999999999999", "18446744073709551615k", "5X", "k", "0x"})
    EXPECT_NE(fault_of("payload_bytes.client == " + std::string(bad)).find("a number of bytes"),
              std::string::npos)
        << bad;
  EXPECT_TRUE(passes(r, "tls.resumed == 0 && tcp.established == 1 && tcp.established != false"));
}

TEST(Filter, EachKindOfValueIsAskedForInItsWords) {
  const std::pair<const char *, const char *> cases[] = {
      {"tls.resumed == maybe", "true or false"},
      {"packets.client == many", "a number, such as 3 or 10k"},
      {"timestamp > soon", "a moment, such as"},
      {"tls.cipher_id == AES", "a number, such as 0x1301"},
      {"src_ip == localhost", "an address, such as"},
      {"src_ip == 10.0.0.0/33", "an address, such as"},
      {"src_ip == 10.0.0.0/-1", "an address, such as"},
      {"src_ip == 10.0.0.0/8x", "an address, such as"},
      {"src_ip == 10.0.0.0/", "an address, such as"},
      {"src_ip in {10.0.0.1 .. here}", "an address, such as"},
      {"duration contains 3", "a length of time"},
      {"tls.cipher_id contains 3", "is no text"},
      {"src_ip contains 10", "is no text"},
      {"tls.resumed matches true", "is no text"},
      {"dest_port in {1..x}", "a number"},
  };
  for (const auto &[text, words] : cases)
    EXPECT_NE(fault_of(text).find(words), std::string::npos) << fault_of(text);
}

TEST(Filter, EachRelationWantsWhatItCanBeHeldAgainst) {
  const std::pair<const char *, const char *> cases[] = {
      {"tls == 1", "4: tls has no value of its own"},
      {"tls in {1}", "4: tls has no value of its own"},
      {"tls.sni contains", "16: a value is missing here"},
      {"tls.sni contains )", "17: a value is missing here"},
      {"tls.sni in )", "11: a value is missing here"},
      {"tls.sni in {)", "12: a value is missing here"},
      {"tls.sni in {a", "11: this { is never closed"},
      {"tls.sni in {a..b}", "13: texts have no ranges"},
      {"outcome < failedd", "8: outcome has no order"},
      {"outcome in {failedd}", "12: outcome is never \"failedd\""},
      {"src_ip < 10.0.0.1", "7: src_ip has no order"},
      {"tls.resumed > false", "12: tls.resumed has no order"},
      {"src_ip in {10.0.0.9..10.0.0.1}", "21: the range ends before it begins"},
      {"src_ip in {10.0.0.9..2001:db8::1}", "21: the range ends before it begins"},
      {"src_ip in {10.0.0.9..}", "an address"},
      {"dest_port in {1..}", "a number"},
      {"packets > 18446744073709551615", "10: nothing lies beyond this"},
      {"(by == client by == server)", "14: &&, || or ) is missing before this"},
      {"!", "a field is missing here"},
      {"all", "0: no such field: all"},
      {"any 7", "4: no such field: 7"},
      {"by & tls", "3: a single &: write &&"},
      {"by | tls", "3: a single |: write ||"},
      {"x", "0: no such field: x (handspan fields"},
      {"tls.sni not by", "&& or || is missing"},
  };
  for (const auto &[text, words] : cases)
    EXPECT_NE(fault_of(text).find(words), std::string::npos) << text << ": " << fault_of(text);
  EXPECT_TRUE(passes(refused_certificate(), "src_ip in {192.168.232.0..192.168.232.9}"));
  EXPECT_TRUE(passes(refused_certificate(), "src_ip not in ::/0")) << "of the other family";
  EXPECT_TRUE(passes(refused_certificate(), "tls.sni > \"a\" && !(tls.sni > \"jack-gm.com\")"));
  EXPECT_TRUE(passes(refused_certificate(), R"(tls.sni != "a \"quoted\" one")"));
}

TEST(Filter, MorePatternsThanThereMayBe) {
  std::string many = "tls.sni ~ a";
  for (std::size_t i = 0; i < Filter::kMaxPatterns; ++i)
    many += " || tls.sni ~ a";
  EXPECT_NE(fault_of(many).find("patterns"), std::string::npos);
}

TEST(Filter, ALongLineIsShownAroundItsFault) {
  std::string text;
  for (int i = 0; i < 12; ++i)
    text += "tls.sni != \"\u00e4\u00f6\u00fc\" && ";
  const std::size_t at = text.size();
  text += "tls.snj && ";
  for (int i = 0; i < 12; ++i)
    text += "tls.sni && ";
  text += "by";
  Fault fault;
  ASSERT_EQ(made(text, fault), nullptr);
  ASSERT_EQ(fault.at, at);
  const std::string drawn = shown(fault, text);
  const std::size_t line = drawn.find("\n  \u2026") + 1;
  ASSERT_NE(line, 0u) << drawn;
  const std::string middle = drawn.substr(line, drawn.find('\n', line) - line);
  EXPECT_TRUE(middle.ends_with("\u2026")) << drawn;
  EXPECT_LE(render::display_width(middle), 82u);
  EXPECT_TRUE(drawn.ends_with("^^^^^^^")) << drawn;
  EXPECT_EQ(drawn.size() - drawn.rfind('\n') - 1 - 7,
            render::display_width(middle.substr(0, middle.find("tls.snj"))))
      << drawn;
}

TEST(Filter, Moments) {
  const Record r = refused_certificate();
  EXPECT_TRUE(passes(r, R"(timestamp > "2m ago" && timestamp < "10s ago")"));
  EXPECT_TRUE(passes(r, R"(timestamp >= "2026-11-22 14:44" && timestamp < 2026-11-22T14:45:00Z)"));
  EXPECT_TRUE(passes(r, R"(timestamp in {14:44 .. 14:45})"));
}

TEST(Filter, Addresses) {
  Record r = refused_certificate();
  EXPECT_TRUE(passes(r, "src_ip == 192.168.232.1 && src_ip != 192.168.232.2"));
  EXPECT_TRUE(passes(r, "src_ip in {10.0.0.0/8, 192.168.232.0/31}"));
  EXPECT_TRUE(passes(r, "src_ip in {192.168.232.0..192.168.232.9}"));
  EXPECT_FALSE(passes(r, "src_ip in 192.168.233.0/24 || src_ip == 2001:db8::/32"));
  const std::uint8_t six[16] = {0x20, 0x01, 0x0d, 0xb8, 1};
  r.client = base::Address::v6(six);
  EXPECT_TRUE(passes(r, "src_ip in 2001:db8::/32 && src_ip not in 0.0.0.0/0"));
}

TEST(Filter, WhatIsThere) {
  EXPECT_TRUE(passes(refused_certificate(), "tls && tls.certificate && !icmp && cause"));
  EXPECT_FALSE(passes(blank(), "tls || tls.sni"));
  // Of a flag: that it is true.
  EXPECT_TRUE(passes(refused_certificate(), "tcp.established && !tls.resumed"));
  EXPECT_TRUE(passes(refused_certificate(), "tls.resumed == false"));
}

TEST(Filter, OfWhatIsAbsentNothingHolds) {
  EXPECT_FALSE(passes(blank(), R"(tls.sni == "a" || tls.sni != "a" || tls.sni matches "")"));
  EXPECT_TRUE(passes(blank(), R"(!(tls.sni == "a"))"));
}

TEST(Filter, OfSeveralValuesAnyUnlessAllIsSaid) {
  const Record r = refused_certificate();
  EXPECT_TRUE(passes(r, "tls.messages.from == client && tls.messages.from == server"));
  EXPECT_FALSE(passes(r, "all tls.messages.from == server"));
  EXPECT_TRUE(passes(r, "all tls.messages.from in {client, server}"));
  EXPECT_FALSE(passes(r, "tls.messages.from != client")); // some are
  EXPECT_TRUE(passes(r, "any tls.messages.from != client"));
  EXPECT_TRUE(passes(r, "tls.messages.name != finished"));
  EXPECT_TRUE(passes(r, "packets > 6 && any packets == 6 && !(all packets == 6)"));
  EXPECT_TRUE(passes(r, "tls.alerts.code == 46 && tls.alerts.name == certificate_unknown"));
  EXPECT_TRUE(passes(r, R"(tls.certificate.san contains "example")"));
}

TEST(Filter, CommentsAndLines) {
  EXPECT_TRUE(
      passes(refused_certificate(), "# refusals\nby == client # whose\n  && cause == alert\n"));
}

TEST(Filter, FaultsNameThePlaceAndTheNearest) {
  EXPECT_EQ(fault_of("tls.snj == 1"),
            "0: no such field: tls.snj: did you mean tls.sni? (handspan fields lists them)");
  EXPECT_EQ(fault_of("by == client && sni == 1"),
            "16: no such field: sni: did you mean tls.sni? (handspan fields lists them)");
  EXPECT_EQ(fault_of("outcome == fail"),
            "11: outcome is never \"fail\": it is one of completed, failed, open, unknown, unused");
  EXPECT_EQ(fault_of("outcome == faild"), "11: outcome is never \"faild\": did you mean failed?");
  EXPECT_EQ(fault_of("duration > fast"),
            "11: duration wants a length of time, such as 300ms or 1.5s");
  EXPECT_EQ(fault_of("by = client"), "3: a single =: write == for \"is equal to\"");
  EXPECT_EQ(fault_of("(by == client"), "0: this ( is never closed");
  EXPECT_EQ(fault_of("by == client)"), "12: this ) closes nothing");
  EXPECT_EQ(fault_of("by == client by == server"), "13: && or || is missing before this");
  EXPECT_EQ(fault_of("by =="), "5: a value is missing here");
  EXPECT_EQ(fault_of("by == \"client"), "6: this quote is never closed");
  EXPECT_EQ(fault_of(""), "0: the filter is empty");
  EXPECT_EQ(fault_of("by == client &&"), "15: a field is missing here, such as tls.sni");
  EXPECT_EQ(fault_of("tls == 1").substr(0, 3), "4: ");
  EXPECT_EQ(fault_of("by < client"), "3: by has no order: use ==, != or in");
  EXPECT_EQ(fault_of("packets matches 7").substr(0, 22), "8: packets is no text:");
  EXPECT_EQ(fault_of("dest_port in {9..8}"), "17: the range ends before it begins");
  EXPECT_EQ(fault_of("dest_port in {}"), "14: the set is empty");
  EXPECT_EQ(fault_of("packets < 0"), "10: nothing lies beyond this");
  EXPECT_EQ(fault_of("tls.sni matches \"a(\"").substr(0, 34), "16: this pattern can't be used: Mi");
}

TEST(Filter, AFaultIsShownUnderItsLine) {
  Fault fault;
  const std::string text = "by == client &&\n  tls.snj == \"a\"";
  ASSERT_EQ(made(text, fault), nullptr);
  EXPECT_EQ(shown(fault, text),
            "no such field: tls.snj: did you mean tls.sni? (handspan fields lists them)\n"
            "    tls.snj == \"a\"\n"
            "    ^^^^^^^");
  const std::string lone = "by == 甲";
  ASSERT_EQ(made(lone, fault), nullptr);
  EXPECT_TRUE(shown(fault, lone).ends_with("\n  by == 甲\n        ^^")) << shown(fault, lone);
}

TEST(Filter, FaultsAreToldInChinese) {
  const auto said = [](std::string_view text) {
    Fault fault;
    EXPECT_EQ(Filter::compile(text, {}, render::Language::zh, fault), nullptr) << text;
    return fault.message;
  };
  EXPECT_EQ(said("tls.snj == \"a\""),
            "没有这个字段：tls.snj：是否指 tls.sni？（handspan fields 列出全部字段）");
  EXPECT_EQ(said("packets == x"), "packets 的值应为数字，例如 3 或 10k");
  EXPECT_EQ(said("by = client"), "单独的 =：等于请写 ==");
  EXPECT_EQ(said("by == clientt"), "by 不会是 \"clientt\"：是否指 client？");
}

TEST(Filter, IdsOfDaemonsAreTakenWhole) {
  auto r = std::make_unique<Record>();
  r->flow_id = 0x2a;
  r->probe.run = 0x69283a1f9c1b22e0;
  EXPECT_TRUE(passes(*r, "flow_id == 0x69283a1f9c1b22e0002a"));
  EXPECT_FALSE(passes(*r, "flow_id == 0x69283a1f9c1b22e1002a")) << "of another run";
  EXPECT_FALSE(passes(*r, "flow_id == 0x2a")) << "of a file";
}

TEST(Filter, WhatIsTooMuchIsTurnedAway) {
  EXPECT_NE(fault_of(std::string(200, '(') + "by").find("levels"), std::string::npos);
  EXPECT_NE(fault_of(std::string(200, '!') + "by").find("levels"), std::string::npos);
  EXPECT_NE(fault_of(std::string(70'000, ' ')).find("bytes"), std::string::npos);
  std::string many = "by";
  for (int i = 0; i < 600; ++i)
    many += "||by";
  EXPECT_NE(fault_of(many).find("conditions"), std::string::npos);
  std::string set = "dest_port in {1";
  for (int i = 0; i < 600; ++i)
    set += ",1";
  EXPECT_NE(fault_of(set + "}").find("values"), std::string::npos);
}

TEST(Pattern, WithANulIsRefusedAndOfNothingItIsFoundInNothing) {
  std::string why;
  EXPECT_EQ(Pattern::compile(std::string("a\0b", 3), render::Language::en, why), nullptr);
  EXPECT_EQ(why, "it has a NUL; write it as \\x00");
  const auto empty = Pattern::compile("^$", render::Language::en, why);
  ASSERT_NE(empty, nullptr) << why;
  EXPECT_TRUE(empty->found_in({}));
  EXPECT_FALSE(empty->found_in("a"));
}

TEST(Pattern, HostileOnesTakeNoTime) {
  std::string why;
  for (const char *pattern : {"(a{1,1000}){1,1000}", "((a{99}){99}){99}", "a{1,99999}"}) {
    EXPECT_EQ(Pattern::compile(pattern, render::Language::en, why), nullptr) << pattern;
    EXPECT_FALSE(why.empty());
  }
  EXPECT_EQ(Pattern::compile(std::string(600, 'a'), render::Language::en, why), nullptr);
  EXPECT_EQ(Pattern::compile("(a)\\1", render::Language::en, why),
            nullptr); // no backtracking, so no references back
  const auto start = std::chrono::steady_clock::now();
  for (const char *pattern : {"(a+)+$", "(a|aa)+$", "(.*a){20}", "(x+x+)+y", "(.{0,40}a){40}"}) {
    const auto made = Pattern::compile(pattern, render::Language::en, why);
    if (made != nullptr) {
      (void)made->found_in(std::string(1'800, 'a') + "!");
    }
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

} // namespace
} // namespace handspan::filter
