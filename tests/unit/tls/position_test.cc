#include "tls/position.h"

#include <gtest/gtest.h>

#include <vector>

namespace handspan::tls {
namespace {

std::vector<std::uint8_t> data_record(std::size_t length) {
  std::vector<std::uint8_t> record(5 + length, 0xaa);
  record[0] = 23;
  record[1] = record[2] = 3;
  record[3] = static_cast<std::uint8_t>(length >> 8);
  record[4] = static_cast<std::uint8_t>(length);
  return record;
}

TEST(Position, UnknownAsksTheSession) {
  Position position;
  EXPECT_FALSE(position.known());
  EXPECT_FALSE(position.step(data_record(5)));
}

TEST(Position, WholeRecordsEndAtTheBoundary) {
  Position position = Position::in_data(0);
  std::vector<std::uint8_t> bytes;
  for (const std::size_t length : {5, 300}) {
    const auto record = data_record(length);
    bytes.insert(bytes.end(), record.begin(), record.end());
  }
  EXPECT_TRUE(position.step(bytes));
  EXPECT_TRUE(position.is_data());
  EXPECT_EQ(position.left(), 0u);
  EXPECT_EQ(position.length(), 300u);
}

TEST(Position, TheLengthOfTheLatestRecordIsKept) {
  Position position = Position::in_data(2, 19);
  EXPECT_EQ(position.left(), 2u);
  EXPECT_TRUE(position.step(std::vector<std::uint8_t>{1, 2}));
  EXPECT_EQ(position.left(), 0u);
  EXPECT_EQ(position.length(), 19u);
  EXPECT_TRUE(position.step(base::Bytes(data_record(16'384 + 256)).first(1'000)));
  EXPECT_EQ(position.length(), 16'640u);
  EXPECT_EQ(position.left(), 16'640u - 995u);
}

TEST(Position, ARecordGoesOnOverSegments) {
  Position position = Position::in_data(0);
  const auto bytes = data_record(1000);
  const base::Bytes all(bytes);
  EXPECT_TRUE(position.step(all.first(105)));
  EXPECT_EQ(position.left(), 900u);
  EXPECT_TRUE(position.step(all.subspan(105, 899)));
  EXPECT_EQ(position.left(), 1u);
  EXPECT_TRUE(position.step(all.subspan(1004)));
  EXPECT_EQ(position.left(), 0u);
}

TEST(Position, WhatIsNoDataIsLeftToTheSessionAndChangesNothing) {
  for (const std::vector<std::uint8_t> &tail :
       {std::vector<std::uint8_t>{21, 3, 3, 0, 2, 1, 0}, // an alert
        std::vector<std::uint8_t>{23, 3, 3, 0},          // a header cut short
        std::vector<std::uint8_t>{23, 3, 3, 0, 0},       // an empty record
        std::vector<std::uint8_t>{23, 3, 3, 0xff, 0xff}, // longer than a record may be
        std::vector<std::uint8_t>{23, 2, 3, 0, 1, 9}}) { // another version
    Position position = Position::in_data(7);
    std::vector<std::uint8_t> bytes(7, 0xaa);
    bytes.insert(bytes.end(), tail.begin(), tail.end());
    EXPECT_FALSE(position.step(bytes));
    EXPECT_EQ(position.left(), 7u);
    EXPECT_TRUE(position.is_data());
  }
}

TEST(Position, TheEndOfAnotherRecordIsTheSessionsToSee) {
  Position position = Position::in_hidden(10);
  const std::vector<std::uint8_t> bytes(10, 0xaa);
  EXPECT_TRUE(position.step(base::Bytes(bytes).first(9)));
  EXPECT_EQ(position.left(), 1u);
  EXPECT_FALSE(position.step(base::Bytes(bytes).first(1)));
  EXPECT_EQ(position.left(), 1u);
}

} // namespace
} // namespace handspan::tls
