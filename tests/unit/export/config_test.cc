#include "config.h"

#include "helpers.h"

#include <gtest/gtest.h>

#include <fstream>

namespace handspan::exporter {
namespace {

constexpr const char *kHead = "[spool]\ndir = \"/tmp/spool\"\n";
constexpr const char *kSink = "[[sink]]\ntype = \"jsonl\"\ndir = \"/tmp/j\"\n";

class Configuration : public ::testing::Test {
protected:
  bool load(const std::string &text) {
    const std::string path = folder_.path("export.toml");
    std::ofstream(path) << text;
    faults_.clear();
    config_ = {};
    return load_config(path, config_, faults_);
  }
  void refused(const std::string &text, const std::string &words) {
    EXPECT_FALSE(load(text)) << text;
    ASSERT_FALSE(faults_.empty()) << text;
    EXPECT_NE(faults_[0].find(words), std::string::npos) << faults_[0];
  }

  spool::Folder folder_;
  Config config_;
  std::vector<std::string> faults_;
};

TEST_F(Configuration, SinksHaveTheirUsualValues) {
  ASSERT_TRUE(load(std::string(kHead) + kSink)) << faults_[0];
  ASSERT_EQ(config_.sinks.size(), 1u);
  EXPECT_EQ(config_.sinks[0].name, "jsonl");
  EXPECT_EQ(config_.sinks[0].spool_bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(config_.instance, "default");
}

TEST_F(Configuration, TheShippedOneIsGood) {
  std::vector<std::string> faults;
  Config config;
  EXPECT_TRUE(load_config(HANDSPAN_CONF "/export.toml", config, faults)) << faults[0];
}

TEST_F(Configuration, FaultsAreToldWithTheirPlace) {
  refused(std::string(kHead) + kSink + "kep_time = \"1h\"\n",
          "export.toml:6:1: unknown key \"kep_time\" in sink: did you mean keep_time?");
  refused(std::string(kHead) + kSink + "select = \"some\"\n", ":6:10: sink.select must be");
  refused(std::string(kHead) + kSink + "filter = \"a b\"\n", "sink.filter");
  refused("[spool]\nfile_time = i\n", "saw 'i\\x0a'");
  refused(std::string(kHead) + kSink + "filter = 'outcome == feiled'\n",
          "sink.filter at character 12: outcome is never");
  refused(std::string(kHead) + kSink + "select = \"minutes\"\nfilter = \"dest_port == 1\"\n",
          "minutes alone");
  refused(std::string(kHead) + kSink + kSink, "another sink's");
  refused(std::string(kHead) + "[[sink]]\ntype = \"jason\"\n", "sink.type must be one of");
  refused(std::string(kHead) + "[[sink]]\ntype = \"jsonl\"\n", "sink.dir must be given");
  refused(kHead, "no [[sink]] and no [prometheus]");
  refused(std::string(kHead) + "[prometheus]\nnames = 1000\n", "from 0 to 100");
  refused(kSink, "spool.dir must be given");
  refused("[spol]\n", "");
  refused("[spool\n", "");
}

} // namespace
} // namespace handspan::exporter
