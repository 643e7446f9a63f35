#include "records.h"
#include "render/failures.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace handspan::render {
namespace {

using namespace test;

TEST(Failures, NoneFailed) {
  Failures failures;
  EXPECT_EQ(failures.text({}), "failures in 0 connections: none\n");
}

// From the first record's beginning until long after its end.
record::Watch long_watch(const Record &record) {
  record::Watch watch;
  watch.add(record.first, record.last + 100 * base::kSecond);
  return watch;
}

TEST(Failures, WhatARetryMadeGoodIsNotFelt) {
  Failures failures;
  failures.set_watch(long_watch(refused_certificate()));
  Record record = refused_certificate();
  failures.add(record);
  record.retry.recovered = true;
  record.flow_id = 7;
  record.last += base::kSecond;
  failures.add(record);
  record.kind = record::Kind::handshake; // the same connection's other record
  failures.add(record);

  const auto json = nlohmann::json::parse(failures.json());
  EXPECT_EQ(json["connections"], 2);
  EXPECT_EQ(json["raw"], 2);
  EXPECT_EQ(json["recovered"], 1);
  EXPECT_EQ(json["felt"], 1);
  EXPECT_EQ(json["pending"], 0);
  EXPECT_EQ(json["window"], 30);
  ASSERT_EQ(json["failures"].size(), 1u);
  EXPECT_EQ(json["failures"][0]["cause"], "alert 46 certificate_unknown");
  EXPECT_EQ(json["failures"][0]["by"], "client");
  EXPECT_EQ(json["failures"][0]["step"], "server_hello_done");
  EXPECT_EQ(json["failures"][0]["server"], "jack-gm.com");
  EXPECT_EQ(json["failures"][0]["flow_id"], "0x0000000000000007");
}

TEST(Failures, MostFeltFirst) {
  Failures failures;
  failures.set_watch(long_watch(refused_certificate()));
  Record record = refused_certificate();
  record.retry.recovered = true;
  failures.add(record);
  failures.add(record);
  record.retry.recovered = false;
  record.by = record::By::server;
  failures.add(record);
  const auto json = nlohmann::json::parse(failures.json());
  ASSERT_EQ(json["failures"].size(), 2u);
  EXPECT_EQ(json["failures"][0]["felt"], 1);
  EXPECT_EQ(json["failures"][1]["felt"], 0);
  EXPECT_EQ(
      failures.text({}).substr(0, failures.text({}).find('\n')),
      "failures in 3 connections: 3 in all · 2 recovered (tried again with success within 30 s) · "
      "1 not recovered");
}

TEST(Failures, WhatTheCaptureEndsTooEarlyForIsNotDecided) {
  Failures failures;
  const Record record = refused_certificate();
  record::Watch watch;
  watch.add(record.first, record.last + 5 * base::kSecond);
  failures.set_watch(watch);
  failures.set_window(10 * base::kSecond);
  failures.add(record);
  const auto json = nlohmann::json::parse(failures.json());
  EXPECT_EQ(json["felt"], 0);
  EXPECT_EQ(json["pending"], 1);
  EXPECT_EQ(json["window"], 10);
  EXPECT_EQ(json["failures"][0]["pending"], 1);
  EXPECT_NE(failures.text({}).find("1 not decided yet (watched for less than 10 s since)"),
            std::string::npos);
}

TEST(Failures, OfADaemonOnlyWhatAllItsRingsReachBackTo) {
  Failures failures;
  const Record record = refused_certificate();
  failures.of_daemon(record.last + 1);
  failures.set_watch(long_watch(record));
  failures.add(record);
  Record later = record;
  later.last += 2;
  failures.add(later);
  const auto json = nlohmann::json::parse(failures.json());
  EXPECT_EQ(json["connections"], 1);
  EXPECT_TRUE(json.contains("since"));
  EXPECT_NE(failures.text({}).find("failures in the last 1 connection:"), std::string::npos);
  EXPECT_NE(failures.text({}).find("are left out"), std::string::npos);
}

// A failed connection to a server of that name, so long after the first.
Record failed(std::string_view name, base::Nanos after = 0) {
  Record record = refused_certificate();
  record.first += after;
  record.last += after;
  record.tls.sni = name.empty() ? record::Text{} : record.put(name);
  return record;
}

bool has(const std::string &text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Failures, ByEachFactOfAConnection) {
  using record::FailureBy;
  const std::pair<FailureBy, std::pair<const char *, const char *>> cases[] = {
      {FailureBy::name, {"name", "jack-gm.com"}},
      {FailureBy::server, {"server", "192.168.232.129:443"}},
      {FailureBy::client, {"client", "192.168.232.1"}},
      {FailureBy::cause, {"cause", "alert 46 certificate_unknown"}},
      {FailureBy::version, {"version", "TLSv1.2"}},
      {FailureBy::ja4, {"JA4", "-"}},
  };
  for (const auto &[by, words] : cases) {
    Failures failures(by);
    failures.set_watch(long_watch(refused_certificate()));
    failures.add(failed("jack-gm.com"));
    failures.add(completed());
    const std::string text = failures.text({});
    EXPECT_TRUE(has(text, words.second)) << text;
    EXPECT_TRUE(has(text, "handspan explain")) << text;
    EXPECT_FALSE(has(text, "--by name")) << "it is asked for already";
    EXPECT_EQ(has(text, "50 %"), by != FailureBy::cause) << text; // of all to there
    const auto json = nlohmann::json::parse(failures.json());
    ASSERT_EQ(json["failures"].size(), 1u);
    EXPECT_EQ(json["failures"][0]["value"], words.second);
    EXPECT_EQ(json["failures"][0]["causes"][0]["value"], "alert 46 certificate_unknown");
    const std::string csv = failures.csv();
    EXPECT_TRUE(has(csv, "\n" + std::string(words.second) + ",,,1,0,1,0,")) << csv;
  }
}

TEST(Failures, WhatAConnectionLacksIsADash) {
  Record nameless = failed("");
  nameless.tls.version = nameless.tls.client_version = record::kNoCode;
  for (const auto by : {record::FailureBy::name, record::FailureBy::version}) {
    Failures failures(by);
    failures.add(nameless);
    EXPECT_EQ(nlohmann::json::parse(failures.json())["failures"][0]["value"], "-");
  }
  Failures failures;
  failures.add(nameless);
  EXPECT_EQ(nlohmann::json::parse(failures.json())["failures"][0]["server"], "192.168.232.129:443")
      << "then its address";
}

TEST(Failures, FingerprintsAreToldWhole) {
  Record record = failed("a.example");
  const std::string_view ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1";
  std::copy(ja4.begin(), ja4.end(), record.tls.ja4.begin());
  record.tls.has_ja4 = true;
  Failures failures(record::FailureBy::ja4);
  failures.add(record);
  EXPECT_EQ(nlohmann::json::parse(failures.json())["failures"][0]["value"], ja4);
}

TEST(Failures, OfManyNamesTheMostFrequentAreNamed) {
  Failures failures;
  for (int i = 0; i < 5; ++i)
    for (int times = 0; times <= i; ++times)
      failures.add(failed("host" + std::to_string(i) + ".example"));
  const std::string text = failures.text({});
  EXPECT_TRUE(has(text, "host4.example 5, host3.example 4, host2.example 3")) << text;
  EXPECT_FALSE(has(text, "host1.example")) << text;
  EXPECT_TRUE(has(text, "2 more")) << text;
  EXPECT_TRUE(has(text, "--by name")) << text;
  EXPECT_TRUE(has(failures.csv(), "alert 46 certificate_unknown,client,server_hello_done,15,"))
      << failures.csv();
}

TEST(Failures, MoreRowsThanAreAskedForAreCounted) {
  Failures failures(record::FailureBy::name);
  for (int i = 0; i < 5; ++i)
    failures.add(failed("host" + std::to_string(i) + ".example"));
  EXPECT_FALSE(has(failures.text({}), "more kinds"));
  failures.set_most(2);
  EXPECT_TRUE(has(failures.text({}), "3 more kinds")) << failures.text({});
  EXPECT_EQ(nlohmann::json::parse(failures.json())["failures"].size(), 2u);
}

TEST(Failures, TrendsAreHeldAgainstTheHourBefore) {
  const base::Nanos minute = 60 * base::kSecond;
  const auto told = [&](int before, int now) {
    Failures failures(record::FailureBy::name);
    failures.set_span(kStart, kStart + 61 * minute);
    for (int i = 0; i < before; ++i)
      failures.add(failed("a.example", minute + i * base::kSecond));
    for (int i = 0; i < now; ++i)
      failures.add(failed("a.example", 60 * minute + base::kSecond * (i + 1)));
    return failures.text({});
  };
  EXPECT_TRUE(has(told(1, 30), "\u25b2 30/min")) << told(1, 30);
  EXPECT_TRUE(has(told(600, 1), "\u25bc 1/min")) << told(600, 1);
  EXPECT_TRUE(has(told(60, 1), "\u25ac 1/min")) << told(60, 1);
  Failures failures; // by cause, in words
  failures.set_span(kStart, kStart + 61 * minute);
  for (int i = 0; i < 90; ++i)
    failures.add(failed("a.example", minute + i * base::kSecond));
  EXPECT_TRUE(has(failures.text({}), "1.5")) << failures.text({});
}

TEST(Failures, OfAnotherDayTheDateIsTold) {
  Failures failures;
  failures.add(failed("a.example"));
  failures.add(failed("a.example", 24 * 3'600 * base::kSecond));
  EXPECT_TRUE(has(failures.text({}), "2026-11-22")) << failures.text({});
  EXPECT_TRUE(has(failures.text({}), "alert 46")) << failures.text({});
}

TEST(Failures, HowManyRecoveredIsToldInWords) {
  const auto told = [](int recovered, int felt) {
    Failures failures;
    failures.set_watch(long_watch(refused_certificate()));
    for (int i = 0; i < recovered + felt; ++i) {
      Record record = failed("a.example");
      record.retry.recovered = i < recovered;
      failures.add(record);
    }
    return failures.text({});
  };
  EXPECT_TRUE(has(told(3, 1), "75 %")) << told(3, 1);
  EXPECT_TRUE(has(told(2, 0), "all recovered")) << told(2, 0);
  EXPECT_TRUE(has(told(0, 2), "none recovered")) << told(0, 2);
}

TEST(Failures, ADaemonHasCountedMoreThanItsRingsHold) {
  Failures failures;
  const Record record = refused_certificate();
  failures.of_daemon(record.last + 1);
  failures.keep_older_failures();
  failures.set_whole({1'000, 7, 3, 2, 4, 5, kStart - 60 * base::kSecond});
  failures.add(record); // older, and counted
  failures.add(completed());
  const auto json = nlohmann::json::parse(failures.json());
  EXPECT_EQ(json["connections"], 1'000);
  EXPECT_EQ(json["raw"], 7);
  EXPECT_EQ(json["recovered"], 2);
  EXPECT_EQ(json["felt"], 4);
  EXPECT_EQ(json["pending"], 1);
  EXPECT_FALSE(json.contains("since")) << "nothing is left out";
}

TEST(Failures, NoneFailedOfADaemonSinceItsStart) {
  Failures failures;
  failures.of_daemon(kStart);
  failures.set_whole({1'000, 0, 3, 0, 0, 0, kStart});
  const std::string text = failures.text({});
  EXPECT_TRUE(has(text, "1,000")) << text;
  EXPECT_TRUE(has(text, "14:44:05")) << text;
  EXPECT_TRUE(has(text, "3")) << text;
  Failures of_file;
  of_file.add(completed());
  EXPECT_TRUE(has(of_file.text({}), "1 connection")) << of_file.text({});
}

TEST(Failures, AnExampleOfAFileIsExplainedByItsNumber) {
  Failures failures(record::FailureBy::name);
  record::RecordPlace place;
  place.number = 12;
  place.file = "'a b.pcap'";
  failures.add(failed("a.example"), place);
  EXPECT_TRUE(has(failures.text({}), "#12")) << failures.text({});
  EXPECT_TRUE(has(failures.text({}), "handspan explain 'a b.pcap' --connection 12"));
  const auto json = nlohmann::json::parse(failures.json());
  EXPECT_EQ(json["failures"][0]["connection"], 12);
  EXPECT_EQ(json["failures"][0]["file"], "'a b.pcap'");
}

TEST(Failures, WhereAConnectionWasLostIsTold) {
  Record record = blank();
  record.outcome = record::Outcome::failed;
  record.cause = record::Cause::syn_timeout;
  record.by = record::By::network;
  Failures failures;
  failures.add(record);
  const auto json = nlohmann::json::parse(failures.json());
  EXPECT_EQ(json["failures"][0]["step"], "none") << "nothing was said yet";
  EXPECT_EQ(json["failures"][0]["cause"], "syn_timeout");
}

} // namespace
} // namespace handspan::render
