#include "zeek_files.h"

#include "base/error_text.h"
#include "output.h"
#include "shm/process.h"

#include <cerrno>
#include <filesystem>
#include <string_view>

namespace handspan::app {
namespace {

bool put(std::FILE *file, std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), file) == text.size();
}

} // namespace

bool ZeekFiles::open(const std::string &folder) {
  if (files_[0] != nullptr)
    return true;
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  for (const formats::ZeekLog log : formats::kZeekLogs) {
    const std::string path = folder + '/' + std::string(name(log)) + ".log";
    auto &file = files_[static_cast<std::size_t>(log)];
    file.reset(std::fopen(path.c_str(), "wbe"));
    if (file == nullptr || !put(file.get(), formats::zeek_head(log, shm::wall_now()))) {
      complain(path, base::error_text(errno));
      return false;
    }
  }
  return true;
}

void ZeekFiles::add(const record::Record &record) {
  for (const formats::ZeekLog log : formats::kZeekLogs)
    if (!put(files_[static_cast<std::size_t>(log)].get(), formats::zeek_line(log, record)))
      failed_ = true;
}

ZeekFiles::~ZeekFiles() {
  for (const formats::ZeekLog log : formats::kZeekLogs) {
    std::FILE *const file = files_[static_cast<std::size_t>(log)].get();
    if (file != nullptr)
      failed_ =
          !put(file, formats::zeek_tail(shm::wall_now())) || std::fflush(file) != 0 || failed_;
  }
  if (failed_)
    complain("some of Zeek's logs could not be written to their end");
}

} // namespace handspan::app
