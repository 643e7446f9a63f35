#include "selection.h"

#include "base/quote.h"
#include "base/text_file.h"
#include "exit_codes.h"
#include "output.h"
#include "shm/process.h"

#include <algorithm>

namespace handspan::app {
namespace {

// --since and --until; an exit status other than kOk: it was said why.
int take_moment(const std::string &text, const char *option, const filter::Clock &clock,
                base::Nanos &to) {
  if (text.empty())
    return kOk;
  const auto at = filter::parse_moment(text, clock);
  if (at) {
    to = *at;
    return kOk;
  }
  complain(option, base::quoted(text) +
                       " is no time: write 10m, \"1h ago\", today, 10:02 or 2026-11-27T10:02:00Z");
  return kUsage;
}

} // namespace

void add_selection_options(const Command &command, SelectionOptions &options) {
  Command which = command.group("Which connections");
  which
      .option("--filter", options.filter,
              "those that an expression over their fields holds for, such as 'outcome == failed && "
              "tls.sni contains \"shop\"' (handspan fields lists them)")
      .type_name("FILTER");
  which.option("--filter-file", options.filter_file, "the same from a file; # begins a comment")
      .type_name("FILE");
  which
      .option("--since", options.since,
              "those that ended then or later: 10m, \"1h ago\", today, 10:02, \"2026-11-27 10:02\"")
      .type_name("TIME");
  which.option("--until", options.until, "those that ended before then").type_name("TIME");
}

int Selection::add_filter(const std::string &text, const std::string &where,
                          const filter::Clock &clock, const render::Style &style) {
  filter::Fault fault;
  auto made = filter::Filter::compile(text, clock, style.language, fault);
  if (made == nullptr) {
    complain_in_lines(where, shown(fault, text));
    return kUsage;
  }
  filters_.push_back(std::move(made));
  return kOk;
}

int Selection::prepare(const SelectionOptions &options, const render::Style &style) {
  const filter::Clock clock{shm::wall_now(), style.local};
  int code = take_moment(options.since, "--since", clock, since_);
  if (code == kOk)
    code = take_moment(options.until, "--until", clock, until_);
  if (code == kOk && until_ != base::kNever && until_ <= since_) {
    complain("--until", "is not later than --since");
    code = kUsage;
  }
  if (code == kOk && !options.filter.empty())
    code = add_filter(options.filter, "--filter", clock, style);
  if (code != kOk || options.filter_file.empty())
    return code;
  std::string why;
  const auto text = base::read_text_file(options.filter_file, filter::Filter::kMaxBytes, why);
  if (!text) {
    complain(base::printable(options.filter_file), why);
    return kFault;
  }
  return add_filter(*text, base::printable(options.filter_file), clock, style);
}

bool Selection::wants(const record::Record &record) {
  if (record.last < since_ || (until_ != base::kNever && record.last >= until_))
    return false;
  const bool wanted = std::all_of(filters_.begin(), filters_.end(),
                                  [&](const auto &filter) { return filter->passes(record); });
  if (record.kind == record::Kind::connection) {
    ++seen_;
    wanted_ += wanted ? 1 : 0;
    if (first_ == base::kNever || record.first < first_)
      first_ = record.first;
  }
  return wanted;
}

} // namespace handspan::app
