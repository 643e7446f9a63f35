// Which entries of the spool a sink gets.
#pragma once

#include "filter/filter.h"
#include "record/record.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace handspan::exporter {

struct SelectionConfig {
  enum class Records : std::uint8_t { none, failures, all };
  Records records = Records::none;
  bool minutes = false;
  std::uint32_t rate = 1; // one of so many records
  std::string events;     // "connection", "all"
  std::string filter;     // of records
};

// "all", "failures", "1 in 100", "minutes"; several with commas. False: it is none of these.
bool parse_selection(std::string_view text, SelectionConfig &config);

class Selection {
public:
  // Empty: none.
  static std::string fault_of(const SelectionConfig &config);
  // Of a configuration without fault.
  explicit Selection(const SelectionConfig &config);

  [[nodiscard]] bool wants_minutes() const { return config_.minutes; }
  [[nodiscard]] bool wants(const record::Record &record);
  [[nodiscard]] std::uint32_t rate() const { return config_.rate; }

private:
  SelectionConfig config_;
  std::unique_ptr<filter::Filter> filter_;
};

} // namespace handspan::exporter
