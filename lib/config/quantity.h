// Numbers with a unit, and lists of cores, as they are written in the configuration. No value
// means: not well formed, or too large for its type.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::config {

inline constexpr std::uint16_t kMaxLcore = 1'023;

// duration = digits ( "ns" / "us" / "ms" / "s" / "min" / "h" )
std::optional<base::Nanos> parse_duration(std::string_view text);
// size = digits ( "B" / "KiB" / "MiB" / "GiB" ), in bytes
std::optional<std::int64_t> parse_size(std::string_view text);
// cores = "" / part *( "," part ); part = digits [ "-" digits ]. None twice, none over kMaxLcore.
std::optional<std::vector<std::uint16_t>> parse_lcores(std::string_view text);

// In the largest unit that leaves a whole number: "5s", "64KiB".
std::string format_duration(base::Nanos duration);
std::string format_size(std::int64_t bytes);

} // namespace handspan::config
