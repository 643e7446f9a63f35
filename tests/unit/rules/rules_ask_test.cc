// What each condition asks, how they are joined, and when.
#include "allocations.h"
#include "help.h"

#include <arpa/inet.h>

#include <array>
#include <thread>

namespace handspan::rules {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

base::Address v4(const char *text) {
  std::uint8_t raw[4];
  EXPECT_EQ(inet_pton(AF_INET, text, raw), 1);
  return base::Address::v4(raw);
}

TEST(Ask, DomainsAreThemselvesBelowOrBoth) {
  const auto is = [](const char *pattern, std::string_view name) {
    return hit(std::string("{ field = 'sni', domain = '") + pattern + "' }",
               with(Field::sni, name));
  };
  EXPECT_TRUE(is("example.com", "example.com"));
  EXPECT_TRUE(is("Example.COM", "eXample.com"));
  EXPECT_TRUE(is("example.com.", "example.com"));
  EXPECT_TRUE(is("example.com", "example.com."));
  EXPECT_FALSE(is("example.com", "www.example.com"));
  EXPECT_TRUE(is("*.example.com", "www.example.com"));
  EXPECT_TRUE(is("*.example.com", "a.b.example.com"));
  EXPECT_FALSE(is("*.example.com", "example.com"));
  EXPECT_FALSE(is("*.example.com", "notexample.com"));
  EXPECT_TRUE(is(".example.com", "example.com"));
  EXPECT_TRUE(is(".example.com", "www.example.com"));
  EXPECT_FALSE(is(".example.com", "example.com.evil.org"));
}

TEST(Ask, PatternsMatchAnywhereUnlessHeldByAnchors) {
  EXPECT_TRUE(hit("{ field = 'sni', regex = 'am.le' }", with(Field::sni, "WWW.EXAMPLE.COM")));
  EXPECT_FALSE(
      hit("{ field = 'sni', regex = 'am.le', caseless = false }", with(Field::sni, "EXAMPLE")));
  EXPECT_FALSE(hit("{ field = 'sni', regex = '^am' }", with(Field::sni, "example")));
  EXPECT_TRUE(hit("{ field = 'sni', contains = 'a.m' }", with(Field::sni, "xa.mx")));
  EXPECT_FALSE(hit("{ field = 'sni', contains = 'a.m' }", with(Field::sni, "xaxmx")));
  EXPECT_TRUE(
      hit("{ field = 'certificate.subject', equals = 'CN=a' }", with(Field::subject, "cn=A")));
  EXPECT_FALSE(hit("{ field = 'certificate.subject', equals = 'CN=a', caseless = false }",
                   with(Field::subject, "cn=A")));
  EXPECT_FALSE(
      hit("{ field = 'certificate.subject', equals = 'CN=a' }", with(Field::subject, "CN=ab")));
  const std::string colons = "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:";
  EXPECT_TRUE(hit("{ field = 'certificate.sha256', equals = '" + colons + colons + "' }",
                  with(Field::sha256, std::string(64, 'a'))));
}

TEST(Ask, FieldsOfSeveralValuesAreAskedLineByLine) {
  const Facts facts = with(Field::alpn, "h2\nhttp/1.1");
  EXPECT_TRUE(hit("{ field = 'alpn', equals = 'http/1.1' }", facts));
  EXPECT_TRUE(hit("{ field = 'alpn', equals = 'h2' }", facts));
  EXPECT_FALSE(hit("{ field = 'alpn', equals = 'http' }", facts));
  EXPECT_TRUE(hit("{ field = 'alpn', regex = '^h2$' }", facts));
  EXPECT_TRUE(hit("{ field = 'certificate.san', domain = '*.b.org' }",
                  with(Field::san, "a.com\nx.b.org\nc.net")));
}

TEST(Ask, TextIsBytes) {
  using namespace std::string_view_literals;
  EXPECT_TRUE(hit("{ field = 'sni', regex = 'evil' }", with(Field::sni, "\0\0evil"sv)));
  EXPECT_TRUE(hit("{ field = 'sni', regex = 'a\\x00b' }", with(Field::sni, "a\0b"sv)));
  EXPECT_TRUE(hit("{ field = 'sni', regex = '^x.y$' }", with(Field::sni, "x\ny"sv)));
  EXPECT_TRUE(hit("{ field = 'sni', contains = 'evil' }", with(Field::sni, "\xff\xfe evil"sv)));
}

TEST(Ask, NetworksOfEitherSide) {
  Facts facts;
  facts.client = v4("10.1.2.3");
  facts.server = v4("192.0.2.7");
  EXPECT_TRUE(hit("{ field = 'client', cidr = '10.0.0.0/8' }", facts));
  EXPECT_FALSE(hit("{ field = 'server', cidr = '10.0.0.0/8' }", facts));
  EXPECT_TRUE(hit("{ field = 'server', cidr = ['10.0.0.0/8', '192.0.2.7'] }", facts));
  EXPECT_TRUE(hit("{ field = 'address', cidr = '192.0.2.0/24' }", facts));
  EXPECT_FALSE(hit("{ field = 'address', cidr = '::/0' }", facts));
}

TEST(Ask, PlainQuestions) {
  Facts facts = with(Field::sni, "www.example.com");
  facts.now = 1'000'000 * base::kSecond;
  facts.server_port = 8443;
  facts.version = 0x0302;
  facts.group_known = true;
  facts.certificate = {.parsed = true,
                       .self_signed = true,
                       .key_type = 1,
                       .key_bits = 1024,
                       .not_before = 0,
                       .not_after = 1'000'000 + 20 * 86'400};
  facts[Field::san] = "example.com";
  record::Record record;
  record.outcome = record::Outcome::failed;
  record.cause = record::Cause::reset;
  record.by = record::By::server;
  record.phase = record::Phase::tls_handshake;
  record.step = record::Step::client_hello;
  record.phases[1] = {.start = 0, .end = 600 * base::kMillisecond, .packets = 2};
  facts.record = &record;
  const char *const yes[] = {"{ port = 8443 }",
                             "{ port = ['8000-9000'] }",
                             "{ tls = true }",
                             "{ version_below = 'TLSv1.2' }",
                             "{ post_quantum = 'not_offered' }",
                             "{ post_quantum = 'not_chosen' }",
                             "{ certificate = 'self_signed' }",
                             "{ certificate = ['expired', 'other_name'] }",
                             "{ expires_within = '30d' }",
                             "{ key_shorter_than = { rsa = 2048 } }",
                             "{ present = 'sni' }",
                             "{ missing = 'alpn' }",
                             "{ outcome = ['failed', 'open'] }",
                             "{ cause = 'reset' }",
                             "{ by = 'server' }",
                             "{ phase = 'tls_handshake' }",
                             "{ step = 'client_hello' }",
                             "{ longer_than = { tls_handshake = '500ms' } }"};
  for (const char *condition : yes)
    EXPECT_TRUE(hit(condition, facts)) << condition;
  const char *const no[] = {"{ port = 443 }",
                            "{ tls = false }",
                            "{ version_below = 'TLSv1.1' }",
                            "{ certificate = 'expired' }",
                            "{ certificate = 'not_yet_valid' }",
                            "{ expires_within = '10d' }",
                            "{ key_shorter_than = { rsa = 1024, ec = 256 } }",
                            "{ present = 'alpn' }",
                            "{ missing = 'sni' }",
                            "{ outcome = 'completed' }",
                            "{ cause = 'alert' }",
                            "{ by = 'client' }",
                            "{ phase = 'data' }",
                            "{ step = 'syn' }",
                            "{ longer_than = { tls_handshake = '700ms' } }",
                            "{ longer_than = { data = '1ms' } }"};
  for (const char *condition : no)
    EXPECT_FALSE(hit(condition, facts)) << condition;
}

TEST(Ask, VersionsInTheirOrder) {
  Facts facts = with(Field::sni, "a");
  const auto below = [&facts](std::uint16_t version, const char *bound) {
    facts.version = version;
    return hit("{ version_below = '" + std::string(bound) + "' }", facts);
  };
  EXPECT_TRUE(below(0x0002, "SSLv3"));
  EXPECT_TRUE(below(0x0300, "TLSv1.0"));
  EXPECT_FALSE(below(0x0303, "TLSv1.2"));
  for (const std::uint16_t trial : {0x7f1c, 0x7e02, 0xfb1a}) { // of TLS 1.3
    EXPECT_TRUE(below(trial, "TLSv1.3")) << trial;
    EXPECT_FALSE(below(trial, "TLSv1.2")) << trial;
  }
  for (const std::uint16_t other : {0x0a0a, 0x0305, 0x0101, 0x0001})
    EXPECT_FALSE(below(other, "TLSv1.3")) << other;
}

TEST(Ask, WhatACertificateLeavesOutIsNoFlaw) {
  Facts facts = with(Field::sni, "www.example.com");
  facts.now = 1'000'000 * base::kSecond;
  facts.certificate.parsed = true; // without times and key
  for (const char *condition :
       {"{ certificate = 'expired' }", "{ certificate = 'not_yet_valid' }",
        "{ certificate = 'self_signed' }", "{ certificate = 'other_name' }",
        "{ expires_within = '30d' }", "{ key_shorter_than = { rsa = 2048 } }"})
    EXPECT_FALSE(hit(condition, facts)) << condition;
  facts[Field::san] = "www.example.com";
  EXPECT_FALSE(hit("{ certificate = 'other_name' }", facts));
  facts[Field::sni] = "";
  EXPECT_FALSE(hit("{ certificate = 'other_name' }", facts)) << "none was asked for";
  facts.certificate.not_after = 999'999;
  EXPECT_TRUE(hit("{ certificate = 'expired' }", facts));
  EXPECT_FALSE(hit("{ expires_within = '30d' }", facts)) << "it has";
  facts.certificate.not_before = 1'000'001;
  EXPECT_TRUE(hit("{ certificate = 'not_yet_valid' }", facts));
  facts.certificate.key_type = 200; // of a newer program
  facts.certificate.key_bits = 1;
  EXPECT_FALSE(hit("{ key_shorter_than = { rsa = 2048 } }", facts));
}

TEST(Ask, PortsAndTimesInOtherOrders) {
  Facts facts = with(Field::sni, "a");
  record::Record record;
  record.first = base::kSecond;
  record.last = 9 * base::kSecond;
  record.phases[2] = {.start = base::kNever, .end = base::kNever, .packets = 4};
  record.tls.present = true;
  facts.record = &record;
  facts.server_port = 80;
  EXPECT_FALSE(hit("{ port = '443-450' }", facts));
  EXPECT_TRUE(hit("{ port = ['443-450', 80] }", facts));
  EXPECT_TRUE(hit("{ longer_than = { connection = '7s' } }", facts));
  EXPECT_FALSE(hit("{ longer_than = { connection = '8s' } }", facts));
  EXPECT_FALSE(hit("{ longer_than = { data = '1ms' } }", facts)) << "nobody knows";
  EXPECT_TRUE(hit("{ tls = true }, { longer_than = { connection = '7s' } }", facts));
  facts.post_quantum_offered = facts.group_known = facts.post_quantum_chosen = true;
  EXPECT_FALSE(hit("{ post_quantum = 'not_offered' }", facts));
  EXPECT_FALSE(hit("{ post_quantum = 'not_chosen' }", facts));
}

TEST(Ask, WhatIsNotKnownIsNoHit) {
  const Facts nothing;
  for (const char *condition :
       {"{ version_below = 'TLSv1.3' }", "{ post_quantum = 'not_offered' }",
        "{ post_quantum = 'not_chosen' }", "{ certificate = 'expired' }", "{ missing = 'sni' }",
        "{ missing = 'cipher' }", "{ expires_within = '30d' }"})
    EXPECT_FALSE(hit(condition, nothing)) << condition;
  Facts tlcp;
  tlcp.version = 0x0101;
  EXPECT_FALSE(hit("{ version_below = 'TLSv1.3' }", tlcp)) << "TLCP is in no row with TLS";
}

TEST(Ask, AllAnyAndNone) {
  const auto set = compiled(
      rule(1, "all = [ { field = 'sni', contains = 'a' }, { field = 'sni', contains = 'b' } ]") +
      rule(2, "any = [ { field = 'sni', contains = 'a' }, { port = 25 } ]") +
      rule(3, "all = [ { tls = true } ]\nnone = [ { field = 'sni', contains = 'a' } ]") +
      rule(4,
           "all = [ { field = 'sni', contains = 'b' } ]\nany = [ { port = 25 }, { port = 26 } ]"));
  const auto ids = [&](std::string_view sni, std::uint16_t port) {
    Facts facts = with(Field::sni, sni);
    facts.server_port = port;
    return hits(*set, facts);
  };
  EXPECT_THAT(ids("ab", 443), ElementsAre(1, 2));
  EXPECT_THAT(ids("a", 443), ElementsAre(2));
  EXPECT_THAT(ids("b", 26), ElementsAre(3, 4));
  EXPECT_THAT(ids("c", 25), ElementsAre(2, 3));
  EXPECT_THAT(ids("c", 443), ElementsAre(3));
}

TEST(Ask, EachRuleHasItsStage) {
  const auto set = compiled(
      rule(1, "all = [ { field = 'sni', contains = 'a' } ]") +
      rule(2, "all = [ { field = 'sni', contains = 'a' }, { version_below = 'TLSv1.2' } ]") +
      rule(3, "all = [ { field = 'sni', contains = 'a' }, { outcome = 'failed' } ]"));
  Facts facts = with(Field::sni, "a");
  facts.version = 0x0301;
  record::Record record;
  record.outcome = record::Outcome::failed;
  facts.record = &record;
  EXPECT_THAT(hits(*set, facts, Stage::hello, Stage::hello), ElementsAre(1));
  EXPECT_THAT(hits(*set, facts, Stage::handshake, Stage::handshake), ElementsAre(2));
  EXPECT_THAT(hits(*set, facts, Stage::end, Stage::end), ElementsAre(3));
  EXPECT_THAT(hits(*set, facts, Stage::hello, Stage::end), ElementsAre(1, 2, 3));
  const auto early = compiled(rule(1, "all = [ { field = 'sni', contains = 'a' } ]"));
  EXPECT_TRUE(early->needs(Stage::hello, Stage::hello).work);
  EXPECT_FALSE(early->needs(Stage::handshake, Stage::end).work);
}

TEST(Ask, FirstBytesAloneAreKnownAtOnceElseTheyAreNoted) {
  const auto set = compiled(
      rule(1, "all = [ { field = 'first_bytes.client', regex = '^SSH-' }, { port = 443 } ]") +
      rule(2,
           "all = [ { field = 'first_bytes.client', regex = '^SSH-' }, { outcome = 'failed' } ]") +
      rule(3, "all = [ { field = 'first_bytes.server', regex = '^SSH-' } ]"));
  const auto scratch = set->make_scratch();
  Facts facts;
  facts.server_port = 443;
  const auto heard = [&](base::Side from, std::string_view bytes) {
    const auto hits = set->hear(from, bytes, facts, *scratch);
    return std::vector<Note>(hits.begin(), hits.end());
  };
  const std::vector<Note> notes = heard(base::Side::client, "SSH-2.0-x");
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0], Note(0, 0));
  EXPECT_TRUE(notes[1].open());
  EXPECT_THAT(heard(base::Side::client, "GET / SSH-"), IsEmpty());
  EXPECT_EQ(heard(base::Side::server, "SSH-2.0-x").size(), 1u);
  record::Record record;
  record.outcome = record::Outcome::failed;
  facts.record = &record;
  const auto found = set->ask(Stage::hello, Stage::end, facts, *scratch, notes);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule(), 1u);
  EXPECT_THAT(set->ask(Stage::hello, Stage::end, facts, *scratch, {}), IsEmpty());
}

