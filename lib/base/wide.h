// The 128-bit integer that gcc and clang have and ISO C++ has not.
#pragma once

namespace handspan::base {

__extension__ typedef unsigned __int128 Wide;

} // namespace handspan::base
