// Why a segment is not opened: each single mistake in a header, and each refusal of the system's.
#include "damage.h"

#include "shm/process.h"

#include <cerrno>
#include <fstream>
#include <functional>

#include <sys/resource.h>
#include <unistd.h>

namespace handspan::shm {
namespace {

TEST(Refusal, OfTheSystemSaysWhatToDo) {
  using Kind = OpenError::Kind;
  for (const int error : {ENOENT, ENOTDIR}) {
    EXPECT_EQ(refusal("/x", error).kind, Kind::not_found);
    EXPECT_NE(refusal("/x", error).message.find("start handspand first"), std::string::npos);
  }
  for (const int error : {EACCES, EPERM}) {
    EXPECT_EQ(refusal("/x", error).kind, Kind::denied);
    EXPECT_NE(refusal("/x", error).message.find("join the group"), std::string::npos);
  }
  EXPECT_EQ(refusal("/x", ELOOP).kind, Kind::foreign);
  EXPECT_NE(refusal("/x", ELOOP).message.find("symbolic link"), std::string::npos);
  EXPECT_EQ(refusal("/x", EMFILE).kind, Kind::system);
  EXPECT_EQ(refusal("/x", EMFILE).message, "cannot read /x: Too many open files");
}

// How much address space the process has by now.
rlim_t address_space() {
  std::ifstream file("/proc/self/statm");
  rlim_t pages = 0;
  file >> pages;
  return pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

TEST(Refusal, WhatFindsNoAddressesIsNotRead) {
  const Folder folder;
  const std::string path = folder.path("stats.shm");
  std::ofstream(path) << "x";
  std::filesystem::resize_file(path, std::uint64_t{1} << 30); // a hole: takes no space
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  rlimit small = before;
  small.rlim_cur = address_space() + (16 << 20);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &small), 0);
  OpenError error;
  const auto reader = Reader::open(path, error);
  setrlimit(RLIMIT_AS, &before);
  EXPECT_EQ(reader, nullptr);
  EXPECT_EQ(error.kind, OpenError::Kind::system);
  EXPECT_EQ(error.message, "cannot read " + path + ": Cannot allocate memory");
}

TEST_F(Damage, LessThanAHeaderOrNotAlignedIsNone) {
  const auto *at = reinterpret_cast<const std::uint8_t *>(words_.data());
  EXPECT_EQ(Reader::attach({at, sizeof(Header) - 8}, error_), nullptr);
  EXPECT_EQ(error_.kind, OpenError::Kind::foreign);
  error_ = {};
  EXPECT_EQ(Reader::attach({at + 4, words_.size() * 8 - 8}, error_), nullptr);
  EXPECT_EQ(error_.kind, OpenError::Kind::foreign);
}

TEST_F(Damage, EachSingleMistakeIsRefusedByItsName) {
  shape_.rules = 4;
  shape_.receivers = 1;
  SetUp();
  ASSERT_NE(attach(), nullptr) << error_.message;
  const Header good = header();
  const std::uint64_t all = good.segment_bytes;
  const std::uint64_t near_all = all / kPage * kPage - kPage;
  struct Mistake {
    const char *about;
    std::function<void(Header &)> make;
  };
  std::vector<Mistake> mistakes{
      {"size", [](Header &h) { h.segment_bytes -= 8; }},
      {"size", [](Header &h) { h.header_bytes = kLeastHeader - 8; }},
      {"size", [=](Header &h) { h.header_bytes = all + 8; }},
      {"ports", [](Header &h) { h.ports.count = kMaxPorts + 1; }},
      {"ports", [](Header &h) { h.port_parts.stats_offset = sizeof(PortBlock) - 8; }},
      {"ports", [](Header &h) { h.port_parts.stats_offset += 4; }},
      {"ports", [](Header &h) { h.port_parts.stats_bytes -= 4; }},
      {"ports", [](Header &h) { h.port_parts.stats_offset = h.ports.stride + 8; }},
      {"ports", [](Header &h) { h.port_parts.stats_bytes = h.ports.stride; }},
      {"queues", [](Header &h) { h.queues.count = kMaxQueues + 1; }},
      {"queues", [](Header &h) { h.queue_parts.stats_bytes = h.queues.stride; }},
      {"workers", [](Header &h) { h.workers.count = 0; }},
      {"workers", [](Header &h) { h.workers.offset += 8; }},
      {"workers", [](Header &h) { h.worker_parts.stats_bytes = h.workers.stride; }},
      {"views", [](Header &h) { h.vantages.offset += 4; }},
      {"views", [](Header &h) { h.vantages.count = 0; }},
      {"summaries", [](Header &h) { h.summaries.count = 2; }},
      {"summaries", [](Header &h) { h.summaries.offset += 8; }},
      {"summaries", [](Header &h) { h.summary_parts.stats_bytes = h.summaries.stride + 8; }},
      {"rules", [](Header &h) { h.rules.count = kMaxCountedRules + 1; }},
      {"rules", [](Header &h) { h.rule_hits.stride = sizeof(RuleHits); }},
      {"rules", [](Header &h) { h.rule_hits.count = 0; }},
      {"receivers", [](Header &h) { h.receivers.count = kMaxReceivers + 1; }},
      // Of a section like all others.
      {"directory", [](Header &h) { h.directory.offset = kLeastHeader - 8; }},
      {"directory", [](Header &h) { h.directory.offset += 4; }},
      {"directory", [](Header &h) { h.directory.stride += 4; }},
      {"directory", [](Header &h) { h.directory.stride = sizeof(DirectoryEntry) - 8; }},
      {"directory", [=](Header &h) { h.directory.stride = all; }},
      {"directory", [=](Header &h) { h.directory.offset = all + kPage; }},
      {"directory", [=](Header &h) { h.directory.offset = near_all; }},
  };
  const auto of_rings = [&](const char *about, RingSection Header::*which) {
    const auto add = [&](std::function<void(RingSection &)> make) {
      mistakes.push_back({about, [which, make](Header &h) { make(h.*which); }});
    };
    add([](RingSection &r) { r.blocks.count = 2; });
    add([](RingSection &r) { r.blocks.offset += 8; });
    add([](RingSection &r) { r.ring_bytes = kMinRing - kBlockBytes; });
    add([](RingSection &r) { r.ring_bytes = kMaxRing + kBlockBytes; });
    add([](RingSection &r) { r.ring_bytes += 8; });
    add([](RingSection &r) { r.starts_offset = sizeof(RingBlock) - 8; });
    add([](RingSection &r) { r.starts_offset += 4; });
    add([](RingSection &r) { r.ring_offset += 4; });
    add([](RingSection &r) { r.ring_offset = r.blocks.stride + 8; });
    add([](RingSection &r) { r.starts_offset = r.ring_offset + 8; });
    add([](RingSection &r) { r.starts_offset = r.ring_offset - 8; });
    add([](RingSection &r) { r.ring_offset += 8; });
  };
  of_rings("its rings lie", &Header::records);
  of_rings("rings of stories", &Header::stories);
  of_rings("rings of failures", &Header::failures);
  mistakes.push_back({"its rings lie", [](Header &h) { h.records.blocks.count = 0; }});
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    mistakes[i].make(header());
    EXPECT_EQ(attach(), nullptr) << i << ": " << mistakes[i].about;
    EXPECT_EQ(error_.kind, OpenError::Kind::foreign);
    EXPECT_NE(error_.message.find(mistakes[i].about), std::string::npos)
        << i << ": " << error_.message;
    header() = good;
  }
}

