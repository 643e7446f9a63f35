// Zeek's logs in a folder, each with its head and, at the end, its tail.
#pragma once

#include "formats/zeek.h"

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace handspan::app {

class ZeekFiles {
public:
  ZeekFiles() = default;
  ~ZeekFiles();
  ZeekFiles(const ZeekFiles &) = delete;
  ZeekFiles &operator=(const ZeekFiles &) = delete;

  // Begins them in that folder, unless they are begun. False: it was said why.
  bool open(const std::string &folder);
  void add(const record::Record &record);

private:
  struct Close {
    void operator()(std::FILE *file) const { (void)std::fclose(file); }
  };
  std::array<std::unique_ptr<std::FILE, Close>, formats::kZeekLogs.size()> files_;
  bool failed_ = false;
};

} // namespace handspan::app
