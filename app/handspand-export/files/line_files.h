// A sink of lines in files of a minute each, compressed with zstd: each batch a frame or several of
// them, in one file or in several kinds of them.
#pragma once

#include "files/minute_files.h"
#include "sink.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::exporter {

// Kinds of files that a batch goes into, and how a row becomes lines of each.
struct LineKind {
  std::string name, ending;                                   // "conn", ".log.zst"
  std::function<std::string(base::Nanos now)> head;           // of a new file; null: none
  std::function<void(const Row &row, std::string &to)> lines; // appends whole ones
};

class LineFiles final : public Sink {
public:
  // Reads dir, file_time, keep_bytes, keep_time and level.
  LineFiles(Keys &keys, std::vector<LineKind> kinds,
            std::function<std::string(const summary::Cell &, const formats::Origin &)> minute = {});
  ~LineFiles() override;

  bool open(const std::string &memo, std::string &why) override;
  void begin(const BatchName &name) override;
  void add(const Row &row) override;
  void add(const summary::Cell &minute, const formats::Origin &origin) override;
  bool commit(std::string &memo, std::string &why) override;
  void idle(base::Nanos now) override;

private:
  class Frame;
  struct Stream {
    LineKind kind;
    std::unique_ptr<MinuteFiles> files;
    std::unique_ptr<Frame> frame;
  };

  int level_ = 1;
  std::vector<Stream> streams_;
  std::function<std::string(const summary::Cell &, const formats::Origin &)> minute_;
  std::uint64_t part_ = 0;
};

} // namespace handspan::exporter
