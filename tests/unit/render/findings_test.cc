#include "render/findings.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

namespace handspan::render {
namespace {

using host::Area;
using host::FindingId;
using host::Level;

constexpr Style kPlain{Language::en, false};

host::Findings sample() {
  return {
      {Area::ports,
       Level::ok,
       FindingId::port_bound,
       {{"port", "0000:3b:00.0"}, {"driver", "vfio-pci"}}},
      {Area::hugepages,
       Level::problem,
       FindingId::hugepages_none,
       {{"need", "40 MB"}, {"setup", "1G"}}},
      {Area::ports, Level::warning, FindingId::port_unbound, {{"port", "0000:3b:00.1"}}},
      {Area::clock,
       Level::unknown,
       FindingId::clock_unknown,
       {{"what", "clock source"}, {"why", "/sys…"}}},
  };
}

TEST(Findings, TextIsGroupedByAreaAndRemediesStandBelow) {
  EXPECT_EQ(findings_text(sample(), kPlain),
            "hugepages\n"
            "  problem  none are reserved, and DPDK needs 40 MB for packet buffers\n"
            "           → dpdk-hugepages.py --setup 1G\n"
            "ports\n"
            "  ok       0000:3b:00.0 is bound to vfio-pci\n"
            "  warning  0000:3b:00.1 has no driver\n"
            "           → dpdk-devbind.py --bind=vfio-pci 0000:3b:00.1\n"
            "clock\n"
            "  unknown  not known: /sys…\n"
            "\n"
            "problem: 1, warning: 1, unknown: 1, ok: 1\n");
}

TEST(Findings, ChineseAndColours) {
  const std::string text = findings_text(sample(), {Language::zh, true});
  EXPECT_NE(text.find("\x1b[31m问题\x1b[0m  没有预留大页"), std::string::npos) << text;
  EXPECT_NE(text.find("端口"), std::string::npos);
  EXPECT_EQ(findings_text(sample(), kPlain).find('\x1b'), std::string::npos);
}

TEST(Findings, Json) {
  const auto json = nlohmann::json::parse(findings_json(sample(), Language::en));
  EXPECT_EQ(json["event_type"], "doctor");
  EXPECT_EQ(json["level"], "problem");
  ASSERT_EQ(json["findings"].size(), 4u);
  EXPECT_EQ(json["findings"][1]["area"], "hugepages");
  EXPECT_EQ(json["findings"][1]["id"], "hugepages_none");
  EXPECT_EQ(json["findings"][1]["remedy"], "dpdk-hugepages.py --setup 1G");
  EXPECT_EQ(json["findings"][1]["values"]["setup"], "1G");
  EXPECT_FALSE(json["findings"][0].contains("remedy"));
}

TEST(Findings, ForeignTextCannotSteerTheTerminal) {
  const host::Findings findings = {
      {Area::ports, Level::problem, FindingId::port_missing, {{"port", "a\x1b[2Jb"}}}};
  EXPECT_EQ(findings_text(findings, kPlain).find('\x1b'), std::string::npos);
}

TEST(Findings, NothingFoundIsNothingSaid) {
  EXPECT_EQ(findings_text({}, kPlain), "");
  EXPECT_EQ(host::worst({}), Level::ok);
}

// Every place in the Chinese text stands in the English one as well, and the other way round.
TEST(Findings, BothLanguagesHaveTheSamePlaces) {
  const auto places = [](std::string_view text) {
    std::set<std::string> found;
    for (std::size_t at = 0; (at = text.find('{', at)) != std::string_view::npos; ++at)
      found.emplace(text.substr(at, text.find('}', at) - at));
    return found;
  };
  const struct {
    const char *id, *en, *zh, *remedy_en, *remedy_zh;
  } kAll[] = {
#define HANDSPAN_FINDING(id, en, zh, remedy_en, remedy_zh) {#id, en, zh, remedy_en, remedy_zh},
#include "render/findings.def"
#undef HANDSPAN_FINDING
  };
  for (const auto &words : kAll) {
    EXPECT_EQ(places(words.en), places(words.zh)) << words.id;
    EXPECT_EQ(places(words.remedy_en), places(words.remedy_zh)) << words.id;
    EXPECT_NE(std::string_view(words.en), "") << words.id;
    EXPECT_EQ(*words.remedy_en == '\0', *words.remedy_zh == '\0') << words.id;
  }
}

} // namespace
} // namespace handspan::render
