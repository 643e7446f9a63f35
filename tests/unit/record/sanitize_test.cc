#include "record/sanitize.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <random>

namespace handspan::record {
namespace {

bool in_bounds(const Record &record, Text text) {
  return text.offset + text.length <= record.text_used;
}

void expect_sane(const Record &record) {
  EXPECT_EQ(record.bytes, offsetof(Record, text) + record.text_used);
  EXPECT_LE(record.bytes, sizeof(Record));
  EXPECT_NE(name(record.kind == Kind::handshake ? Cause::none : record.cause), "?");
  EXPECT_NE(name(record.phase), "?");
  EXPECT_NE(name(record.outcome), "?");
  EXPECT_NE(name(record.by), "?");
  EXPECT_NE(name(record.step), "?");
  EXPECT_NE(name(record.confidence), "?");
  EXPECT_NE(name(record.tcp.teardown), "?");
  EXPECT_NE(name(record.tcp.conn_state), "?");
  EXPECT_LE(record.vlan_count, kMaxVlans);
  EXPECT_LE(record.tunnel_count, kMaxTunnels);
  EXPECT_LE(record.tcp.history.length, record.tcp.history.chars.size());
  EXPECT_LE(record.tls.ssl_history.length, record.tls.ssl_history.chars.size());
  EXPECT_LE(record.tls.messages.size(), kMaxMessages);
  EXPECT_LE(record.tls.alerts.size(), kMaxAlerts);
  EXPECT_LE(record.rules.size(), kMaxRules);
  EXPECT_TRUE(in_bounds(record, record.tls.sni));
  EXPECT_TRUE(in_bounds(record, record.tls.certificate.server.subject));
  for (const Message &m : record.tls.messages)
    EXPECT_LE(static_cast<int>(m.from), 1);
  for (const RuleHit &hit : record.rules)
    EXPECT_TRUE(in_bounds(record, hit.name));
}

void expect_bool(const bool &flag) {
  unsigned char byte = 0;
  std::memcpy(&byte, &flag, 1);
  EXPECT_LE(byte, 1);
}

TEST(Sanitize, AllOnes) {
  auto record = std::make_unique<Record>();
  std::memset(static_cast<void *>(record.get()), 0xff, sizeof(Record));
  sanitize(*record);
  expect_sane(*record);
  expect_bool(record->icmp.v6);
  EXPECT_LE(static_cast<int>(record->icmp.of), 1);
  expect_bool(record->tcp.fast_open);
  expect_bool(record->tls.has_ja4);
  expect_bool(record->tls.messages[0].encrypted);
  expect_bool(record->tls.certificate.client.parsed);
}

TEST(Sanitize, AnyBytes) {
  std::mt19937 random(1);
  auto record = std::make_unique<Record>();
  for (int round = 0; round < 200; ++round) {
    auto *bytes = reinterpret_cast<unsigned char *>(record.get());
    for (std::size_t i = 0; i < sizeof(Record); ++i)
      bytes[i] = static_cast<unsigned char>(random());
    sanitize(*record);
    expect_sane(*record);
  }
}

TEST(Sanitize, LeavesAGoodRecordAsItIs) {
  auto record = std::make_unique<Record>();
  std::memset(record->text.data(), 0, record->text.size());
  record->cause = Cause::malformed;
  record->step = Step::rst;
  record->by = By::probe;
  record->tls.sni = record->put("jack-gm.com");
  record->tls.established = true;
  record->tls.messages.push({22, 1, Side::client, false, 4, 5});
  record->seal();
  auto copy = std::make_unique<Record>(*record);
  sanitize(*copy);
  EXPECT_EQ(std::memcmp(record.get(), copy.get(), sizeof(Record)), 0);
}

} // namespace
} // namespace handspan::record
