#include "progress.h"

#include "render/units.h"
#include "render/utf8.h"

#include <cstdio>
#include <unistd.h>

namespace handspan::app {
namespace {

constexpr std::chrono::seconds kPatience{2};
constexpr std::chrono::milliseconds kInterval{200};
constexpr unsigned kBurstsPerLook = 64; // bursts between two looks at the clock

} // namespace

Progress::Progress(const std::string &name)
    : name_(render::printable(name)), terminal_(isatty(STDERR_FILENO) != 0),
      next_(Clock::now() + kPatience) {}

void Progress::at(const offline::CaptureFile &file) {
  if (!terminal_ || ++bursts_ % kBurstsPerLook != 0 || Clock::now() < next_)
    return;
  next_ = Clock::now() + kInterval;
  shown_ = true;
  std::string share;
  if (file.size() > 0)
    share = std::to_string(file.position() * 100 / file.size()) + " %, ";
  (void)std::fprintf(stderr, "\r%s: %s%s packets\x1b[K", name_.c_str(), share.c_str(),
                     render::grouped(file.packets()).c_str());
}

void Progress::clear() {
  if (shown_)
    (void)std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

} // namespace handspan::app
