#include "look.h"

#include "base/environment.h"
#include "render/language.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace handspan::app {
namespace {

constexpr std::uint64_t kNarrowest = 40, kWidest = 10'000;

bool wants_colours(const std::string &choice) {
  if (choice != "auto")
    return choice == "always";
  const char *no_color = base::environment("NO_COLOR");
  return isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0');
}

std::size_t width_of_terminal() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 0;
  return size.ws_col < kNarrowest ? kNarrowest : size.ws_col;
}

} // namespace

void add_look_options(const Command &command, LookOptions &options) {
  Command look = command.group("How it looks");
  look.option("--lang", options.language, "language: en or zh (default: the locale's)")
      .one_of({"en", "zh"})
      .type_name("LANG");
  look.option("--color", options.colour, "auto: on a terminal; always; never")
      .one_of({"auto", "always", "never"})
      .type_name("WHEN")
      .show_default();
  look.option("--width", options.width,
              "columns that lines may take (default: the terminal's; of a pipe or file, any)")
      .within(kNarrowest, kWidest)
      .type_name("COLUMNS");
  const Option in_zone =
      look.flag("--local", options.local, "show and read times in the machine's time zone");
  look.flag("--utc", options.utc, "show and read times in UTC (the default); JSON always has UTC")
      .excludes(in_zone);
}

render::Style style_for(const LookOptions &options) {
  render::Style style;
  style.language = render::language_named(options.language)
                       .value_or(render::language_of_locale(base::environment("LC_ALL"),
                                                            base::environment("LC_MESSAGES"),
                                                            base::environment("LANG")));
  style.colours = wants_colours(options.colour);
  style.width = options.width > 0 ? options.width : width_of_terminal();
  style.local = options.local;
  return style;
}

} // namespace handspan::app
