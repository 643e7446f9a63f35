// Has every thread of the process do one thing, whoever made it.
#pragma once

#include <string>

namespace handspan::fence {

// A step that is done by each thread for itself, in a signal handler: 0, or an errno.
using Step = int (*)();

// This thread does it, then all others. False, and `why`, if it is not certain that all have. One
// caller at a time.
bool in_every_thread(Step step, std::string &why);

} // namespace handspan::fence
