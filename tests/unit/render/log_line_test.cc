// Records as lines, of wide and of narrow terminals.
#include "records.h"
#include "render/log_line.h"
#include "render/utf8.h"

#include <gtest/gtest.h>

namespace handspan::render {
namespace {

using namespace test;

Style width(std::size_t columns) {
  Style style;
  style.width = columns;
  return style;
}

bool has(const std::string &text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(LogLine, OfAFileItHasANumber) {
  EXPECT_TRUE(has(log_line(completed(), 17, {}), " #17")) << log_line(completed(), 17, {});
  EXPECT_TRUE(has(log_head(true, {}), "#"));
  EXPECT_TRUE(has(log_head(false, {}), "UTC"));
  Style local;
  local.local = true;
  EXPECT_FALSE(has(log_head(false, local), "UTC"));
}

TEST(LogLine, WhatIsNotKnownIsADash) {
  const std::string line = log_line(blank(), 0, {});
  EXPECT_TRUE(has(line, "  -  ")) << line;
}

TEST(LogLine, EventsRulesAndCausesAreRemarks) {
  Record r = refused_certificate();
  r.kind = record::Kind::handshake;
  record::RuleHit hit;
  hit.id = 7;
  hit.name = r.put("ads");
  hit.field = r.put("sni");
  r.rules.push(hit);
  const std::string line = log_line(r, 0, {});
  EXPECT_TRUE(has(line, "TLS handshake over; alert 46 certificate_unknown by client")) << line;
  EXPECT_TRUE(has(line, "7 ads")) << line;
  r = blank();
  r.outcome = record::Outcome::failed;
  r.cause = record::Cause::reset;
  r.by = record::By::server;
  r.tcp.syn = record::kNever;
  r.step = record::Step::none;
  EXPECT_FALSE(has(log_line(r, 0, {}), "after")) << "no step came before";
}

TEST(LogLine, OfANarrowTerminalItFits) {
  Record r = refused_certificate();
  r.server_port = 8443;
  for (const std::size_t columns : {80u, 99u, 100u, 140u, 169u})
    for (const std::uint64_t number : {0u, 12u})
      for (const Record &record : {r, completed(), blank()}) {
        const Style style = width(columns);
        const std::string line = log_line(record, number, style);
        EXPECT_LE(display_width(line.substr(0, line.size() - 1)), columns) << line;
        EXPECT_EQ(line.back(), '\n');
        const std::string head = log_head(number > 0, style);
        EXPECT_LE(display_width(head.substr(0, head.size() - 1)), columns) << head;
      }
  const std::string line = log_line(r, 12, width(120));
  EXPECT_TRUE(has(line, "jack-gm.com:8443")) << line;
  EXPECT_TRUE(has(line, "alert 46")) << line;
  EXPECT_TRUE(has(line, "#12")) << line;
  EXPECT_TRUE(has(log_line(completed(), 1, width(120)), "completed"));
  EXPECT_TRUE(has(log_line(blank(), 1, width(120)), "192.168.232.129:443"));
  EXPECT_TRUE(has(log_line(r, 0, width(170)), "192.168.232.1:45036")) << "wide enough for all";
  EXPECT_GE(log_line(r, 0, width(10)).size(), 20u) << "no narrower than can be read";
}

} // namespace
} // namespace handspan::render
