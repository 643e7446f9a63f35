// Two sides compared: what differs by more than chance.
#pragma once

#include "chance.h"
#include "side.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace handspan::app {

// The rule: a difference counts where chance alone would bring one as large less than once in a
// hundred (Fisher's exact test of the two shares; of a quantile, of the shares above the quantile
// of both sides together), and where it is large enough to matter. That a cause, a server or a
// certificate stands on one side alone is a fact, and is told however few connections it rests on;
// those that may be chance are marked.
struct Rule {
  static constexpr double kChance = 0.01;
  static constexpr double kShare = 1.25;         // one share is so many times the other
  static constexpr double kQuantile = 1.1;       // one quantile is so many times the other
  static constexpr double kRounded = 1.3;        // where values come in buckets
  static constexpr base::Nanos kLeast = 100'000; // and so far from it, in nanoseconds
};

enum class Change : std::uint8_t { added, gone, more, less, changed };
inline constexpr std::array<const char *, 5> kChanges = {"new", "gone", "more", "less",
                                                         "changed"}; // as in Change

struct CauseChange {
  Kind kind;
  Change change{};
  Part a, b;
  double chance = 1;
  [[nodiscard]] bool certain() const { return chance < Rule::kChance; }
};

inline constexpr std::array<double, 3> kShares = {0.5, 0.95, 0.99};
inline constexpr std::array<const char *, 3> kQuantiles = {"p50", "p95", "p99"};

struct TimingChange {
  std::string timing;
  bool slower = false; // by the first quantile that differs
  std::uint64_t count_a = 0, count_b = 0;
  std::array<std::uint64_t, 3> a{}, b{}; // nanoseconds
  std::array<bool, 3> differs{};
};

struct FactChange {
  Fact fact{};
  std::vector<std::pair<std::string, std::uint64_t>> a, b; // most frequent first
};

struct ServerChange {
  std::string server;
  Change change{};
  std::uint64_t a = 0, b = 0;                                             // connections
  bool certificates = false;                                              // they changed
  std::vector<std::pair<std::string, ShownCertificate>> shown_a, shown_b; // most frequent first
  std::vector<FactChange> facts;
};

struct Differences {
  std::vector<CauseChange> causes;   // new ones first, then gone, more, less; largest first
  std::vector<TimingChange> timings; // in the order of a connection
  std::vector<ServerChange> servers; // changed, new, gone; by name
  bool by_whom = false;              // the kinds are of both sides
  bool knows_servers = false;
  [[nodiscard]] bool none() const { return causes.empty() && timings.empty() && servers.empty(); }
};

Differences compare(const Side &a, const Side &b);

} // namespace handspan::app
