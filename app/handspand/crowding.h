// When the log says that a bound was reached: at once when it begins, and then at most once a
// minute of each, with what came in between, and at the end the rest. Pure.
#pragma once

#include "base/time.h"
#include "record/counters.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace handspan::daemon {

class Crowding {
public:
  static constexpr base::Nanos kPause = 60 * base::kSecond;

  // How things stand: of all workers and of all ports together.
  struct Numbers {
    record::Counters workers;
    record::PortStats ports;
  };

  // The line to be said now, if any.
  std::optional<std::string> look(base::Nanos now, const Numbers &total);
  // What came since it was last said, however short a time ago that was.
  std::optional<std::string> rest(const Numbers &total);

private:
  struct Shortage {
    std::uint64_t (*of)(const Numbers &);
    const char *what; // behind the number
    const char *key;  // that bounds it
  };
  static constexpr std::size_t kKinds = 16;
  static const std::array<Shortage, kKinds> kShortages;

  struct Said {
    std::uint64_t number = 0;
    base::Nanos at = base::kNever;
  };
  std::array<Said, kKinds> said_;
};

} // namespace handspan::daemon
