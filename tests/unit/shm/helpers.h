// What the tests of the segment share: a folder that goes away, records that can be told apart.
#pragma once

#include "record/record.h"
#include "shm/reader.h"
#include "shm/writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace handspan::shm {

class Folder {
public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "shm-test-XXXXXX").string();
    path_ = mkdtemp(name.data()) != nullptr ? name : "";
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder &) = delete;
  Folder &operator=(const Folder &) = delete;

  [[nodiscard]] std::string path(const std::string &below = {}) const {
    return below.empty() ? path_ : path_ + "/" + below;
  }

private:
  std::string path_;
};

inline Writer::Config config_in(const Folder &folder) {
  Writer::Config config;
  config.runtime_dir = folder.path("run");
  config.instance = "test";
  config.version = "1.2.3";
  config.shape = {2, 64, {"port-a", "port-b"}, {1, 2}};
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

// A record all of whose numbers are `n`, from its first field to the end of its text.
inline void stamp(record::Record &record, std::uint64_t n) {
  record.text_used = 0;
  record.flow_id = n;
  record.first = static_cast<base::Nanos>(n);
  record.tcp.packets.client = n;
  record.tls.start = static_cast<base::Nanos>(n);
  record.tls.messages.count = record::kMaxMessages;
  for (record::Message &message : record.tls.messages)
    message.time = static_cast<base::Nanos>(n);
  record.tls.sni = record.put(std::to_string(n));
  record.seal();
}

// Whether all of them still are.
inline bool whole(const record::Record &record, std::uint64_t n) {
  const auto nanos = static_cast<base::Nanos>(n);
  bool same = record.flow_id == n && record.first == nanos && record.tcp.packets.client == n &&
              record.tls.start == nanos && record.tls.messages.size() == record::kMaxMessages &&
              record.view(record.tls.sni) == std::to_string(n);
  for (const record::Message &message : record.tls.messages)
    same = same && message.time == nanos;
  return same;
}

} // namespace handspan::shm
