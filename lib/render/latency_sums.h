// How long the steps of connections took, of what workers have summed up: all that ended, whether
// their records are held or not.
#pragma once

#include "render/style.h"
#include "summary/merged.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace handspan::render {

// For people, one line: what servers need to answer, and whole handshakes, of late.
std::string latency_line(const summary::Merged &merged, const Style &style);
// A table of all timings over that span.
std::string latency_sums_text(const summary::Merged &merged, summary::Ranking::Span span,
                              const Style &style);

// The same as JSON, as `handspan latency` has it.
std::string latency_sums_json(std::uint64_t connections,
                              const summary::Latencies<summary::FineLatency> &sum);

// `handspan latency`: since the start; with a subject, a row for each of those that have most.
class LatencySums {
public:
  LatencySums(const summary::Merged &merged, std::optional<summary::Subject> by,
              summary::Timing timing, std::size_t most)
      : merged_(merged), by_(by), timing_(timing), most_(most) {}

  [[nodiscard]] std::string text(const Style &style) const;
  [[nodiscard]] std::string json() const;
  [[nodiscard]] std::string csv() const;

private:
  template <class Each> void each_row(Each each) const;

  const summary::Merged &merged_;
  std::optional<summary::Subject> by_;
  summary::Timing timing_;
  std::size_t most_;
};

} // namespace handspan::render
