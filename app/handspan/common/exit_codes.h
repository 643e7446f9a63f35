// What the program's exit status says.
#pragma once

namespace handspan::app {

inline constexpr int kOk = 0;
inline constexpr int kFault = 1;    // something could not be read or written
inline constexpr int kUsage = 2;    // the command line is wrong
inline constexpr int kNoDaemon = 3; // no daemon, and none has left a segment behind

} // namespace handspan::app
