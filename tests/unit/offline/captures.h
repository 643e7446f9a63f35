// Capture files for tests, and what is read from them.
#pragma once

#include "../temporary_folder.h"

#include "offline/capture_file.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace handspan::offline {

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

inline Reading read(std::unique_ptr<CaptureFile> file, std::string fault) {
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

inline Reading read(const std::string &content) {
  std::string copy = content;
  std::FILE *stream = fmemopen(copy.data(), copy.size(), "rb");
  std::string fault;
  auto file = CaptureFile::open(stream, fault);
  return read(std::move(file), fault);
}

inline Reading read(const Bytes &bytes) {
  return read(bytes.text());
}

class OnDisk : public testing::Test {
protected:
  [[nodiscard]] std::string write(const std::string &content) const {
    return folder_.write("file.pcap", content);
  }
  static Reading read_path(const std::string &path) {
    std::string fault;
    auto file = CaptureFile::open(path, fault);
    return read(std::move(file), fault);
  }

  test::TemporaryFolder folder_;
};

} // namespace handspan::offline
