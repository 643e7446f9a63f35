// The files of a folder that are complete, and the one that is being written: hidden until then,
// and never longer than what is known to have arrived.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace handspan::exporter {

class MinuteFiles {
public:
  struct Settings {
    std::string folder;
    std::string name; // "connections", before the time
    std::string ending;
    base::Nanos file_time = 0; // of one file
    std::uint64_t keep_bytes = 0;
    base::Nanos keep_time = 0;
  };
  explicit MinuteFiles(Settings settings) : settings_(std::move(settings)) {}
  ~MinuteFiles();
  MinuteFiles(const MinuteFiles &) = delete;
  MinuteFiles &operator=(const MinuteFiles &) = delete;

  // Goes on where mark() said; what was written behind it goes.
  bool open(const std::string &mark, std::string &why);
  // Appends to the file of that moment, behind `head` if it is a new one; `part` makes a new one's
  // name its own.
  bool append(std::string_view head, std::string_view bytes, base::Nanos now, std::uint64_t part,
              std::string &why);
  // Which file, and how much of it has been written.
  [[nodiscard]] std::string mark() const;
  // The file is complete if its time is over; kNever: in any case.
  void finish(base::Nanos now);

private:
  [[nodiscard]] std::string path(bool hidden) const;
  bool write(std::string_view bytes, std::uint64_t at, std::string &why);
  void clean(bool hidden_ones);

  Settings settings_;
  std::string name_; // empty: none is being written
  std::int64_t slot_ = 0;
  std::uint64_t length_ = 0;
  int file_ = -1;
};

} // namespace handspan::exporter
