#include "record/record.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace handspan::record {
namespace {

TEST(Record, TextIsCutToWhatFits) {
  auto record = std::make_unique<Record>();
  const std::string long_text(1500, 'a');
  EXPECT_EQ(record->put(long_text).length, 1500);
  EXPECT_EQ(record->put(long_text).length, record->text.size() - long_text.size());
  EXPECT_EQ(record->put("z").length, 0);
}

TEST(Record, ViewNeverReachesBeyondTheRecord) {
  auto record = std::make_unique<Record>();
  const auto last = static_cast<std::uint16_t>(record->text.size() - 1);
  EXPECT_EQ(record->view({last, 1}).size(), 1u);
  EXPECT_TRUE(record->view({last, 2}).empty());
  EXPECT_TRUE(record->view({0xffff, 0xffff}).empty());
}

TEST(Record, TheLastMessageOfTls13IsNoChangeCipherSpec) {
  auto record = std::make_unique<Record>();
  EXPECT_EQ(last_message(*record, Step::ack), Step::ack);
  (void)record->tls.messages.push({22, 1, Side::client, false, 0, 10});
  (void)record->tls.messages.push({22, 2, Side::server, false, 0, 20});
  (void)record->tls.messages.push({20, 1, Side::server, false, 0, 30});
  record->tls.version = 0x0304;
  EXPECT_EQ(last_message(*record, Step::ack), Step::server_hello);
  record->tls.version = 0x0303;
  EXPECT_EQ(last_message(*record, Step::ack), Step::change_cipher_spec);
  EXPECT_EQ(last_message(*record, Step::ack, 20), Step::server_hello);
  EXPECT_EQ(last_message(*record, Step::ack, 15), Step::client_hello);
}

} // namespace
} // namespace handspan::record
