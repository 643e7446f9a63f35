// Every golden record in the forms of others, each line by the rules of its form.
#include "formats/eve.h"
#include "formats/ids.h"
#include "formats/zeek.h"
#include "render/json_record.h"

#include "../golden.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace handspan::formats {
namespace {

std::vector<std::string> lines_of(const std::string &text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

// Calls with each record, and says whose it is where that fails.
template <class Look> void each_golden(const Look &look) {
  const auto record = std::make_unique<record::Record>();
  const auto read = [&](const std::filesystem::path &folder, const std::string &line) {
    SCOPED_TRACE(folder);
    ASSERT_TRUE(render::record_of_json(line, *record));
    look(*record);
  };
  EXPECT_GT(test::each_golden_record(read), 100u);
}

TEST(GoldenForms, EachLineOfEveIsAnEventOfItsFlow) {
  each_golden([](const record::Record &record) {
    const auto lines = lines_of(eve_lines(record));
    EXPECT_FALSE(lines.empty());
    for (const std::string &line : lines) {
      const auto event = nlohmann::json::parse(line, nullptr, false);
      ASSERT_TRUE(event.is_object()) << line;
      EXPECT_TRUE(event.contains("timestamp") && event.contains("event_type")) << line;
      EXPECT_EQ(event.value("flow_id", std::uint64_t{0}), short_flow_id(record.flow_id)) << line;
      EXPECT_EQ(event.value("dest_port", 0), record.server_port) << line;
    }
  });
}

TEST(GoldenForms, EachLineOfZeekHasTheColumnsOfItsHead) {
  std::size_t told[kZeekLogs.size()] = {};
  for (const ZeekLog log : kZeekLogs) {
    std::ptrdiff_t tabs = -1;
    for (const std::string &line : lines_of(zeek_head(log, 0)))
      if (line.starts_with("#fields\t"))
        tabs = std::count(line.begin(), line.end(), '\t') - 1;
    ASSERT_GT(tabs, 0) << name(log);
    each_golden([&](const record::Record &record) {
      for (const std::string &line : lines_of(zeek_line(log, record))) {
        EXPECT_EQ(std::count(line.begin(), line.end(), '\t'), tabs) << line;
        ++told[static_cast<std::size_t>(log)];
      }
    });
  }
  EXPECT_GT(told[0], told[1]); // not every connection has TLS
  EXPECT_GT(told[1], told[2]); // not every handshake shows a certificate
  EXPECT_GT(told[2], 0u);
}

} // namespace
} // namespace handspan::formats
