#include "helpers.h"

namespace handspan::summary {
namespace {

std::unique_ptr<record::Record> with_certificate(std::uint64_t number, base::Nanos last = kStart) {
  auto r = connection(last, "www.example");
  record::Certificate &c = r->tls.certificate.server;
  c.chain_length = 1;
  c.known = c.parsed = true;
  std::memcpy(c.sha256.data(), &number, sizeof number);
  c.subject = r->put("CN=www.example");
  c.issuer = r->put("CN=Example CA");
  c.san = r->put("www.example\nexample");
  c.key_type = static_cast<std::uint8_t>(record::KeyType::ml_dsa_65);
  c.not_after = 1'800'000'000;
  return r;
}

TEST(Certificates, EachOnceWithWhoShowsIt) {
  Worker one, two;
  one.add(*with_certificate(1, kStart));
  one.add(*with_certificate(1, kStart + base::kSecond));
  const auto other = with_certificate(1, kStart + 2 * base::kSecond);
  other->server_port = 8443;
  two.add(*other);
  Merged merged;
  merged.add(one.copy());
  merged.add(two.copy());
  const auto all = merged.certificates();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].shown, 3u);
  EXPECT_EQ(all[0].refused, 0u);
  EXPECT_EQ(all[0].first_seen, kStart);
  EXPECT_EQ(all[0].last_seen, kStart + 2 * base::kSecond);
  EXPECT_EQ(all[0].subject.view(), "CN=www.example");
  EXPECT_EQ(all[0].san.view(), "www.example\nexample");
  EXPECT_EQ(record::key_type_name(all[0].key_type), "ml_dsa_65");
  EXPECT_EQ(all[0].servers[0].port, 443u);
  EXPECT_EQ(all[0].servers[1].port, 8443u);
  EXPECT_EQ(all[0].names[0].view(), "www.example");
  EXPECT_EQ(all[0].names[1].length, 0u);
}

TEST(Certificates, RefusedByAnAlertThatSpeaksOfIt) {
  Worker worker;
  const auto refused = [&](std::uint8_t code, base::Side sender) {
    const auto r = with_certificate(1);
    r->outcome = record::Outcome::failed;
    r->cause = record::Cause::alert;
    ASSERT_TRUE(r->tls.alerts.push({2, code, sender, false, 0, kStart}));
    r->decided.alert = 0;
    worker.add(*r);
  };
  refused(48, base::Side::client); // unknown_ca
  refused(40, base::Side::client); // handshake_failure
  refused(42, base::Side::server); // that is the client's
  EXPECT_EQ(worker.merged().certificates()[0].refused, 1u);
}

TEST(Certificates, TheOneNotSeenForTheLongestGivesWay) {
  Worker worker;
  constexpr std::uint64_t kSets = Certificates::kSets; // these share a set
  for (std::uint64_t i = 0; i < 4; ++i)
    worker.add(*with_certificate(1 + i * kSets, kStart + static_cast<base::Nanos>(i)));
  worker.add(*with_certificate(1, kStart + 10));
  worker.add(*with_certificate(1 + 4 * kSets, kStart + 11));
  const Merged merged = worker.merged();
  EXPECT_EQ(merged.certificates_given_up(), 1u);
  ASSERT_EQ(merged.certificates().size(), 4u);
  for (const Certificate &it : merged.certificates()) {
    std::uint64_t number;
    std::memcpy(&number, it.sha256.data(), sizeof number);
    EXPECT_NE(number, 1 + kSets);
  }
}

TEST(Certificates, MoreServersThanThereIsRoomFor) {
  Worker worker;
  for (std::uint16_t port = 1; port <= 10; ++port) {
    const auto r = with_certificate(1);
    r->server_port = port;
    worker.add(*r);
  }
  const Certificate it = worker.merged().certificates()[0];
  EXPECT_EQ(it.shown, 10u);
  EXPECT_EQ(it.more_servers, 1u);
  EXPECT_EQ(it.more_names, 0u);
}

TEST(Certificates, WorkersWithMoreServersThanThereIsRoomForSaySo) {
  Worker one, two;
  for (std::uint16_t port = 1; port <= 3; ++port) {
    auto r = with_certificate(1, kStart);
    r->server_port = port;
    r->tls.sni = r->put("name" + std::to_string(port));
    one.add(*r);
    r->server_port = static_cast<std::uint16_t>(port + 10);
    r->tls.sni = r->put("other" + std::to_string(port));
    two.add(*r);
  }
  Merged merged;
  merged.add(one.copy());
  EXPECT_EQ(merged.certificates()[0].more_servers, 0u);
  merged.add(two.copy());
  const auto all = merged.certificates();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].shown, 6u);
  EXPECT_EQ(all[0].more_servers, 1u);
  EXPECT_EQ(all[0].more_names, 1u);
}

TEST(Certificates, TheLastWhoUsedANumberIsTold) {
  Worker one, two;
  auto r = connection(kStart + base::kSecond);
  r->tls.version = 0x0303;
  one.add(*r);
  r->last = kStart + 2 * base::kSecond;
  r->server_port = 8'443;
  two.add(*r);
  Merged merged;
  merged.add(two.copy());
  merged.add(one.copy());
  EXPECT_EQ(merged.versions().of.at(0x0303).connections, 2u);
  EXPECT_EQ(merged.versions().of.at(0x0303).last.port, 8'443u) << "in whatever order they come";
}

} // namespace
} // namespace handspan::summary
