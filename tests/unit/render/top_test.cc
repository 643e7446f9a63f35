// Who has most, and how long steps took of what workers have summed up.
#include "records.h"
#include "render/json_dom.h"
#include "render/latency_sums.h"
#include "render/top.h"
#include "render/top_key.h"

#include <gtest/gtest.h>

#include <memory>

namespace handspan::render {
namespace {

using namespace test;
using summary::Ranking;
using summary::Subject;

bool has(const std::string &text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Two connections to shop.example, one of which failed, and one to a server without a name.
class Tops : public ::testing::Test {
protected:
  void SetUp() override {
    auto block = std::make_unique<summary::Block>();
    summary::Writer writer(*block, 1);
    summary::Flowing flowing;
    flowing.opened = 3;
    flowing.packets = 40;
    writer.turn(kStart, [&] { return flowing; });
    Record r = refused_certificate();
    r.tls.sni = r.put("shop.example");
    std::fill(r.tls.ja4.begin(), r.tls.ja4.end(), 'a');
    r.tls.has_ja4 = true;
    writer.add(r);
    r = completed();
    r.tls.sni = r.put("shop.example");
    writer.add(r);
    r = blank();
    r.outcome = record::Outcome::failed;
    r.cause = record::Cause::syn_timeout;
    r.server_port = 8443;
    writer.add(r);
    writer.turn(kStart + kSecond, [&] { return flowing; });
    writer.finish(flowing);
    merged_.add(std::move(block));
  }
  std::string text(const TopView &view, const Style &style = {}) {
    return top_text(merged_, view, style);
  }
  summary::Merged merged_;
};

TEST_F(Tops, EachSubjectHasItsTable) {
  const std::string all = text({});
  for (const char *part : {"shop.example", "192.168.232.129:443", "192.168.232.129:8443",
                           "192.168.232.0/24", "syn_timeout", "aaaaaaaa", "handspan failures"})
    EXPECT_TRUE(has(all, part)) << part << " in\n" << all;
  TopView view;
  view.subject = Subject::server;
  view.span = Ranking::Span::since_start;
  const std::string servers = text(view);
  EXPECT_FALSE(has(servers, "shop.example")) << servers;
  view.most = 1;
  EXPECT_FALSE(has(text(view), "8443")) << text(view);
  EXPECT_TRUE(has(text({}, {Language::zh, false}), "shop.example"));
}

TEST_F(Tops, OrderedByEachColumn) {
  const Ranking ranking = merged_.ranking(Subject::server, Ranking::Span::since_start);
  const auto first = [&](TopColumn by, bool up) {
    const TopTableText table = top_table(ranking, Subject::server, {by, up}, 0, {});
    EXPECT_EQ(table.rows.size(), 2u);
    EXPECT_EQ(table.bound, "");
    return has(table.rows.front().text, "8443") ? 8443 : 443;
  };
  EXPECT_EQ(first(TopColumn::connections, false), 443);
  EXPECT_EQ(first(TopColumn::connections, true), 8443);
  EXPECT_EQ(first(TopColumn::share, false), 8443) << "all of its one failed";
  EXPECT_EQ(first(TopColumn::syn, false), 443);
  EXPECT_EQ(first(TopColumn::hello, true), 8443);
  EXPECT_EQ(first(TopColumn::last, false), 443);
  EXPECT_EQ(first(TopColumn::what, false), 8443);
  EXPECT_EQ(first(TopColumn::what, true), 443);
  EXPECT_EQ(top_table(ranking, Subject::server, {TopColumn::failed, false}, 1, {}).rows.size(), 1u);
}

TEST_F(Tops, ARowKnowsTheFilterOfItsConnections) {
  const auto filters = [&](Subject subject) {
    std::string out;
    const Ranking ranking = merged_.ranking(subject, Ranking::Span::since_start);
    for (const TopTableRow &row : top_table(ranking, subject, {}, 0, {}).rows)
      out += row.filter + "\n";
    return out;
  };
  EXPECT_TRUE(has(filters(Subject::name), "tls.sni == 'shop.example'")) << filters(Subject::name);
  EXPECT_TRUE(has(filters(Subject::server), "dest_ip == 192.168.232.129 && dest_port == 8443"));
  EXPECT_EQ(filters(Subject::network), "src_ip in 192.168.232.0/24\n");
  EXPECT_TRUE(
      has(filters(Subject::failure), "cause == alert && by == client && tls.sni == 'shop.example'"))
      << filters(Subject::failure);
  EXPECT_TRUE(has(filters(Subject::failure), "cause == syn_timeout && dest_ip == 192.168.232.129"));
  EXPECT_TRUE(has(filters(Subject::ja4), "tls.ja4 == 'aaa"));
}

summary::TopKey key_of(std::string_view bytes) {
  summary::TopKey key;
  key.length = static_cast<std::uint16_t>(bytes.size());
  std::copy_n(bytes.begin(), std::min(bytes.size(), key.bytes.size()), key.bytes.begin());
  return key;
}

TEST(TopKeys, OfHostileBytesAreWordsAllTheSame) {
  for (const Subject subject :
       {Subject::name, Subject::server, Subject::network, Subject::failure, Subject::ja4})
    for (const std::string &bytes : {std::string(), std::string(1, '\x01'), std::string(30, '\xff'),
                                     std::string(200, '\x1b')}) {
      const summary::TopKey key = key_of(bytes);
      EXPECT_FALSE(has(top_key_text(subject, key, {}), "\x1b"));
      EXPECT_FALSE(one_line(top_key_json(subject, key)).empty());
      EXPECT_FALSE(top_key_filter(subject, key).empty());
    }
  EXPECT_EQ(top_key_text(Subject::server, key_of("short"), {}), "?");
  EXPECT_EQ(top_key_filter(Subject::server, key_of("short")), "!dest_ip");
}

TEST(TopKeys, OfALongNameItsBeginningIsKnown) {
  const summary::TopKey key = key_of(std::string(200, 'n'));
  EXPECT_TRUE(top_key_text(Subject::name, key, {}).ends_with("n\u2026"));
  EXPECT_TRUE(has(top_key_filter(Subject::name, key), "tls.sni contains 'nnn"));
}

TEST_F(Tops, AsJson) {
  const auto json = Json::parse(top_json(merged_, {}));
  EXPECT_EQ(json["connections"], 3);
  for (const char *span : {"since_start", "five_minutes"}) {
    EXPECT_EQ(json[span]["name"]["rows"][0]["name"], "shop.example") << span;
    EXPECT_EQ(json[span]["name"]["rows"][0]["seen"], 2);
    EXPECT_EQ(json[span]["name"]["rows"][0]["outcomes"]["failed"], 1);
    EXPECT_EQ(json[span]["name"]["exact"], true);
    EXPECT_EQ(json[span]["server"]["rows"].size(), 2u);
  }
  TopView view;
  view.subject = Subject::server;
  view.most = 1;
  const auto servers = Json::parse(top_json(merged_, view));
  EXPECT_EQ(servers["since_start"]["server"]["rows"].size(), 1u);
  EXPECT_FALSE(servers["since_start"].contains("name"));
}

TEST(TopsOfNothing, SayThatThereIsNoHistoryYet) {
  const summary::Merged none;
  EXPECT_EQ(top_text(none, {}, {}), "no packets so far: there is no history yet\n");
  EXPECT_EQ(top_numbers(none, {}), "no packets so far: there is no history yet\n");
  EXPECT_EQ(latency_line(none, {}),
            "SYN\u2192SYN-ACK - \u00b7 hello\u2192hello - \u00b7 TLS handshake -");
}

TEST(TopsOfMany, SayByHowMuchTheyMayBeWrong) {
  auto block = std::make_unique<summary::Block>();
  summary::Writer writer(*block, 1);
  writer.turn(kStart, [] { return summary::Flowing(); });
  for (int i = 0; i < 300; ++i) {
    Record r = completed();
    r.tls.sni = r.put("host" + std::to_string(i) + ".example");
    writer.add(r);
  }
  summary::Merged merged;
  merged.add(std::move(block));
  const Ranking ranking = merged.ranking(Subject::name, Ranking::Span::five_minutes);
  const TopTableText table = top_table(ranking, Subject::name, {}, 3, {});
  EXPECT_TRUE(has(table.bound, "2")) << table.bound; // 300 of 128
  EXPECT_TRUE(has(table.rows[0].text, "+")) << table.rows[0].text;
  EXPECT_TRUE(has(top_text(merged, {}, {}), table.bound));
  Style narrow;
  narrow.width = 80;
  EXPECT_TRUE(has(top_table(ranking, Subject::name, {}, 3, narrow).head, "SYN-ACK"));
}

TEST_F(Tops, LatenciesOfAllThatEnded) {
  EXPECT_TRUE(has(latency_line(merged_, {}), "p50")) << latency_line(merged_, {});
  Style narrow;
  narrow.width = 20;
  EXPECT_LE(latency_line(merged_, narrow).size(), 40u);
  for (const auto span : {Ranking::Span::since_start, Ranking::Span::five_minutes})
    EXPECT_TRUE(has(latency_sums_text(merged_, span, {}), "SYN\u2192SYN-ACK"));
  const LatencySums all(merged_, std::nullopt, summary::Timing::tls_total, 0);
  EXPECT_TRUE(has(all.text({}), "3 connections")) << all.text({});
  const auto json = Json::parse(all.json());
  EXPECT_EQ(json["timings"][0]["timing"], "syn_to_syn_ack");
  EXPECT_EQ(json["timings"][0]["side"], "server");
  EXPECT_EQ(json["timings"][0]["count"], 2);
  EXPECT_TRUE(json.contains("since"));
  EXPECT_FALSE(json.contains("groups"));
  EXPECT_TRUE(has(all.csv(), "\n,syn_to_syn_ack,server,2,")) << all.csv();
}

TEST_F(Tops, LatenciesOfThoseThatHaveMost) {
  const LatencySums servers(merged_, Subject::server, summary::Timing::syn_to_syn_ack, 1);
  const std::string text = servers.text({});
  EXPECT_TRUE(has(text, "192.168.232.129:443")) << text;
  EXPECT_FALSE(has(text, "8443")) << text;
  const auto json = Json::parse(servers.json());
  ASSERT_EQ(json["groups"].size(), 1u);
  EXPECT_EQ(json["groups"][0]["connections"], 2);
  const LatencySums names(merged_, Subject::name, summary::Timing::tls_total, 0);
  EXPECT_TRUE(has(names.text({}), "shop.example"));
  EXPECT_TRUE(has(names.csv(), "\nshop.example,")) << names.csv();
  const summary::Merged none;
  EXPECT_FALSE(
      has(LatencySums(none, Subject::name, summary::Timing::tls_total, 0).text({}), "p50"));
}

} // namespace
} // namespace handspan::render
