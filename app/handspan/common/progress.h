// How far a long reading is, on standard error.
#pragma once

#include "offline/capture_file.h"

#include <chrono>
#include <string>

namespace handspan::app {

// Shows itself only on a terminal, and after two seconds.
class Progress {
public:
  explicit Progress(const std::string &name);
  ~Progress() { clear(); }
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  // To be called once a burst.
  void at(const offline::CaptureFile &file);
  // Takes the line off the terminal again.
  void clear();

private:
  using Clock = std::chrono::steady_clock;
  std::string name_;
  bool terminal_;
  bool shown_ = false;
  unsigned bursts_ = 0;
  Clock::time_point next_;
};

} // namespace handspan::app
