// System calls that fail: linked with --wrap for each of them, a program's own calls come by here.
// For targets that link failing_calls.cc.
#pragma once

#include <cstdint>

namespace handspan::fuzz {

enum class Failing : std::uint8_t { none, one, all };

// The call with that number (from 1) of those that follow fails, ENOSPC or EIO by turns, or writes
// half of what it was to; and all behind it, as if the process had ended there.
void fail(Failing which, std::uint32_t number);
// How many have failed since.
std::uint32_t failures();

} // namespace handspan::fuzz
