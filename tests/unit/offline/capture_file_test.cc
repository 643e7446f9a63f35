#include "offline/capture_file.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace handspan::offline {
namespace {

using base::kNever;

// Writes capture files byte by byte, in either byte order.
class Bytes {
public:
  explicit Bytes(bool big_endian = false) : big_(big_endian) {}

  Bytes &number(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
      text_.push_back(static_cast<char>(value >> 8 * (big_ ? bytes - 1 - i : i)));
    return *this;
  }
  Bytes &u16(std::uint64_t v) { return number(v, 2); }
  Bytes &u32(std::uint64_t v) { return number(v, 4); }
  Bytes &fill(std::size_t n, char with) {
    text_.append(n, with);
    return *this;
  }

  Bytes &pcap_header(std::uint32_t magic = 0xa1b2c3d4, std::uint32_t link = 1) {
    return u32(magic).u16(2).u16(4).u32(0).u32(0).u32(262144).u32(link);
  }
  Bytes &packet(std::uint32_t seconds, std::uint32_t fraction, std::uint32_t captured,
                std::uint32_t length, char with = 'x') {
    return u32(seconds).u32(fraction).u32(captured).u32(length).fill(captured, with);
  }

  Bytes &section() {
    return u32(0x0a0d0d0a).u32(28).u32(0x1a2b3c4d).u16(1).u16(0).u32(~0ULL).u32(~0ULL).u32(28);
  }
  Bytes &interface(std::uint16_t link) {
    return u32(1)
        .u32(32)
        .u16(link)
        .u16(0)
        .u32(65535)
        .u16(9)
        .u16(1)
        .number(9, 1)
        .fill(3, 0)
        .u32(0)
        .u32(32);
  }
  Bytes &enhanced(std::uint32_t interface_id, std::uint64_t nanos, std::uint32_t bytes) {
    return u32(6)
        .u32(32 + bytes)
        .u32(interface_id)
        .u32(nanos >> 32)
        .u32(nanos & 0xffffffff)
        .u32(bytes)
        .u32(bytes)
        .fill(bytes, 'y')
        .u32(32 + bytes);
  }

