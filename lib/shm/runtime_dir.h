// Where a daemon's files lie: <runtime dir>/<instance>/stats.shm and lock.
#pragma once

#include <string>
#include <string_view>

namespace handspan::shm {

inline constexpr std::string_view kSegmentName = "stats.shm";
inline constexpr std::string_view kLockName = "lock";

// The configured folder if there is one, else /run/handspand for root, else
// $XDG_RUNTIME_DIR/handspand. Empty, with the reason in `error`, if there is none of these.
std::string runtime_dir(std::string_view configured, std::string &error);

// The same for a reader of `instance`: an ordinary user without such a daemon of its own reads the
// system's, in /run/handspand, if there is one.
std::string reading_dir(std::string_view configured, std::string_view instance, std::string &error);

// The same as runtime_dir(), with what it asks the system given from outside. xdg may be null.
std::string choose_runtime_dir(std::string_view configured, bool root, const char *xdg,
                               std::string &error);

// The same as reading_dir() where nothing is configured. `own` may be empty, with an `error`.
std::string choose_reading_dir(const std::string &own, const std::string &system,
                               std::string_view instance, std::string &error);

// 1 to 32 of A-Z a-z 0-9 _ -
bool valid_instance(std::string_view name);

std::string segment_path(std::string_view runtime_dir, std::string_view instance);

} // namespace handspan::shm
