// What the tests of the segment share: a folder that goes away, records that can be told apart.
#pragma once

#include "../temporary_folder.h"

#include "record/record.h"
#include "shm/reader.h"
#include "shm/writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::shm {

using Folder = handspan::test::TemporaryFolder;

inline Writer::Config config_in(const Folder &folder) {
  Writer::Config config;
  config.runtime_dir = folder.path("run");
  config.instance = "test";
  config.version = "1.2.3";
  config.shape = {2, kMinRing, {"port-a", "port-b"}, {1, 2}};
  config.start_time = 77;
  config.now = 1000 * base::kSecond;
  config.retry_window = 30 * base::kSecond;
  return config;
}

inline std::unique_ptr<Writer> make_writer(const Writer::Config &config) {
  std::string error;
  auto writer = Writer::create(config, error);
  EXPECT_NE(writer, nullptr) << error;
  return writer;
}

inline std::unique_ptr<Reader> open_reader(const std::string &path) {
  OpenError error;
  auto reader = Reader::open(path, error);
  EXPECT_NE(reader, nullptr) << error.message;
  return reader;
}

// A record all of whose numbers are `n`, from its first field to the end of its texts, the last of
// which has so many characters.
inline void stamp(record::Record &record, std::uint64_t n, std::size_t characters = 20) {
  record.text_used = 0;
  record.flow_id = n;
  record.first = static_cast<base::Nanos>(n);
  record.tcp.packets.client = n;
  record.tls.present = true;
  record.tls.start = static_cast<base::Nanos>(n);
  record.tls.messages.count = record::kMaxMessages;
  for (record::Message &message : record.tls.messages) {
    message = {};
    message.packet = static_cast<std::uint32_t>(n);
  }
  const std::string digits = std::to_string(n);
  record.app.host =
      record.put(std::string(characters - std::min(characters, digits.size()), '0') + digits);
}

// Whether all of them still are.
inline bool whole(const record::Record &record, std::uint64_t n) {
  const auto nanos = static_cast<base::Nanos>(n);
  const std::string_view text = record.view(record.app.host);
  bool same = record.flow_id == n && record.first == nanos && record.tcp.packets.client == n &&
              record.tls.start == nanos && record.tls.messages.size() == record::kMaxMessages &&
              !text.empty() && std::stoull(std::string(text)) == n;
  for (const record::Message &message : record.tls.messages)
    same = same && message.packet == static_cast<std::uint32_t>(n);
  return same;
}

// A ring alone, without a segment around it.
struct RingMemory {
  static constexpr std::uint64_t kBytes = kMinRing;

  RingBlock head;
  std::vector<std::uint64_t> starts = std::vector<std::uint64_t>(kBytes / kBlockBytes);
  std::vector<std::uint64_t> words = std::vector<std::uint64_t>(kBytes / 8);

  RingToWrite to_write() {
    return {&head.intent, &head.tail, starts.data(), reinterpret_cast<std::byte *>(words.data()),
            kBytes};
  }
  [[nodiscard]] RingToRead to_read() const {
    return {&head.intent, &head.tail, starts.data(),
            reinterpret_cast<const std::byte *>(words.data()), kBytes};
  }
};

} // namespace handspan::shm
