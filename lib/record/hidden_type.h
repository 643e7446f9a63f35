// PayloadPart::type of an encrypted record of TLS 1.3: its place and length tell what it is.
#pragma once

#include <cstdint>

namespace handspan::record::hidden_type {

inline constexpr std::uint8_t handshake = 1, early_data = 2, alert_length = 3, data = 0xff;

} // namespace handspan::record::hidden_type
