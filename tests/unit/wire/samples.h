// One sound frame for each way in which TCP may be wrapped. Every one carries the same segment,
// with kSamplePayload in it.
#pragma once

#include "packet_builder.h"
#include "wire/packet_view.h"

#include <string>
#include <vector>

namespace handspan::test {

inline constexpr std::string_view kSamplePayload = "hello";
inline constexpr std::uint32_t kSampleOptions = 12; // bytes of TCP options in each sample

struct Sample {
  std::string name;
  wire::LinkType link;
  Buffer bytes;
  std::vector<std::uint16_t> vlans = {};
  std::vector<wire::Tunnel> tunnels = {};
};

std::vector<Sample> samples();

} // namespace handspan::test
