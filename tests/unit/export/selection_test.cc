#include "selection.h"

#include <gtest/gtest.h>

#include <memory>

namespace handspan::exporter {
namespace {

SelectionConfig parsed(std::string_view text) {
  SelectionConfig config;
  EXPECT_TRUE(parse_selection(text, config)) << text;
  config.events = "connection";
  return config;
}

struct SelectionTest : ::testing::Test {
  std::unique_ptr<record::Record> record = std::make_unique<record::Record>();
};

TEST_F(SelectionTest, WordsOfTheConfiguration) {
  EXPECT_EQ(parsed("1 in 100").rate, 100u);
  EXPECT_TRUE(parsed("minutes, failures").minutes);
  EXPECT_EQ(parsed("minutes").records, SelectionConfig::Records::none);
  for (const char *text : {"", "some", "1 in 0", "1 in", "1 in 5x", "all, failures", "all,"}) {
    SelectionConfig config;
    EXPECT_FALSE(parse_selection(text, config)) << text;
  }
}

TEST_F(SelectionTest, FailuresAlone) {
  Selection selection(parsed("failures"));
  record->outcome = record::Outcome::completed;
  EXPECT_FALSE(selection.wants(*record));
  record->outcome = record::Outcome::failed;
  EXPECT_TRUE(selection.wants(*record));
  EXPECT_FALSE(selection.wants_minutes());
}

TEST_F(SelectionTest, EventsOfHandshakesWhereTheyAreAskedFor) {
  record->kind = record::Kind::handshake;
  SelectionConfig config = parsed("all");
  EXPECT_FALSE(Selection(config).wants(*record));
  config.events = "all";
  EXPECT_TRUE(Selection(config).wants(*record));
}

TEST_F(SelectionTest, OneInNIsOneInNAndTheSameAtEveryTry) {
  Selection selection(parsed("1 in 10")), again(parsed("1 in 10"));
  int taken = 0;
  for (std::uint64_t id = 1; id <= 10'000; ++id) {
    record->flow_id = id;
    const bool wanted = selection.wants(*record);
    taken += wanted ? 1 : 0;
    ASSERT_EQ(again.wants(*record), wanted);
  }
  EXPECT_NEAR(taken, 1000, 120);
}

TEST_F(SelectionTest, AFilterHolds) {
  SelectionConfig config = parsed("all");
  config.filter = "dest_port == 443";
  ASSERT_EQ(Selection::fault_of(config), "");
  Selection selection(config);
  record->server_port = 443;
  EXPECT_TRUE(selection.wants(*record));
  record->server_port = 80;
  EXPECT_FALSE(selection.wants(*record));
  config.filter = "dest_prt == 443";
  EXPECT_NE(Selection::fault_of(config).find("dest_port"), std::string::npos);
}

} // namespace
} // namespace handspan::exporter
