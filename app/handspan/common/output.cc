#include "output.h"

#include "base/error_text.h"
#include "base/quote.h"
#include "exit_codes.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handspan::app {
namespace {

constexpr std::size_t kBuffer = std::size_t{64} << 10;
constexpr int kWait = 100; // ms

volatile std::sig_atomic_t g_interrupted = 0;

void interrupt(int) {
  g_interrupted = 1;
}

} // namespace

void complain(std::string_view message) {
  (void)std::fprintf(stderr, "handspan: %s\n", base::printable(message).c_str());
}

void complain(std::string_view about, std::string_view message) {
  complain(std::string(about).append(": ").append(message));
}
void complain_in_lines(std::string_view about, std::string_view lines) {
  (void)std::fprintf(stderr, "handspan: %.*s: %.*s\n", static_cast<int>(about.size()), about.data(),
                     static_cast<int>(lines.size()), lines.data());
}

Output::Output() : by_line_(isatty(STDOUT_FILENO) != 0) {
  struct stat out {};
  if (fstat(STDOUT_FILENO, &out) == 0)
    may_wait_ = by_line_ || !(S_ISREG(out.st_mode) || S_ISCHR(out.st_mode));
}

void Output::stop_on_signals() {
  may_stop_ = true;
  struct sigaction action {};
  action.sa_handler = interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND); // and no SA_RESTART: who waits wakes up
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool Output::stopped() const {
  return g_interrupted != 0;
}

void Output::write(std::string_view text) {
  if (closed_)
    return;
  buffer_ += text;
  if (buffer_.size() >= kBuffer)
    flush();
}

void Output::line(std::string_view text) {
  if (closed_)
    return;
  buffer_ += text;
  buffer_ += '\n';
  if (by_line_ || buffer_.size() >= kBuffer)
    flush();
}

void Output::flush() {
  for (std::size_t done = 0; done < buffer_.size() && !closed_;) {
    if (stopped() && last_ == '\n')
      break;
    put(std::string_view(buffer_).substr(done, piece_from(done)), done);
  }
  buffer_.clear();
}

// Who may be stopped writes whole lines, as many as there is room for, and of a longer line no more
// than a pipe that has room takes whole (pipe(7), PIPE_BUF): so he is seldom stopped within a line.
std::size_t Output::piece_from(std::size_t begin) const {
  const std::size_t all = buffer_.size() - begin;
  if (!may_stop_ || (!may_wait_ && !stopped()))
    return all;
  const std::size_t most = stopped() ? PIPE_BUF : std::min(room(), all);
  const std::size_t last =
      stopped() ? buffer_.find('\n', begin) : buffer_.rfind('\n', begin + most - 1);
  if (last != std::string::npos && last >= begin && last - begin < most)
    return last + 1 - begin;
  return std::min<std::size_t>(most, PIPE_BUF);
}

// What can be written without waiting for the reader, once poll(2) says that something can. A
// pipe's pages are never less than half full on average, but for those at its ends: what fits into
// the rest of the previous page is put there.
std::size_t Output::room() const {
  static constexpr int kPage = PIPE_BUF, kEnds = 3 * kPage;
  int unread = 0;
  if (ioctl(STDOUT_FILENO, FIONREAD, &unread) != 0)
    return kPage;
  const int whole = fcntl(STDOUT_FILENO, F_GETPIPE_SZ); // -1: no pipe
  const int free = unread == 0 ? whole : unread < whole / 2 ? whole - 2 * unread - kEnds : 0;
  return static_cast<std::size_t>(std::max(free, kPage));
}

void Output::put(std::string_view piece, std::size_t &done) {
  pollfd out = {STDOUT_FILENO, POLLOUT, 0};
  if (may_stop_ && may_wait_ && poll(&out, 1, kWait) <= 0)
    return; // a signal, or a slow reader: whether to go on is asked again
  const ssize_t written = ::write(STDOUT_FILENO, piece.data(), piece.size());
  if (written > 0) {
    done += static_cast<std::size_t>(written);
    last_ = piece[static_cast<std::size_t>(written) - 1];
  } else if (errno == EAGAIN) {
    (void)poll(&out, 1, kWait);
  } else if (errno != EINTR) {
    error_ = errno;
    closed_ = true;
  }
}

int Output::finish(int code) {
  flush();
  if (!closed_ || error_ == EPIPE)
    return code;
  complain("standard output", base::error_text(error_));
  return kFault;
}

} // namespace handspan::app
