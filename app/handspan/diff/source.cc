#include "source.h"

#include "base/quote.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace handspan::app {
namespace {

namespace fs = std::filesystem;

bool is_there(const std::string &path) {
  std::error_code fault;
  return fs::exists(path, fault);
}

bool parse_span(std::string_view text, const filter::Clock &clock, Source &source) {
  const std::size_t slash = text.find('/');
  const auto from = filter::parse_moment(text.substr(0, slash), clock);
  if (!from)
    return false;
  source.from = *from;
  if (slash == std::string_view::npos)
    return true;
  const std::string_view end = text.substr(slash + 1);
  if (const auto length = filter::parse_duration(end))
    return !__builtin_add_overflow(*from, *length, &source.until) && *length > 0;
  const auto until = filter::parse_moment(end, clock);
  source.until = until.value_or(base::kNever);
  return until && *until > *from;
}

std::vector<std::string> files_of(const std::string &text) {
  std::vector<std::string> files;
  for (std::size_t begin = 0; begin <= text.size() && !is_there(text);) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    files.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (files.empty())
    files.push_back(text);
  return files;
}

} // namespace

bool parse_source(const std::string &text, const filter::Clock &clock, Source &source,
                  std::string &why) {
  source = Source();
  source.name = text;
  const std::size_t at = is_there(text) ? std::string::npos : text.rfind('@');
  const std::string path = text.substr(0, at);
  if (at != std::string::npos &&
      !parse_span(std::string_view(text).substr(at + 1), clock, source)) {
    why = base::quoted(text.substr(at + 1)) +
          " is no span of time: write 2026-11-26T10:00/1h, 10:00/11:00, 2h/1h or 30m";
    return false;
  }
  if (path.empty() && at == std::string::npos) {
    why = "neither a file nor a folder; @30m is the daemon's last half hour";
    return false;
  }
  std::error_code fault;
  if (path.empty()) {
    source.kind = Source::Kind::daemon;
  } else if (fs::is_directory(path, fault)) {
    source.kind = Source::Kind::folder;
    source.folder = path;
  } else {
    source.kind = Source::Kind::files;
    source.files = files_of(path);
  }
  return true;
}

} // namespace handspan::app
