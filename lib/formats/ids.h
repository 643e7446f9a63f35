// Names of a connection that are the same in every form, and its application protocol.
#pragma once

#include "record/record.h"

#include <cstdint>
#include <string>

namespace handspan::formats {

// Of 17 characters or fewer, beginning with C, as Zeek's are; made of what no two connections of a
// probe have in common.
std::string zeek_uid(const record::Record &record);

// The flow id in 53 bits, so that programs which take every number for a double keep it whole: the
// worker in the upper eight.
constexpr std::uint64_t short_flow_id(std::uint64_t flow_id) {
  constexpr unsigned kBits = 45;
  return flow_id >> 56 << kBits | (flow_id & ((std::uint64_t{1} << kBits) - 1));
}

// "tls", "http", "smtp"; empty: nobody knows.
std::string app_protocol(const record::Record &record);

} // namespace handspan::formats
