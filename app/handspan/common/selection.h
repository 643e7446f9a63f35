// Which connections are wanted: --filter, --filter-file, --since, --until.
#pragma once

#include "commands.h"
#include "filter/filter.h"
#include "record/record.h"
#include "render/style.h"

#include <cstdint>
#include <memory>
#include <string>

namespace handspan::app {

struct SelectionOptions {
  std::string filter, filter_file, since, until;
};

void add_selection_options(const Command &command, SelectionOptions &options);

class Selection {
public:
  // An exit status other than kOk: it was said why.
  int prepare(const SelectionOptions &options, const render::Style &style);

  // Whether the record is wanted. Connections are counted; events of handshakes are not.
  bool wants(const record::Record &record);

  [[nodiscard]] bool is_everything() const {
    return filters_.empty() && since_ == base::kNever && until_ == base::kNever;
  }
  // The span of time that was asked for; kNever: any.
  [[nodiscard]] base::Nanos from() const { return since_; }
  [[nodiscard]] base::Nanos until() const { return until_; }
  [[nodiscard]] bool has_filter() const { return !filters_.empty(); }
  // Of the connections in the span of time that was asked for: all, and those that were wanted.
  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  [[nodiscard]] std::uint64_t wanted() const { return wanted_; }
  // When they begin: what was asked for, else the first packet of those that came.
  [[nodiscard]] base::Nanos since() const { return since_ != base::kNever ? since_ : first_; }

private:
  int add_filter(const std::string &text, const std::string &where, const filter::Clock &clock,
                 const render::Style &style);

  std::vector<std::unique_ptr<filter::Filter>> filters_;
  base::Nanos since_ = base::kNever, until_ = base::kNever, first_ = base::kNever;
  std::uint64_t seen_ = 0, wanted_ = 0;
};

} // namespace handspan::app
