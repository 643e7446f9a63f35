// A pattern tried out by itself: does it tell texts apart, and how long does it take? Private to
// this folder.
#pragma once

#include "base/time.h"

#include <cstddef>
#include <string>

namespace handspan::rules {

struct Trial {
  bool matches_all = false; // texts that have nothing in common
  std::size_t bytes = 0;    // of what it compiles to
  double times_a_word = 0;  // how long it takes, held against a plain word; 0: not measured
};

// `stopwatch` tells the time that this thread has had, null: it is not measured.
//
// The measure is the quickest of several passes over each of three samples of 1 KiB, in texts of
// 256 bytes as fields are: host names, one letter all over, and hexadecimal digits. A plain word is
// passed over them in turn, and the sample counts on which the pattern does worst against it.
Trial try_out(const std::string &expression, unsigned int flags, base::Nanos (*stopwatch)());

} // namespace handspan::rules
