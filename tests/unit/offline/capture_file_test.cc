#include "../as_nobody.h"
#include "captures.h"

#include <cstdint>
#include <string>
#include <vector>

#include <unistd.h>

namespace handspan::offline {
namespace {

using base::kNever;

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

TEST(CaptureFile, AVersionThatIsNotKnownIsRefused) {
  const auto got = read(Bytes().u32(0xa1b2c3d4).u16(9).u16(4).u32(0).u32(0).u32(65535).u32(1));
  EXPECT_FALSE(got.opened);
  EXPECT_NE(got.fault.find("version 9.4"), std::string::npos) << got.fault;
}

TEST(CaptureFile, WhereNoPacketIsOfALinkThatIsDecodedItIsAFault) {
  const auto none = read(Bytes().section().interface(200).enhanced(0, 1, 60).enhanced(0, 2, 60));
  EXPECT_NE(none.fault.find("packets of link type 200 ("), std::string::npos) << none.fault;
  const auto some =
      read(Bytes().section().interface(200).interface(1).enhanced(0, 1, 60).enhanced(1, 2, 60));
  EXPECT_EQ(some.fault, "");
  EXPECT_EQ(some.frames.size(), 2u);
  const auto nothing = read(Bytes().section().interface(200));
  EXPECT_EQ(nothing.fault, "") << "no packets, no fault";
}

TEST(CaptureFile, PcapngThatEndsInItsHeader) {
  EXPECT_EQ(read(Bytes().section().cut(10)).fault,
            "not a capture file: it ends inside its own header");
}

TEST(CaptureFile, AnInterfaceThatThereIsNot) {
  std::string fault;
  EXPECT_EQ(CaptureFile::listen("no-such-face", fault), nullptr);
  EXPECT_TRUE(fault == "there is no such interface" ||
              fault.starts_with("may not be listened on by this user"))
      << fault;
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

TEST_F(OnDisk, MissingEmptyAndDirectory) {
  EXPECT_EQ(read_path(folder_.path("nothing.pcap")).fault, "no such file");
  EXPECT_EQ(read_path(folder_.path()).fault, "is a directory: give the capture files in it");
  EXPECT_EQ(read_path(write("")).fault, "the file is empty: nothing was captured into it");
}

TEST_F(OnDisk, WhatMayNotBeReadSaysSo) {
  const std::string path = write("content");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  EXPECT_EQ(read_path(folder_.path(std::string(300, 'x'))).fault,
            "can't be opened: File name too long");
  const test::AsNobody nobody;
  EXPECT_EQ(read_path(path).fault, "permission denied: the file can't be read by this user");
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
