#include "render/sizing.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace handspan::render {
namespace {

sizing::Load hundred() {
  sizing::Load load;
  load.bits_per_second = 100e9;
  return load;
}

TEST(SizingText, BothLanguagesSayTheSame) {
  const std::string english = sizing_text(hundred(), {}, "100G", {Language::en, false});
  const std::string chinese = sizing_text(hundred(), {}, "100G", {Language::zh, false});
  const auto lines = [](const std::string &text) {
    return std::count(text.begin(), text.end(), '\n');
  };
  EXPECT_EQ(lines(english), lines(chinese));
  EXPECT_TRUE(english.starts_with("A server for 100 Gbit/s of mirrored traffic\n")) << english;
  EXPECT_TRUE(chinese.starts_with("处理 100 Gbit/s 镜像流量的服务器\n")) << chinese;
  for (const std::string &text : {english, chinese}) {
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
    EXPECT_NE(text.find("  limits.flows = "), std::string::npos);
    EXPECT_NE(text.find("handspan doctor --size 100G --measured bench.json"), std::string::npos);
  }
}

TEST(SizingText, OnesOwnFiguresNeedNoCaution) {
  sizing::Costs costs;
  costs.set(sizing::CostId::tls_bytes, 256, "bench\x1b[2J.json");
  const std::string text = sizing_text(hundred(), costs, "100G", {Language::en, false});
  EXPECT_EQ(text.find("--measured"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << "a file's name steers no terminal";
}

TEST(SizingJson, HasWhatTheTextHas) {
  const auto told = nlohmann::json::parse(sizing_json(hundred(), {}));
  const sizing::Server server = server_for(hundred(), {});
  EXPECT_EQ(told["event_type"], "sizing");
  EXPECT_EQ(told["rate"], 100'000'000'000);
  EXPECT_EQ(told["cores"], server.cores);
  EXPECT_EQ(told["configuration"]["limits.flows"], server.keys.flows);
  EXPECT_EQ(told["assumptions"]["connections"], 10'000'000);
  EXPECT_EQ(told["costs"].size(), sizing::kCosts);
  double sum = 0;
  for (const char *part : {"connections", "records", "workers", "buffers"})
    sum += told["memory"][part].get<double>();
  EXPECT_NEAR(told["memory"]["total"].get<double>(), sum, 4);
}

} // namespace
} // namespace handspan::render
