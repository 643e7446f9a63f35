// When the log says that bounds of the workers were reached: at once when it begins, and then at
// most once a minute, with what came in between, and at the end the rest. Pure.
#pragma once

#include "base/time.h"
#include "record/counters.h"

#include <optional>
#include <string>

namespace handspan::daemon {

class Crowding {
public:
  static constexpr base::Nanos kPause = 60 * base::kSecond;

  // The workers' counters as they stand, and the line to be said now, if any.
  std::optional<std::string> look(base::Nanos now, const record::Counters &total);
  // What came since the last line, however short a time ago that was.
  std::optional<std::string> rest(const record::Counters &total);

private:
  base::Nanos said_ = base::kNever;
  record::Counters told_; // as they stood when it was said
};

} // namespace handspan::daemon
