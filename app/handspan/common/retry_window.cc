#include "retry_window.h"

#include "config/config.h"
#include "config/quantity.h"

#include <optional>

namespace handspan::app {
namespace {

std::optional<base::Nanos> parse(const std::string &text) {
  const auto window = config::parse_duration(text);
  const bool fits =
      window && *window >= config::kMinRetryWindow && *window <= config::kMaxRetryWindow;
  return fits ? window : std::nullopt;
}

} // namespace

base::Nanos RetryWindow::or_else(base::Nanos known) const {
  if (const auto asked = parse(text))
    return *asked;
  return known > 0 ? known : record::kRetryWindow;
}

void add_retry_window_option(Command command, RetryWindow &window) {
  command
      .option("--retry-window", window.text,
              "how long after a failure another try counts as its retry, such as 30s: from " +
                  config::format_duration(config::kMinRetryWindow) + " to " +
                  config::format_duration(config::kMaxRetryWindow) +
                  " (default: what the daemon or the configuration says, else 30s)")
      .check([](const std::string &text) {
        return parse(text) ? std::string()
                           : "a duration from " + config::format_duration(config::kMinRetryWindow) +
                                 " to " + config::format_duration(config::kMaxRetryWindow) +
                                 ", such as 30s or 2min";
      });
}

} // namespace handspan::app