// In pieces of so many bytes, up to 64 of them.
std::vector<Note> heard_in_pieces(const RuleSet &set, std::string_view bytes, std::size_t piece) {
  const auto scratch = set.make_scratch(2);
  const std::uint16_t stream = set.begin_hearing(base::Side::client, *scratch);
  EXPECT_NE(stream, kNoStream);
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    if (set.hear_piece(base::Side::client, stream, bytes.substr(at, piece), 64, *scratch))
      break;
  const auto notes = set.end_hearing(base::Side::client, stream, Facts{}, *scratch);
  return {notes.begin(), notes.end()};
}

TEST(Ask, FirstBytesInPiecesAreAsIfTheyHadComeWhole) {
  std::string toml;
  unsigned id = 0;
  for (const char *pattern : {"^SSH-2\\.0-x", "^SSH-.*\\r\\n$", "\\x00{3}", "x$", "ab.*cd", "d$",
                              "[^a-z]{5}", "(?i)get", "^.{64}$", "^.{65}"})
    toml += rule(++id, std::string("all = [ { field = 'first_bytes.client', regex = '") + pattern +
                           "' } ]");
  toml += rule(++id, "all = [ { field = 'first_bytes.client', contains = 'ab' }, "
                     "{ field = 'first_bytes.client', contains = 'cd' } ]");
  const auto set = compiled(toml);
  const std::string texts[] = {
      "SSH-2.0-x", "SSH-2.0-x\r\n", std::string(20, '\0'), "GET / ab",
      "ab....cd",  "cdab",          std::string(64, 'x'),  std::string(70, 'x') + "ab cd"};
  for (const std::string &text : texts) {
    const auto scratch = set->make_scratch();
    const auto hits =
        set->hear(base::Side::client, std::string_view(text).substr(0, 64), Facts{}, *scratch);
    const std::vector<Note> whole(hits.begin(), hits.end());
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 63u, 64u, 100u})
      EXPECT_EQ(heard_in_pieces(*set, text, piece), whole) << text << ' ' << piece;
  }
}

