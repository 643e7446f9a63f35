#include "offline/pcapng.h"

#include <gtest/gtest.h>

#include <string>

namespace handspan::offline {
namespace {

// Writes pcapng blocks, in either byte order.
class File {
public:
  explicit File(bool big_endian = false) : big_(big_endian) {}

  std::string number(std::uint64_t value, int bytes) const {
    std::string text;
    for (int i = 0; i < bytes; ++i)
      text += static_cast<char>(value >> 8 * (big_ ? bytes - 1 - i : i));
    return text;
  }
  std::string words(std::initializer_list<std::uint64_t> values) const {
    std::string text;
    for (const std::uint64_t value : values)
      text += number(value, 4);
    return text;
  }
  static std::string whole(std::string text) {
    text.resize((text.size() + 3) / 4 * 4);
    return text;
  }
  std::string option(std::uint64_t code, const std::string &value) const {
    return number(code, 2) + number(value.size(), 2) + whole(value);
  }
  std::string block(std::uint64_t type, const std::string &body) const {
    const std::uint64_t total = 12 + whole(body).size();
    return words({type, total}) + whole(body) + words({total});
  }
  std::string section() const {
    return block(0x0a0d0d0a, words({0x1a2b3c4d}) + number(1, 2) + number(0, 2) + words({~0U, ~0U}));
  }
  std::string interface(std::uint64_t link, const std::string &options = "",
                        std::uint64_t snap_length = 0) const {
    return block(1, number(link, 2) + number(0, 2) + words({snap_length}) + options);
  }
  std::string enhanced(std::uint64_t id, std::uint64_t units, const std::string &data) const {
    return block(6,
                 words({id, units >> 32, units & 0xffffffff, data.size(), data.size() + 5}) + data);
  }

private:
  bool big_;
};

struct Reading {
  std::vector<FilePacket> packets;
  std::vector<std::string> data;
  std::string fault;
  bool cut_short = false;
};

Reading read(std::string content) {
  Reading result;
  std::FILE *stream = fmemopen(content.data(), content.size(), "rb");
  PcapngReader reader(stream);
  FilePacket packet;
  if (reader.open())
    while (reader.next(packet)) {
      result.packets.push_back(packet);
      result.data.emplace_back(reinterpret_cast<const char *>(packet.data), packet.captured);
    }
  result.fault = reader.fault();
  result.cut_short = reader.cut_short();
  std::fclose(stream);
  return result;
}

TEST(Pcapng, InterfacesDifferInLinkTypeAndSnapLength) {
  for (const bool big : {false, true}) {
    const File f(big);
    const auto got = read(f.section() + f.interface(1, "", 65535) + f.interface(101, "", 96) +
                          f.enhanced(1, 7, "raw") + f.enhanced(0, 8, "frame"));
    ASSERT_EQ(got.packets.size(), 2u) << got.fault;
    EXPECT_EQ(got.data[0], "raw");
    EXPECT_EQ(got.packets[0].link, wire::LinkType::raw);
    EXPECT_EQ(got.packets[0].length, 8u);
    EXPECT_EQ(got.packets[1].link, wire::LinkType::ethernet);
    EXPECT_EQ(got.packets[1].time, 8000) << "microseconds where nothing is said";
    EXPECT_EQ(got.fault, "");
  }
}

base::Nanos time_with(const std::string &options, std::uint64_t units) {
  const File f;
  const auto got = read(f.section() + f.interface(1, options) + f.enhanced(0, units, "x"));
  return got.packets.empty() ? base::kNever : got.packets[0].time;
}

TEST(Pcapng, ResolutionAndOffset) {
  const File f;
  const auto resolution = [&f](int value) {
    return f.option(9, std::string(1, static_cast<char>(value)));
  };
  EXPECT_EQ(time_with(resolution(9), 123), 123);
  EXPECT_EQ(time_with(resolution(0), 2), 2'000'000'000);
  EXPECT_EQ(time_with(resolution(12), 5'999), 5);
  EXPECT_EQ(time_with(resolution(0x80 | 10), 1536), 1'500'000'000);
  EXPECT_EQ(time_with(resolution(127), ~0ULL), 0);
  EXPECT_EQ(time_with(resolution(0xff), ~0ULL), 0);
  EXPECT_EQ(time_with(resolution(0), ~0ULL), INT64_MAX) << "what can't be said";
  EXPECT_EQ(time_with(f.option(2, "eth0") + resolution(9) + f.option(14, f.number(3, 8)), 1),
            3'000'000'001);
  EXPECT_EQ(time_with(f.option(14, f.number(~0ULL, 8)), 1'500'000), 500'000'000)
      << "a second before";
  EXPECT_EQ(time_with(f.option(14, f.number(1ULL << 63, 8)), 1), base::kNever + 1);
  EXPECT_EQ(time_with(f.option(0, "") + resolution(9), 1), 1000) << "behind the end of the options";
  EXPECT_EQ(time_with(f.number(9, 2) + f.number(200, 2), 1), 1000) << "an option beyond the block";
}

TEST(Pcapng, OldAndSimplePackets) {
  const File f;
  const std::string old =
      f.block(2, f.number(0, 2) + f.number(0, 2) + f.words({0, 5, 3, 9}) + "old");
  const auto got =
      read(f.section() + f.interface(1, "", 4) + old + f.block(3, f.words({9}) + "simple..."));
  ASSERT_EQ(got.packets.size(), 2u) << got.fault;
  EXPECT_EQ(got.data[0], "old");
  EXPECT_EQ(got.packets[0].length, 9u);
  EXPECT_EQ(got.packets[0].time, 5000);
  EXPECT_EQ(got.data[1], "simp") << "the snap length cuts it";
  EXPECT_EQ(got.packets[1].time, 5000) << "it has no time of its own";
}

TEST(Pcapng, SectionsMayDifferInByteOrder) {
  const File little(false), big(true);
  const auto got = read(little.section() + little.interface(1) + little.enhanced(0, 1, "a") +
                        little.block(5, "statistics") + big.section() + big.interface(113) +
                        big.block(0x0bad, "") + big.enhanced(0, 2, "b"));
  ASSERT_EQ(got.packets.size(), 2u) << got.fault;
  EXPECT_EQ(got.packets[1].link, wire::LinkType::linux_sll);
  EXPECT_EQ(got.packets[1].time, 2000);
}

TEST(Pcapng, CutAnywhereItHandsOutWhatIsWhole) {
  const File f;
  const std::string begin = f.section() + f.interface(1);
  const std::string whole = begin + f.enhanced(0, 1, "first") + f.enhanced(0, 2, "second");
  const std::size_t first_end = begin.size() + f.enhanced(0, 1, "first").size();
  for (std::size_t n = 1; n < whole.size(); ++n) {
    const auto got = read(whole.substr(0, n));
    EXPECT_EQ(got.packets.size(), n >= first_end ? 1u : 0u) << n;
    const bool between = n == f.section().size() || n == begin.size() || n == first_end;
    EXPECT_EQ(got.fault.empty(), between) << n << got.fault;
    EXPECT_EQ(got.cut_short, !between) << n;
  }
}

TEST(Pcapng, WhatCanNotBeIsNamed) {
  const File f;
  const std::string begin = f.section() + f.interface(1);
  const auto fault = [&begin](const std::string &block) { return read(begin + block).fault; };
  EXPECT_EQ(fault(f.words({6, 8, 0})), "a block's length can't be");
  EXPECT_EQ(fault(f.words({6, 34, 0})), "a block's length can't be");
  EXPECT_EQ(fault(f.words({6, 1U << 30, 0})), "a block's length can't be");
  EXPECT_EQ(fault(f.words({5, 16, 0, 20})), "a block's two lengths differ");
  EXPECT_EQ(fault(f.enhanced(1, 0, "x")), "a packet's interface is not described");
  EXPECT_EQ(fault(f.block(2, f.words({1, 0, 0, 0, 0}))), "a packet's interface is not described");
  EXPECT_EQ(fault(f.block(6, f.words({0, 0, 0, 9, 9}) + "few")),
            "a packet is longer than its block");
  EXPECT_EQ(fault(f.block(6, f.words({0}))), "a packet is longer than its block");
  EXPECT_EQ(fault(f.block(1, f.words({1}))), "an interface's block is too short");
  EXPECT_EQ(fault(f.section() + f.enhanced(0, 0, "x")), "a packet's interface is not described")
      << "a section begins with none";
  EXPECT_EQ(read(f.words({0x0a0d0d0a, 28, 0x12345678})).fault, "unknown file format");
  EXPECT_EQ(read(f.block(0x0a0d0d0a, f.words({0x1a2b3c4d, 2, 0, 0}))).fault,
            "a version of pcapng that is not known");
}

} // namespace
} // namespace handspan::offline
