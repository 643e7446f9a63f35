#include "output.h"

#include "exit_codes.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace handspan::app {

void complain(std::string_view message) {
  std::fprintf(stderr, "handspan: %.*s\n", static_cast<int>(message.size()), message.data());
}

void complain(std::string_view about, std::string_view message) {
  complain(std::string(about).append(": ").append(message));
}

void Output::write(std::string_view text) {
  if (!closed_ && std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
    error_ = errno;
    closed_ = true;
  }
}

void Output::line(std::string_view text) {
  write(text);
  write("\n");
}

void Output::flush() {
  if (!closed_ && std::fflush(stdout) != 0) {
    error_ = errno;
    closed_ = true;
  }
}

int Output::finish(int code) {
  flush();
  if (!closed_ || error_ == EPIPE)
    return code;
  complain("standard output", std::strerror(error_));
  return kFault;
}

render::Style style_for(const std::string &language) {
  render::Style style;
  style.language = render::language_named(language).value_or(render::language_of_locale(
      std::getenv("LC_ALL"), std::getenv("LC_MESSAGES"), std::getenv("LANG")));
  const char *no_color = std::getenv("NO_COLOR");
  style.colours = isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0');
  return style;
}

} // namespace handspan::app