TEST(Ask, AStreamThatIsGivenBackBeginsAnew) {
  const auto set = compiled(rule(1, "all = [ { field = 'first_bytes.client', regex = 'ab' } ]"));
  const auto scratch = set->make_scratch(1);
  const auto side = base::Side::client;
  const std::uint16_t first = set->begin_hearing(side, *scratch);
  EXPECT_EQ(set->begin_hearing(side, *scratch), kNoStream) << "there is one alone";
  EXPECT_FALSE(set->hear_piece(side, first, "xaba", 64, *scratch));
  set->give_up_hearing(side, first, *scratch);
  const std::uint16_t again = set->begin_hearing(side, *scratch);
  const std::size_t before = allocations_of_this_thread();
  const bool enough = set->hear_piece(side, again, "b", 64, *scratch);
  const std::size_t hits = set->end_hearing(side, again, Facts{}, *scratch).size();
  EXPECT_EQ(allocations_of_this_thread(), before);
  EXPECT_FALSE(enough);
  EXPECT_EQ(hits, 0u);
}

TEST(Ask, WhatWasSeenBeforeIsFoundAgain) {
  const auto set = compiled(rule(1, "all = [ { field = 'sni', regex = '^a' } ]") +
                            rule(2, "all = [ { field = 'certificate.subject', regex = '^a' } ]"));
  const auto scratch = set->make_scratch();
  const std::string longer = "a" + std::string(300, 'x');
  for (int turn = 0; turn < 3; ++turn)
    for (const std::string &text : {std::string("ab"), std::string("ba"), longer}) {
      const std::size_t sni =
          set->ask(Stage::hello, Stage::end, with(Field::sni, text), *scratch, {}).size();
      EXPECT_EQ(sni, text[0] == 'a' ? 1u : 0u) << text;
      const auto subject =
          set->ask(Stage::hello, Stage::end, with(Field::subject, text), *scratch, {});
      ASSERT_EQ(subject.size(), text[0] == 'a' ? 1u : 0u) << text;
      if (!subject.empty()) {
        EXPECT_EQ(subject[0].rule(), 1u) << "the same text in another field is another one";
      }
    }
}

