// The facts of single packets, by connection, within a bound of memory.
#pragma once

#include "inspect/fact_sink.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace handspan::app {

class FactBuffer final : public inspect::FactSink {
public:
  struct Story {
    std::vector<record::PacketFact> facts;
    std::vector<record::PayloadPart> parts;
    bool cut = false; // there was no room for all of it: it is empty
  };

  explicit FactBuffer(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void packet(inspect::FactNote &note, std::uint64_t flow_id, const record::PacketFact &fact,
              std::span<const record::PayloadPart> parts) override;
  void turned(inspect::FactNote &note, std::uint64_t flow_id) override;
  void closed(inspect::FactNote &, const record::Record &) override {}

  // Hands out what is known of a connection and forgets it.
  Story take(std::uint64_t flow_id);

private:
  static std::size_t bytes(const Story &story);

  std::size_t max_bytes_;
  std::size_t used_ = 0;
  std::unordered_map<std::uint64_t, Story> stories_;
};

} // namespace handspan::app
