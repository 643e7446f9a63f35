// Captures that are compressed, and those that come from a pipe or standard input.
#include "captures.h"

#include "offline/decoders.h"

#include <array>
#include <string_view>

#include <fcntl.h>
#include <pty.h>
#include <unistd.h>

namespace handspan::offline {
namespace {

// A capture in two parts, each compressed by itself: its header with two packets, and a third one.
struct Packed {
  std::string_view format;
  std::vector<std::uint8_t> first, second;

  [[nodiscard]] std::string text() const {
    return std::string(first.begin(), first.end()) + std::string(second.begin(), second.end());
  }
};

std::vector<Packed> packed() {
  std::vector<Packed> all = {
      {"gzip",
       {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xbb, 0x72, 0x78,
        0xd3, 0x42, 0x26, 0x06, 0x16, 0x06, 0x04, 0x60, 0x61, 0x60, 0x04, 0x92, 0x8c,
        0x50, 0x9e, 0x0d, 0x14, 0x27, 0x52, 0x00, 0x98, 0xd0, 0xcc, 0x4a, 0xa2, 0x00,
        0x00, 0x00, 0xe1, 0xad, 0xb0, 0x36, 0xb0, 0x00, 0x00, 0x00},
       {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x63, 0x66, 0x80, 0x00, 0x1b,
        0x28, 0x4e, 0xa6, 0x00, 0x00, 0x00, 0xef, 0x52, 0x61, 0xc8, 0x4c, 0x00, 0x00, 0x00}},
      {"zstd",
       {0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x68, 0x55, 0x01, 0x00, 0x12, 0xc2, 0x06, 0x0e, 0xe0,
        0xe9, 0x5e, 0x40, 0x40, 0x00, 0x01, 0x06, 0x13, 0xc0, 0xf6, 0x90, 0x32, 0x05, 0x53,
        0xf9, 0xe3, 0x8f, 0xff, 0x9f, 0x3f, 0x87, 0xe1, 0x52, 0xd9, 0x05, 0x04, 0x00, 0x70,
        0x92, 0x3c, 0xb8, 0xbb, 0x01, 0x64, 0xdb, 0x00, 0x17, 0x0d, 0x85, 0xc4, 0xf1},
       {0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x68, 0xbd, 0x00, 0x00, 0x88, 0x03, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x3c, 0x00, 0x00, 0x00, 0x3c, 0x00,
        0x00, 0x00, 0x63, 0x01, 0x00, 0x21, 0x81, 0x25, 0x4a, 0x31, 0xcb, 0xb5}},
      {"lz4",
       {0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7, 0x2d, 0x00, 0x00, 0x00, 0x86, 0xd4,
        0xc3, 0xb2, 0xa1, 0x02, 0x00, 0x04, 0x00, 0x01, 0x00, 0x73, 0x04, 0x00, 0x01,
        0x00, 0x00, 0x00, 0x01, 0x0e, 0x00, 0x13, 0x3c, 0x04, 0x00, 0x1f, 0x61, 0x01,
        0x00, 0x28, 0x1b, 0x02, 0x4c, 0x00, 0x1f, 0x62, 0x01, 0x00, 0x23, 0x50, 0x62,
        0x62, 0x62, 0x62, 0x62, 0x00, 0x00, 0x00, 0x00, 0xab, 0xc1, 0x9b, 0xa7},
       {0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7, 0x14, 0x00, 0x00, 0x00, 0x22, 0x03,
        0x00, 0x01, 0x00, 0x13, 0x3c, 0x04, 0x00, 0x1f, 0x63, 0x01, 0x00, 0x23, 0x50,
        0x63, 0x63, 0x63, 0x63, 0x63, 0x00, 0x00, 0x00, 0x00, 0xf5, 0x8f, 0xff, 0x85}}};
  // What this build has no library for is refused by name; another test says so.
  std::erase_if(all, [](const Packed &each) { return decoder_for(each.format) == nullptr; });
  return all;
}

TEST_F(OnDisk, EachFormatIsUnpackedPartByPart) {
  for (const Packed &each : packed()) {
    const std::string path = write(each.text());
    const auto got = read_path(path);
    EXPECT_EQ(got.fault, "") << each.format;
    EXPECT_EQ(got.first_bytes, "abc") << each.format;
    std::string fault;
    const auto file = CaptureFile::open(path, fault);
    EXPECT_EQ(file->size(), 0u) << "nobody knows how much there will be";
    EXPECT_EQ(file->next().size(), 3u);
    EXPECT_EQ(file->position(), 252u);
    EXPECT_FALSE(file->is_live());
  }
}

TEST_F(OnDisk, CutAnywhereItIsSaidAndWhatCameBeforeIsRead) {
  for (const Packed &each : packed()) {
    const std::string whole = each.text();
    for (std::size_t n = 1; n < whole.size(); ++n) {
      const auto got = read_path(write(whole.substr(0, n)));
      EXPECT_EQ(got.fault.empty(), n == each.first.size()) << each.format << ' ' << n;
      EXPECT_LE(got.frames.size(), 3u);
      const bool first_is_whole = n >= each.first.size();
      EXPECT_EQ(got.first_bytes.substr(0, 2), first_is_whole ? "ab" : got.first_bytes)
          << each.format << ' ' << n;
    }
  }
}

TEST_F(OnDisk, DamageIsNamed) {
  for (const Packed &each : packed()) {
    std::string text = each.text();
    text[each.first.size() - 1] ^= 0x55; // of the sum, or of the length
    const auto got = read_path(write(text));
    EXPECT_NE(got.fault.find("the " + std::string(each.format) + " data is damaged"),
              std::string::npos)
        << got.fault;
  }
}

TEST(Decoders, OneForEachNameOrNone) {
  EXPECT_EQ(decoder_for("rar"), nullptr);
  const std::array<std::uint8_t, 4> plain = {0xd4, 0xc3, 0xb2, 0xa1};
  EXPECT_EQ(packed_as(plain), "");
  for (const Packed &each : packed()) {
    EXPECT_EQ(packed_as(each.first), each.format);
    EXPECT_EQ(packed_as(std::span(each.first).first(1)), "");
  }
}

// A pipe whose other end this test fills.
class FromPipe : public testing::Test {
protected:
  void SetUp() override { ASSERT_EQ(pipe2(ends_, O_CLOEXEC), 0); }
  void TearDown() override { end(); }
  void put(const std::string &bytes) {
    ASSERT_EQ(::write(ends_[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void end() {
    if (ends_[1] >= 0)
      close(ends_[1]);
    ends_[1] = -1;
  }
  std::unique_ptr<CaptureFile> open() { return CaptureFile::open(fdopen(ends_[0], "rb"), fault_); }

  int ends_[2]{};
  std::string fault_;
};

TEST_F(FromPipe, PacketsComeAsTheyAreWritten) {
  put(Bytes().pcap_header().packet(1, 0, 60, 60, 'a').text());
  const auto file = open();
  ASSERT_NE(file, nullptr) << fault_;
  EXPECT_TRUE(file->is_live());
  EXPECT_EQ(file->lost(), 0u);
  EXPECT_EQ(file->next().size(), 1u);
  EXPECT_TRUE(file->next().empty());
  EXPECT_TRUE(file->is_idle()) << "it may go on";
  put(Bytes().packet(2, 0, 60, 60, 'b').packet(3, 0, 60, 60, 'c').text());
  const auto burst = file->next();
  ASSERT_EQ(burst.size(), 2u);
  EXPECT_EQ(burst[0].data[0], 'b');
  EXPECT_EQ(burst[1].number, 3u);
  end();
  EXPECT_TRUE(file->next().empty());
  EXPECT_FALSE(file->is_idle()) << "it is the end";
  EXPECT_EQ(file->fault(), "");
}

TEST_F(FromPipe, CutInAPacketItIsSaid) {
  put(Bytes().pcap_header().packet(1, 0, 60, 60).packet(2, 0, 60, 60).cut(7).text());
  end();
  const auto file = open();
  ASSERT_NE(file, nullptr) << fault_;
  EXPECT_EQ(file->next().size(), 1u);
  EXPECT_NE(file->fault().find("cut short in packet 2"), std::string::npos) << file->fault();
  EXPECT_TRUE(file->next().empty()) << "nothing behind a fault";
}

TEST_F(FromPipe, Compressed) {
  for (const Packed &each : packed()) {
    put(each.text());
    end();
    const auto got = read(open(), fault_);
    EXPECT_EQ(got.first_bytes, "abc") << each.format;
    EXPECT_EQ(got.fault, "");
    SetUp();
  }
  close(ends_[0]);
}

TEST_F(FromPipe, NothingAtAllIsEmpty) {
  end();
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(fault_, "the file is empty: nothing was captured into it");
}

// Gives the process another standard input for a while.
class StandardInput {
public:
  explicit StandardInput(int descriptor) : before_(dup(0)) {
    dup2(descriptor, 0);
    close(descriptor);
  }
  ~StandardInput() {
    std::clearerr(stdin);
    dup2(before_, 0);
    close(before_);
  }

private:
  int before_;
};

TEST_F(OnDisk, ADashIsStandardInput) {
  const std::string path = write(Bytes().pcap_header().packet(1, 0, 60, 60).text());
  const StandardInput input(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(read_path("-").frames.size(), 1u);
}

TEST_F(OnDisk, ATerminalIsNoCapture) {
  int terminal = -1, other = -1;
  if (openpty(&terminal, &other, nullptr, nullptr, nullptr) != 0)
    GTEST_SKIP() << "no terminals here";
  {
    const StandardInput input(other);
    EXPECT_EQ(read_path("-").fault, "standard input is a terminal: pipe a capture into it");
  }
  close(terminal);
}

} // namespace
} // namespace handspan::offline