TEST(Ask, ManyRulesAreFoundByOnePass) {
  std::string toml;
  for (unsigned i = 1; i <= 2'000; ++i)
    toml += rule(i, "all = [ { field = 'sni', domain = '*.d" + std::to_string(i) + ".example' } ]");
  const auto set = compiled(toml);
  EXPECT_THAT(hits(*set, with(Field::sni, "www.d77.example")), ElementsAre(77));
  EXPECT_THAT(hits(*set, with(Field::sni, "www.d2001.example")), IsEmpty());
}

TEST(Ask, AllocatesNothing) {
  const auto set = compiled(rule(1, "all = [ { field = 'sni', regex = 'a' } ]") +
                            rule(2, "all = [ { field = 'sni', domain = '*.example.com' } ]") +
                            rule(3, "all = [ { field = 'client', cidr = '::/0' } ]") +
                            rule(4, "all = [ { tls = true } ]"));
  const auto scratch = set->make_scratch();
  const Facts facts = with(Field::sni, "cba.example.com");
  const std::size_t before = allocations_of_this_thread();
  std::size_t count = 0;
  for (int i = 0; i < 100; ++i)
    count += set->ask(Stage::hello, Stage::end, facts, *scratch, {}).size();
  EXPECT_EQ(allocations_of_this_thread(), before);
  EXPECT_EQ(count, 400u);
}

TEST(Ask, WorkersShareTheSetEachWithItsScratch) {
  const auto set = compiled(rule(1, "all=[{field='sni', contains='jack'}]") +
                            rule(2, "all=[{field='sni', regex='gm\\.com$'}]"));
  std::array<std::size_t, 2> counts{};
  std::array<std::thread, 2> workers;
  for (std::size_t w = 0; w < workers.size(); ++w)
    workers[w] = std::thread([&, w] {
      const auto scratch = set->make_scratch();
      for (int i = 0; i < 1000; ++i)
        counts[w] +=
            set->ask(Stage::hello, Stage::end, with(Field::sni, "jack-gm.com"), *scratch, {})
                .size();
    });
  for (std::thread &worker : workers)
    worker.join();
  EXPECT_THAT(counts, ElementsAre(2000u, 2000u));
}

TEST(Locate, TellsWhereInTheField) {
  const auto where = [](const std::string &condition, std::string_view text) {
    const auto set = compiled(rule(1, "all = [ " + condition + " ]"));
    const auto place = set->locate(Note(0, 0), text);
    return place ? std::string(text.substr(place->offset, place->length)) + '@' +
                       std::to_string(place->offset)
                 : "nowhere";
  };
  EXPECT_EQ(where("{ field = 'sni', regex = 'ex[a-z]{3}' }", "www.example.com"), "examp@4");
  EXPECT_EQ(where("{ field = 'sni', contains = '.c' }", "www.example.com"), ".c@11");
  EXPECT_EQ(where("{ field = 'sni', domain = '*.example.com' }", "www.example.com."),
            "example.com@4");
  EXPECT_EQ(where("{ field = 'alpn', equals = 'h2' }", "http/1.1\nh2"), "h2@9");
  EXPECT_EQ(where("{ field = 'alpn', equals = 'h2', caseless = false }", "http/1.1\nh2"), "h2@9");
  EXPECT_EQ(where("{ field = 'sni', domain = '*.example.com' }", "www.example.org"), "nowhere");
  EXPECT_EQ(where("{ port = 443 }", "www.example.org"), "nowhere");
}

TEST(Ask, ThresholdsCountByTheirKey) {
  const auto set = compiled(
      rule(1, "threshold = { count = 3, within = '10s', by = 'name' }\nall = [ { tls = true } ]"));
  Facts facts = with(Field::sni, "a.example");
  facts.now = 1'000 * base::kSecond;
  const auto at = [&](std::string_view name, int second) {
    facts[Field::sni] = name;
    facts.now = second * base::kSecond;
    return !hits(*set, facts).empty();
  };
  EXPECT_FALSE(at("a.example", 1'000));
  EXPECT_FALSE(at("b.example", 1'000));
  EXPECT_FALSE(at("A.example", 1'001));
  EXPECT_TRUE(at("a.example", 1'002));
  EXPECT_FALSE(at("b.example", 1'002));
  EXPECT_FALSE(at("a.example", 1'040)) << "they are long gone";
}

} // namespace
} // namespace handspan::rules
