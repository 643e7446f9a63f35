#include "capture/eal_log.h"

#include <atomic>
#include <cstdio>
#include <fcntl.h>
#include <mutex>
#include <rte_log.h>
#include <unistd.h>

namespace handspan::capture {
namespace {

// DPDK's log is one for the process, and so is this.
struct Log {
  std::mutex mutex;
  LogLine line;
  std::string pending; // a line whose end has not come yet
  std::string complaint;
};

Log &log() {
  static Log the_log;
  return the_log;
}

bool is_complaint(std::string_view line) {
  for (const char *word : {"rror", "annot", "ailed", "FATAL", "nvalid", "ot enough", "ouldn't",
                           "o such", "nable", "No free"})
    if (line.find(word) != std::string_view::npos)
      return true;
  return false;
}

void one_line(Log &state, std::string_view line) {
  if (line.empty())
    return;
  if (is_complaint(line) && state.complaint.empty())
    state.complaint = line.substr(line.starts_with("EAL: ") ? 5 : 0);
  if (state.line)
    state.line(line);
}

ssize_t write_log(void *, const char *text, std::size_t size) {
  Log &state = log();
  const std::lock_guard lock(state.mutex);
  state.pending.append(text, size);
  std::size_t start = 0;
  for (std::size_t end; (end = state.pending.find('\n', start)) != std::string::npos;
       start = end + 1)
    one_line(state, std::string_view(state.pending).substr(start, end - start));
  state.pending.erase(0, start);
  return static_cast<ssize_t>(size);
}

} // namespace

void take_log(LogLine line) {
  log().line = std::move(line);
  cookie_io_functions_t functions = {};
  functions.write = write_log;
  // Opened once and never closed: DPDK may log until the process ends.
  static FILE *stream = fopencookie(nullptr, "w", functions);
  if (stream != nullptr) {
    (void)setvbuf(stream, nullptr, _IONBF, 0);
    rte_openlog_stream(stream);
  }
}

std::string last_complaint() {
  const std::lock_guard lock(log().mutex);
  return log().complaint;
}

void forget_complaint() {
  const std::lock_guard lock(log().mutex);
  log().complaint.clear();
}

namespace {
std::atomic<const Hush *> hushed{nullptr};
}

Hush::Hush() {
  (void)std::fflush(stdout);
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    saved_[fd - 1] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (null >= 0)
      dup2(null, fd);
  }
  if (null >= 0)
    close(null);
  hushed.store(this);
}

void Hush::restore() const {
  for (int fd : {STDOUT_FILENO, STDERR_FILENO})
    if (saved_[fd - 1] >= 0)
      dup2(saved_[fd - 1], fd);
}

void Hush::lift() {
  if (const Hush *hush = hushed.load())
    hush->restore();
}

Hush::~Hush() {
  (void)std::fflush(stdout);
  hushed.store(nullptr);
  restore();
  for (const int saved : saved_)
    if (saved >= 0)
      close(saved);
}

} // namespace handspan::capture
