#include "log.h"

#include <cstdio>
#include <fcntl.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

namespace handspan::daemon {
namespace {

using StreamSink = spdlog::sinks::stdout_sink_base<spdlog::details::console_mutex>;

// A descriptor of its own: DPDK's start silences the standard one for a while.
std::FILE *own_stderr() {
  const int file = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  std::FILE *stream = file < 0 ? nullptr : fdopen(file, "w");
  return stream == nullptr ? stderr : stream;
}

} // namespace

std::shared_ptr<spdlog::logger> make_log(const std::string &file, const std::string &level,
                                         std::string &fault) {
  spdlog::sink_ptr sink;
  try {
    if (file.empty())
      sink = std::make_shared<StreamSink>(own_stderr());
    else
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
  } catch (const spdlog::spdlog_ex &error) {
    fault = std::string("the log can't be written (log.file): ") + error.what();
    return nullptr;
  }
  auto log = std::make_shared<spdlog::logger>("handspand", sink);
  log->set_level(spdlog::level::from_str(level));
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  log->flush_on(spdlog::level::trace);
  return log;
}

} // namespace handspan::daemon
