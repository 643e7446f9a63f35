#include "formats/row.h"

#include "formats/minute.h"
#include "render/json_record.h"

#include <gtest/gtest.h>

#include <memory>

namespace handspan::formats {
namespace {

const Origin kOrigin{"tap-1", "default", 0x4f1c, 0};

TEST(Row, BeginsWithItsIdAndRate) {
  const auto record = std::make_unique<record::Record>();
  record->worker = 3;
  Rows rows;
  const std::string line = rows.line(*record, kOrigin, 17, 10);
  EXPECT_TRUE(line.starts_with(R"({"id":"0000000000004f1c:3:17","rate":10,"timestamp":)")) << line;
  EXPECT_EQ(record_id(kOrigin, 3, 17), "0000000000004f1c:3:17");
  EXPECT_EQ(start_text(kOrigin), "0000000000004f1c");
  std::string all = "x";
  rows.append(all, *record, kOrigin, 17, 10);
  EXPECT_EQ(all, "x" + line);
}

TEST(Row, ComesBackWithItsRate) {
  const auto record = std::make_unique<record::Record>(), back = std::make_unique<record::Record>();
  record->first = record->last = 1'700'000'000 * base::kSecond;
  record->server_port = 443;
  Rows rows;
  const std::string line = rows.line(*record, kOrigin, 1, 100);
  EXPECT_EQ(rate_of(line), 100U);
  EXPECT_FALSE(is_minute(line));
  ASSERT_TRUE(render::record_of_json(line, *back));
  EXPECT_EQ(back->first, record->first);
  EXPECT_EQ(back->server_port, 443);
  for (const char *other : {"", "{}", R"({"id":"1:0:1"})", R"({"id":"1:0:1","rate":"x"})"})
    EXPECT_EQ(rate_of(other), 1U) << other;
  EXPECT_TRUE(is_minute(minute_json(summary::Cell(), kOrigin)));
}

} // namespace
} // namespace handspan::formats
