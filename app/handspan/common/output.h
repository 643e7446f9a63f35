// Standard output and the lines on standard error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace handspan::app {

// "handspan: capture.pcap: no such file"
void complain(std::string_view message);
void complain(std::string_view about, std::string_view message);

// The same of several lines, each of which is fit for a terminal.
void complain_in_lines(std::string_view about, std::string_view lines);

// Buffered standard output. Once its reader is gone (`| head`) nothing more is written and ok() is
// false, which is no fault.
class Output {
public:
  Output();

  // From now on SIGINT and SIGTERM ask for the end, see stopped(): a line that has begun is written
  // to its end, however slow the reader is, and no other one begins. A second one ends the process.
  void stop_on_signals();
  [[nodiscard]] bool stopped() const;

  void write(std::string_view text);
  void line(std::string_view text);
  void flush();
  [[nodiscard]] bool ok() const { return !closed_; }
  // Flushes; says on standard error why what was written could not be, then returns kFault.
  int finish(int code);

private:
  [[nodiscard]] std::size_t piece_from(std::size_t begin) const;
  [[nodiscard]] std::size_t room() const;
  void put(std::string_view piece, std::size_t &done);

  std::string buffer_;
  char last_ = '\n';     // that was written
  bool by_line_ = false; // a terminal shows each line when it is there
  bool may_stop_ = false;
  bool may_wait_ = true; // for a reader: a pipe, a terminal, a socket
  bool closed_ = false;
  int error_ = 0;
};

} // namespace handspan::app