  Bytes &cut(std::size_t n) {
    text_.resize(text_.size() - n);
    return *this;
  }
  std::string text() const { return text_; }

private:
  bool big_;
  std::string text_;
};

struct Reading {
  bool opened = false;
  std::vector<wire::Frame> frames; // their data is gone, but for the first byte, kept beside
  std::string first_bytes;
  std::vector<std::size_t> bursts;
  std::string fault;
  std::uint64_t packets = 0;
};

Reading read(std::unique_ptr<CaptureFile> file, std::string fault) {
  Reading reading;
  reading.fault = std::move(fault);
  if (file == nullptr)
    return reading;
  reading.opened = true;
  for (auto burst = file->next(); !burst.empty(); burst = file->next()) {
    reading.bursts.push_back(burst.size());
    for (const auto &frame : burst) {
      reading.frames.push_back(frame);
      reading.first_bytes.push_back(frame.captured > 0 ? static_cast<char>(frame.data[0]) : '-');
    }
  }
  reading.fault = file->fault();
  reading.packets = file->packets();
  return reading;
}

Reading read(const std::string &content) {
  std::string copy = content;
  std::FILE *stream = fmemopen(copy.data(), copy.size(), "rb");
  std::string fault;
  auto file = CaptureFile::open(stream, fault);
  return read(std::move(file), fault);
}

Reading read(const Bytes &bytes) {
  return read(bytes.text());
}

TEST(CaptureFile, MicrosecondsInBothByteOrders) {
  for (const bool big : {false, true}) {
    const auto got = read(Bytes(big).pcap_header().packet(100, 7, 60, 1514));
    ASSERT_EQ(got.frames.size(), 1U) << got.fault;
    EXPECT_EQ(got.frames[0].time, 100'000'007'000);
    EXPECT_EQ(got.frames[0].captured, 60U);
    EXPECT_EQ(got.frames[0].length, 1514U);
    EXPECT_EQ(got.frames[0].number, 1U);
    EXPECT_EQ(got.frames[0].link, wire::LinkType::ethernet);
    EXPECT_EQ(got.fault, "");
  }
}

TEST(CaptureFile, Nanoseconds) {
  for (const bool big : {false, true}) {
    const auto got = read(Bytes(big).pcap_header(0xa1b23c4d).packet(100, 7, 60, 60));
    ASSERT_EQ(got.frames.size(), 1U) << got.fault;
    EXPECT_EQ(got.frames[0].time, 100'000'000'007);
  }
}

TEST(CaptureFile, PcapngWithTwoInterfacesOfOneType) {
  for (const bool big : {false, true}) {
    const auto got = read(Bytes(big)
                              .section()
                              .interface(1)
                              .interface(1)
                              .enhanced(0, 5'000'000'001, 60)
                              .enhanced(1, 5'000'000'002, 64));
    ASSERT_EQ(got.frames.size(), 2U) << got.fault;
    EXPECT_EQ(got.frames[0].time, 5'000'000'001);
    EXPECT_EQ(got.frames[1].time, 5'000'000'002);
    EXPECT_EQ(got.frames[1].number, 2U);
  }
}

TEST(CaptureFile, PcapngWithInterfacesOfDifferentTypes) {
  const auto got =
      read(Bytes().section().interface(1).enhanced(0, 1, 60).interface(113).enhanced(1, 2, 60));
  ASSERT_EQ(got.frames.size(), 2U);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.frames[0].link, wire::LinkType::ethernet);
  EXPECT_EQ(got.frames[1].link, wire::LinkType::linux_sll);
}

TEST(CaptureFile, BurstsHaveAtMost64FramesAndKeepTheirBytes) {
  Bytes file;
  file.pcap_header();
  for (std::uint32_t i = 0; i < 150; ++i)
    file.packet(i, 0, 60, 60, static_cast<char>('!' + i % 90));
  const auto got = read(file);
  EXPECT_EQ(got.bursts, (std::vector<std::size_t>{64, 64, 22}));
  EXPECT_EQ(got.packets, 150U);
  for (std::size_t i = 0; i < got.frames.size(); ++i) {
    EXPECT_EQ(got.frames[i].number, i + 1);
    EXPECT_EQ(got.first_bytes[i], static_cast<char>('!' + i % 90));
  }
}

TEST(CaptureFile, LongPacketsMakeShorterBursts) {
  Bytes file;
  file.pcap_header();
  for (std::uint32_t i = 0; i < 5; ++i)
    file.packet(i, 0, 200'000, 200'000, static_cast<char>('a' + i));
  const auto got = read(file);
  EXPECT_EQ(got.bursts, (std::vector<std::size_t>{2, 2, 1}));
  EXPECT_EQ(got.first_bytes, "abcde");
  EXPECT_EQ(got.fault, "");
}

TEST(CaptureFile, AnOriginalLengthThatLiesIsPutRight) {
  const auto got = read(Bytes().pcap_header().packet(1, 0, 60, 10));
  ASSERT_EQ(got.frames.size(), 1U);
  EXPECT_EQ(got.frames[0].length, 60U);
}

TEST(CaptureFile, CutFramesAreCounted) {
  std::string copy =
      Bytes().pcap_header().packet(1, 0, 60, 60).packet(2, 0, 96, 1514).packet(3, 0, 54, 60).text();
  std::string fault;
  const auto file = CaptureFile::open(fmemopen(copy.data(), copy.size(), "rb"), fault);
  ASSERT_NE(file, nullptr) << fault;
  EXPECT_EQ(file->next().size(), 3U);
  EXPECT_EQ(file->cut().frames, 2U);
  EXPECT_EQ(file->cut().bytes, 96U);
}

TEST(CaptureFile, TimesOutOfRangeDoNotOverflow) {
  const auto got = read(Bytes()
                            .pcap_header()
                            .packet(0xffffffff, 0xffffffff, 60, 60)
                            .packet(0x80000000, 999'999, 60, 60));
  ASSERT_EQ(got.frames.size(), 2U);
  EXPECT_NE(got.frames[0].time, kNever);
  EXPECT_EQ(got.frames[1].time, 2'147'483'648'999'999'000) << "seconds of pcap have no sign";
  const auto ng = read(Bytes().section().interface(1).enhanced(0, ~0ULL, 60));
  ASSERT_EQ(ng.frames.size(), 1U);
  EXPECT_GT(ng.frames[0].time, 0);
}

TEST(CaptureFile, CutInTheMiddleKeepsWhatCameBefore) {
  const Bytes whole = Bytes().pcap_header().packet(1, 0, 60, 60).packet(2, 0, 60, 60);
  for (const std::size_t missing : {1U, 59U, 60U, 70U, 75U}) {
    const auto got = read(Bytes(whole).cut(missing));
    EXPECT_EQ(got.frames.size(), 1U) << missing;
    EXPECT_NE(got.fault.find("cut short in packet 2"), std::string::npos) << got.fault;
  }
  EXPECT_EQ(read(Bytes(whole).cut(76)).fault, "") << "a whole packet less is a whole file";
}

TEST(CaptureFile, ForeignFilesAreNamed) {
  EXPECT_EQ(read(std::string("#!/bin/sh\necho no capture\n")).fault,
            "not a capture file: neither pcap nor pcapng");
  EXPECT_NE(read(std::string("\x1f\x8b\x08\x00 some gzip", 16)).fault.find("gzip"),
            std::string::npos);
  EXPECT_EQ(read(Bytes().pcap_header().cut(10)).fault,
            "not a capture file: it ends inside its own header");
}

TEST(CaptureFile, LinkTypes) {
  const std::vector<std::pair<std::uint32_t, wire::LinkType>> known = {
      {0, wire::LinkType::null},          {9, wire::LinkType::ppp},
      {51, wire::LinkType::pppoe},        {101, wire::LinkType::raw},
      {108, wire::LinkType::loop},        {113, wire::LinkType::linux_sll},
      {228, wire::LinkType::ipv4},        {229, wire::LinkType::ipv6},
      {276, wire::LinkType::linux_sll2},  {104, wire::LinkType::c_hdlc},
      {50, wire::LinkType::ppp_hdlc},     {105, wire::LinkType::ieee802_11},
      {239, wire::LinkType::nflog},       {127, wire::LinkType::ieee802_11_radiotap},
      {10, wire::LinkType::fddi},         {192, wire::LinkType::ppi},
      {100, wire::LinkType::atm_rfc1483}, {117, wire::LinkType::pflog},
      {109, wire::LinkType::enc},         {129, wire::LinkType::arcnet_linux}};
  for (const auto &[number, link] : known) {
    const auto got = read(Bytes().pcap_header(0xa1b2c3d4, number).packet(1, 0, 60, 60));
    ASSERT_EQ(got.frames.size(), 1U) << number << ": " << got.fault;
    EXPECT_EQ(got.frames[0].link, link) << number;
  }
  const auto got = read(Bytes().pcap_header(0xa1b2c3d4, 200).packet(1, 0, 60, 60));
  EXPECT_FALSE(got.opened);
  EXPECT_NE(got.fault.find("packets of link type 200 ("), std::string::npos) << got.fault;
  EXPECT_NE(got.fault.find(") are not decoded"), std::string::npos) << got.fault;
}

class OnDisk : public testing::Test {
protected:
  std::filesystem::path dir_ =
      std::filesystem::temp_directory_path() / ("offline-test-" + std::to_string(getpid()));
  void SetUp() override { std::filesystem::create_directories(dir_); }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string write(const std::string &content) {
    const std::string path = dir_ / "file.pcap";
    std::FILE *out = std::fopen(path.c_str(), "wb");
    std::fwrite(content.data(), 1, content.size(), out);
    std::fclose(out);
    return path;
  }
  static Reading read_path(const std::string &path) {
    std::string fault;
    auto file = CaptureFile::open(path, fault);
    return read(std::move(file), fault);
  }
};

TEST_F(OnDisk, MissingEmptyAndDirectory) {
  EXPECT_EQ(read_path(dir_ / "nothing.pcap").fault, "no such file");
  EXPECT_EQ(read_path(dir_).fault, "is a directory: give the capture files in it");
  EXPECT_EQ(read_path(write("")).fault, "the file is empty: nothing was captured into it");
}

TEST_F(OnDisk, TellsHowFarItIs) {
  const std::string content = Bytes().pcap_header().packet(1, 0, 60, 60).text();
  std::string fault;
  auto file = CaptureFile::open(write(content), fault);
  ASSERT_NE(file, nullptr) << fault;
  EXPECT_EQ(file->size(), content.size());
  EXPECT_EQ(file->next().size(), 1U);
  EXPECT_TRUE(file->next().empty());
  EXPECT_EQ(file->position(), content.size());
}

TEST_F(OnDisk, AHeaderWithoutPacketsIsNoFault) {
  const auto got = read_path(write(Bytes().pcap_header().text()));
  EXPECT_TRUE(got.opened);
  EXPECT_TRUE(got.frames.empty());
  EXPECT_EQ(got.fault, "");
}

} // namespace
} // namespace handspan::offline
