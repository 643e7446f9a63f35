// Standard output and the lines on standard error.
#pragma once

#include "render/style.h"

#include <string>
#include <string_view>

namespace handspan::app {

// "handspan: capture.pcap: no such file"
void complain(std::string_view message);
void complain(std::string_view about, std::string_view message);

// Buffered standard output. Once its reader is gone (`| head`) nothing more is written and ok() is
// false, which is no fault.
class Output {
public:
  void write(std::string_view text);
  void line(std::string_view text);
  void flush();
  [[nodiscard]] bool ok() const { return !closed_; }
  // Flushes; says on standard error why what was written could not be, then returns kFault.
  int finish(int code);

private:
  bool closed_ = false;
  int error_ = 0;
};

// Language from the option (empty: the locale), colours if standard output is a terminal and
// NO_COLOR is not set (no-color.org).
render::Style style_for(const std::string &language);

} // namespace handspan::app
