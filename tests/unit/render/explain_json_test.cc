// A connection packet by packet as JSON: the record's fields, and a field for each fact.
#include "conversation_facts.h"
#include "render/conversation.h"
#include "render/explain_json.h"
#include "render/json.h"
#include "render/narrator.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace handspan::render {
namespace {

using namespace test;

class ExplainJson : public ::testing::Test {
protected:
  const Record record_ = refused_certificate();
  const Facts f_ = refused_facts();

  [[nodiscard]] nlohmann::json told(Language language = Language::en, std::uint64_t missing = 0) {
    const std::string line = explain_json(record_, f_.facts, f_.parts, missing, language);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    return nlohmann::json::parse(line);
  }
};

TEST_F(ExplainJson, HoldsTheRecordAsItIsOtherwise) {
  nlohmann::json all = told();
  EXPECT_EQ(all.count("packet_facts_missing"), 0u);
  all.erase("packet_facts");
  EXPECT_EQ(all, nlohmann::json::parse(render::json(record_, Language::en)));
  EXPECT_EQ(told(Language::en, 3)["packet_facts_missing"], 3);
}

TEST_F(ExplainJson, EveryPacketWithWhatIsKnownOfIt) {
  const nlohmann::json packets = told()["packet_facts"];
  ASSERT_EQ(packets.size(), f_.facts.size());
  EXPECT_EQ(packets[0]["number"], 1);
  EXPECT_EQ(packets[0]["time"], 0);
  EXPECT_EQ(packets[0]["from"], "client");
  EXPECT_EQ(packets[0]["flags"], nlohmann::json::parse(R"(["syn"])"));
  EXPECT_EQ(packets[0].count("ack"), 0u) << "a SYN acknowledges nothing";
  EXPECT_EQ(packets[1]["flags"], nlohmann::json::parse(R"(["syn", "ack"])"));
  EXPECT_EQ(packets[1]["ack"], 1);
  EXPECT_EQ(packets[2]["marks"], nlohmann::json::parse(R"(["established"])"));
  EXPECT_EQ(packets[2]["phase"], "tcp_handshake");
}

TEST_F(ExplainJson, PartsGoToTheirPackets) {
  const nlohmann::json packets = told()["packet_facts"];
  std::size_t parts = 0;
  bool alert = false, split = false;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    ASSERT_EQ(packets[i]["parts"].size(), f_.facts[i].parts);
    parts += f_.facts[i].parts;
    for (const auto &part : packets[i]["parts"]) {
      alert = alert || (part["name"] == "alert" && part["alert"] == "certificate_unknown" &&
                        part["code"] == 46 && part["level"] == "fatal");
      split = split || (part["name"] == "client_hello" && part["complete"] == false);
    }
  }
  EXPECT_EQ(parts, f_.parts.size());
  EXPECT_TRUE(alert);
  EXPECT_TRUE(split) << "the first piece of the Client Hello";
}

TEST_F(ExplainJson, TheSentencesAreThoseForPeople) {
  for (const Language language : {Language::en, Language::zh}) {
    const nlohmann::json packets = told(language)["packet_facts"];
    const auto followed = follow(f_.facts, f_.parts);
    Narrator narrator(record_, followed, language);
    for (std::size_t i = 0; i < followed.size(); ++i) {
      EXPECT_EQ(packets[i]["label"], narrator.label(followed[i]));
      const auto story = narrator.story(i);
      ASSERT_FALSE(story.empty());
      EXPECT_EQ(packets[i]["sentence"].get<std::string>().find(story[0]), 0u);
    }
  }
}

TEST_F(ExplainJson, WithoutFactsTheListIsEmpty) {
  const auto all = nlohmann::json::parse(explain_json(record_, {}, {}, 0, Language::en));
  EXPECT_TRUE(all["packet_facts"].is_array());
  EXPECT_TRUE(all["packet_facts"].empty());
}

} // namespace
} // namespace handspan::render
