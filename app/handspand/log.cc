#include "log.h"

#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

namespace handspan::daemon {
namespace {

using StreamSink = spdlog::sinks::stdout_sink_base<spdlog::details::console_mutex>;
// Hands lines on to a sink that can be exchanged while DPDK's threads write.
using Exchangeable = spdlog::sinks::dist_sink_mt;

constexpr const char *kPattern = "%Y-%m-%dT%H:%M:%S.%e%z %l %v";

// A descriptor of its own: DPDK's start silences the standard one for a while.
std::FILE *own_stderr() {
  const int file = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  std::FILE *stream = file < 0 ? nullptr : fdopen(file, "w");
  return stream == nullptr ? stderr : stream;
}

spdlog::sink_ptr open_sink(const std::string &file, std::string &fault) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  std::error_code error;
  if (!folder.empty() && !std::filesystem::is_directory(folder, error)) {
    fault = "the log can't be written (log.file): there is no folder " + folder.string() +
            ": make it, writable for the daemon's user";
    return nullptr;
  }
  try {
    spdlog::sink_ptr sink;
    if (file.empty())
      sink = std::make_shared<StreamSink>(own_stderr());
    else
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
    sink->set_pattern(kPattern);
    return sink;
  } catch (const spdlog::spdlog_ex &failure) {
    fault = std::string("the log can't be written (log.file): ") + failure.what();
    return nullptr;
  }
}

} // namespace

std::shared_ptr<spdlog::logger> make_log(const std::string &file, const std::string &level,
                                         std::string &fault) {
  spdlog::sink_ptr sink = open_sink(file, fault);
  if (sink == nullptr)
    return nullptr;
  auto exchangeable = std::make_shared<Exchangeable>(std::vector{std::move(sink)});
  auto log = std::make_shared<spdlog::logger>("handspand", std::move(exchangeable));
  log->set_level(spdlog::level::from_str(level));
  log->flush_on(spdlog::level::trace);
  return log;
}

bool reopen_log(spdlog::logger &log, const std::string &file, std::string &fault) {
  if (file.empty())
    return true;
  spdlog::sink_ptr sink = open_sink(file, fault);
  if (sink == nullptr)
    return false;
  static_cast<Exchangeable &>(*log.sinks().front()).set_sinks({std::move(sink)});
  return true;
}

} // namespace handspan::daemon