TEST_F(Damage, ADirectoryIsHeldAgainstTheNumbersThatThereAre) {
  header().port_parts.stats_bytes = 0;
  EXPECT_EQ(attach(), nullptr);
  EXPECT_NE(error_.message.find("its directory is wrong"), std::string::npos) << error_.message;
}

TEST_F(Damage, WhatIsSaidOfPortsThatThereAreNotIsPassedOver) {
  header().queues.count = 0;
  header().ports.count = 0;
  const auto reader = attach();
  ASSERT_NE(reader, nullptr) << error_.message;
  EXPECT_EQ(reader->directory().size(), record::worker_descriptors().size());
}

TEST_F(Damage, APartOfASummaryLiesInside) {
  std::size_t i = 0;
  while (entry(i).scope != kSummaryScope)
    ++i;
  const DirectoryEntry good = entry(i);
  entry(i).offset += 4;
  EXPECT_EQ(attach(), nullptr);
  entry(i) = good;
  entry(i).bytes = static_cast<std::uint32_t>(header().summary_parts.stats_bytes) + 8;
  EXPECT_EQ(attach(), nullptr);
  entry(i) = good;
  EXPECT_NE(attach(), nullptr);
}

TEST_F(Damage, ATextWithoutAnEndEndsWithItsField) {
  std::fill(std::begin(header().version), std::end(header().version), 'v');
  header().probe[0] = '\x7f';
  header().probe[1] = '\xc3';
  const auto reader = attach();
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->info().version, std::string(sizeof(Header::version), 'v'));
  EXPECT_EQ(reader->info().probe, "??");
}

// What stands behind the end of an older daemon's header is not its.
TEST_F(Damage, AnOlderDaemonTellsLess) {
  shape_.rules = 4;
  shape_.receivers = 1;
  SetUp();
  std::memcpy(header().probe, "probe", 6);
  reinterpret_cast<RuleBlock *>(bytes() + header().rules.offset)->id = 7;
  reinterpret_cast<ReceiverBlock *>(bytes() + header().receivers.offset)->heartbeat = 1;
  EXPECT_EQ(attach()->receivers(), 1u);
  EXPECT_EQ(attach()->info().probe, "probe");
  EXPECT_EQ(attach()->rules().size(), 1u);
  EXPECT_TRUE(attach()->fences().has_value());

  header().abi_minor = 2;
  header().header_bytes = offsetof(Header, receivers);
  EXPECT_EQ(attach()->receivers(), 0u);
  EXPECT_EQ(attach()->info().probe, "probe");
  EXPECT_FALSE(attach()->fences().has_value());

  header().header_bytes = offsetof(Header, probe);
  EXPECT_EQ(attach()->info().probe, "");
  EXPECT_EQ(attach()->rules().size(), 1u);
  EXPECT_TRUE(attach()->failures(0, Start::oldest).has_value());

  header().header_bytes = kLeastHeader;
  EXPECT_EQ(attach()->rules().size(), 0u);
  EXPECT_FALSE(attach()->failures(0, Start::oldest).has_value());
  summary::Merged merged;
  EXPECT_FALSE(attach()->summaries(merged));
}

TEST_F(Damage, WhatIsNoHistogramIsReadAsNone) {
  auto *numbers = reinterpret_cast<std::uint64_t *>(bytes() + header().workers.offset +
                                                    header().worker_parts.stats_offset);
  std::fill_n(numbers, header().worker_parts.stats_bytes / 8, 1);
  const auto reader = attach();
  for (const Entry &each : reader->directory())
    EXPECT_EQ(reader->histogram(each, 0).count() > 0,
              each.kind == record::StatKind::histogram && each.scope == Scope::worker)
        << each.name;
}

} // namespace
} // namespace handspan::shm
