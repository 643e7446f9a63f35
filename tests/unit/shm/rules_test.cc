// Rules in the segment: names of the control thread, hits of the workers.
#include "damage.h"

namespace handspan::shm {
namespace {

TEST(Rules, HitsOfAllWorkersAreToldByRule) {
  const Folder folder;
  Writer::Config config = config_in(folder);
  config.shape.workers = 2;
  config.shape.rules = 16;
  const auto writer = make_writer(config);
  writer->show_rules(
      {{7, 3, true, "first"}, {9, 0, false, std::string(72, 'x')}, {11, 1, true, "third"}});
  writer->worker(0).count_rule(0, 0xa, 100);
  writer->worker(1).count_rule(0, 0xb, 300);
  writer->worker(0).count_rule(0, 0xc, 200);
  writer->worker(0).count_rule(16, 0xd, 400); // beyond the segment's places
  writer->worker(0).count_rule(2, 0xe, 600);
  writer->worker(1).count_rule(2, 0xf, 500); // later in the segment, but not in time
  const auto reader = open_reader(writer->path());
  const std::vector<RuleCount> rules = reader->rules();
  ASSERT_EQ(rules.size(), 3u);
  EXPECT_EQ(rules[0].id, 7u);
  EXPECT_EQ(rules[0].severity, 3);
  EXPECT_TRUE(rules[0].in_force);
  EXPECT_EQ(rules[0].name, "first");
  EXPECT_EQ(rules[0].hits, 3u);
  EXPECT_EQ(rules[0].last, 300);
  EXPECT_EQ(rules[0].example, 0xbu);
  EXPECT_FALSE(rules[1].in_force);
  EXPECT_EQ(rules[1].name.size(), 71u);
  EXPECT_EQ(rules[1].hits, 0u);
  EXPECT_EQ(rules[2].hits, 2u);
  EXPECT_EQ(rules[2].last, 600);
  EXPECT_EQ(rules[2].example, 0xeu);

  writer->count_reload(true);
  writer->count_reload(false);
  writer->count_reload(false);
  EXPECT_EQ(reader->reloads().done, 1u);
  EXPECT_EQ(reader->reloads().failed, 2u);
}

// A daemon that died while it changed their names, or changes them without end.
TEST_F(Damage, NamesThatAreBeingChangedAreReadAfterAllInTheEnd) {
  shape_.rules = 2;
  SetUp();
  auto *blocks = reinterpret_cast<RuleBlock *>(bytes() + header().rules.offset);
  blocks[1].id = 5; // and nothing has the first place
  std::memcpy(blocks[1].name, "half", 5);
  header().rules_version.begin();
  const std::vector<RuleCount> rules = attach()->rules();
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].place, 1u);
  EXPECT_EQ(rules[0].name, "half");
}

} // namespace
} // namespace handspan::shm
