// How long the steps of many connections took: quantiles and histograms of each timing, for all or
// by server or name (`handspan latency`).
#pragma once

#include "record/failure_table.h"
#include "record/samples.h"
#include "render/fields.h"
#include "render/style.h"
#include "render/tap_side.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace handspan::render {

class Latency {
public:
  static constexpr std::size_t kRoom = 48'000'000; // values that are kept, all together
  static constexpr std::size_t kMaxGroups = 2'048; // connections of further ones are left out

  // `by` a fact of the connection, or null: of all together.
  explicit Latency(const record::FailureBy *by = nullptr);

  void add(const record::Record &record);
  [[nodiscard]] std::uint64_t connections() const { return connections_; }
  // Whether any timing has a value.
  [[nodiscard]] bool any() const;

  // `timing` is what the groups are told of ("tls_total"), `most` how many; 0: all.
  [[nodiscard]] std::string text(const std::string &timing, std::size_t most, const Style &style);
  [[nodiscard]] std::string json(std::size_t most);
  [[nodiscard]] std::string csv(std::size_t most);

  // "syn_to_syn_ack" and the others.
  static std::vector<std::string> names();

private:
  struct Timing {
    const FieldInfo *field;
    std::string name;
    TapSide side;
  };
  struct Group {
    std::uint64_t connections = 0;
    std::vector<record::Samples> samples; // by timing
  };
  using Entry = std::pair<std::string, Group *>;

  static std::vector<Timing> timings();
  [[nodiscard]] Group made();
  void take(Group &group, const record::Record &record);
  [[nodiscard]] std::vector<Entry> sorted(std::size_t most);
  std::string timing_block(std::size_t i, const Style &style);
  std::string group_table(const std::string &timing, std::size_t most, const Style &style);

  std::vector<Timing> timings_;
  std::size_t room_ = kRoom;
  bool grouped_ = false;
  record::FailureBy by_ = record::FailureBy::name;
  std::uint64_t connections_ = 0, left_out_ = 0;
  base::Nanos first_ = base::kNever;
  Group all_;
  std::map<record::FailureKind, Group> groups_;
};

} // namespace handspan::render
