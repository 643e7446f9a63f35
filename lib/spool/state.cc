#include "spool/state.h"

#include "base/error_text.h"
#include "base/text_file.h"

#include <cerrno>
#include <cstdio>
#include <sstream>
#include <utility>

namespace handspan::spool {

bool load(const std::string &path, SinkState &state) {
  constexpr std::size_t kMost = 65'536;
  std::string why;
  const auto text = base::read_text_file(path, kMost, why);
  if (!text)
    return false;
  std::istringstream in(*text);
  std::string next, until, memo;
  SinkState read;
  if (!(in >> next >> read.next >> until >> read.until >> memo) || next != "next" ||
      until != "until" || memo != "memo")
    return false;
  std::getline(in >> std::ws, read.memo);
  state = std::move(read);
  return true;
}

bool store(const std::string &path, const SinkState &state, std::string &why) {
  const std::string made = path + ".new";
  std::FILE *const file = std::fopen(made.c_str(), "wbe");
  const bool written = file != nullptr && std::fprintf(file, "next %llu until %llu memo %s\n",
                                                       static_cast<unsigned long long>(state.next),
                                                       static_cast<unsigned long long>(state.until),
                                                       state.memo.c_str()) > 0;
  const bool closed = file != nullptr && std::fclose(file) == 0;
  if (written && closed && std::rename(made.c_str(), path.c_str()) == 0)
    return true;
  why = path + ": " + base::error_text(errno);
  return false;
}

} // namespace handspan::spool
