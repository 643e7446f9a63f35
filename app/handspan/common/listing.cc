#include "listing.h"

#include "exit_codes.h"
#include "filter/filter.h"
#include "filter/literal.h"
#include "render/csv.h"

#include <algorithm>

namespace handspan::app {
namespace {

// The first value of a field, as it is ordered.
struct First final : render::FieldTest {
  explicit First(const render::FieldInfo &of) : field(of) {}
  bool holds(const render::FieldValue &value) override {
    known = true;
    key = filter::key_of(value.number, field.type);
    text = value.text;
    if (value.address != nullptr)
      text.assign(value.address->bytes.begin(), value.address->bytes.end());
    return true;
  }
  const render::FieldInfo &field;
  bool known = false;
  std::uint64_t key = 0;
  std::string text;
};

const render::FieldInfo *field_of(const std::string &option, const std::string &path,
                                  render::Language language) {
  const render::FieldInfo *field = render::find_field(path);
  if (field == nullptr)
    complain(option, filter::no_such_field(path, language));
  return field;
}

bool columns_of(const std::string &text, render::Language language,
                std::vector<const render::FieldInfo *> &columns) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const render::FieldInfo *field =
        field_of("--fields", text.substr(begin, end - begin), language);
    if (field == nullptr)
      return false;
    columns.push_back(field);
    begin = end + 1;
  }
  return true;
}

} // namespace

void add_listing_options(const Command &command, ListingOptions &options) {
  Command form = command.group("Which form");
  const Option json = form.flag("--json", options.json, "one JSON object a line");
  const Option csv =
      form.flag("--csv", options.csv, "comma-separated values, with a line of headings")
          .excludes(json);
  form.option("--fields", options.fields, "the columns of --csv: fields, with commas between them")
      .needs(csv)
      .type_name("FIELDS");
  form.flag("--oneline", options.oneline, "a line a connection, as wide as the terminal")
      .excludes(json)
      .excludes(csv);
  const Option eve =
      form.flag("--eve", options.eve, "Suricata's EVE JSON: flow and tls events, one a line")
          .excludes(json)
          .excludes(csv);
  form.option("--zeek", options.zeek, "Zeek's conn.log, ssl.log and x509.log, into this folder")
      .excludes(json)
      .excludes(csv)
      .excludes(eve)
      .type_name("DIR");
  Command which = command.group("Which connections");
  which
      .option("--sort", options.sort,
              "in the order of a field; with - before it the largest first: --sort "
              "-timings.tls_total")
      .type_name("FIELD");
  which
      .option("-n", options.most,
              "so many of them at most: the first in their order; of log, without --sort, the last")
      .positive()
      .type_name("COUNT");
}

void add_totals_options(const Command &command, TotalsOptions &options) {
  add_segment_options(command, options.segment);
  add_selection_options(command, options.selection);
  Command form = command.group("Which form");
  const Option as_json = form.flag("--json", options.json, "one JSON object");
  form.flag("--csv", options.csv, "comma-separated values, with a line of headings")
      .excludes(as_json);
  form.option("-n", options.most, "so many rows at most, the first in their order")
      .positive()
      .type_name("COUNT");
  add_capture_options(command, options.capture);
  add_look_options(command, options.look);
}

int Listing::prepare(Printer::Form otherwise, FactBuffer *facts) {
  std::vector<const render::FieldInfo *> columns;
  if (options_.csv &&
      !columns_of(options_.fields.empty() ? std::string(render::kCsvColumns) : options_.fields,
                  style_.language, columns))
    return kUsage;
  down_ = options_.sort.starts_with('-');
  if (!options_.sort.empty()) {
    by_ = field_of("--sort", options_.sort.substr(down_ ? 1 : 0), style_.language);
    if (by_ == nullptr)
      return kUsage;
  }
  if (!options_.zeek.empty() && !options_.zeek_files->open(options_.zeek))
    return kFault;
  const Printer::Form form = options_.json            ? Printer::Form::json
                             : options_.csv           ? Printer::Form::csv
                             : options_.eve           ? Printer::Form::eve
                             : !options_.zeek.empty() ? Printer::Form::zeek
                             : options_.oneline       ? Printer::Form::lines
                                                      : otherwise;
  printer_ = std::make_unique<Printer>(form, style_, output_, facts, std::move(columns),
                                       options_.zeek_files.get());
  return kOk;
}

Listing::Kept Listing::kept(const record::Record &record, std::uint64_t number) {
  Kept one;
  if (by_ != nullptr) {
    First first(*by_);
    one.known = by_->any(record, first);
    one.key = first.key;
    one.text = std::move(first.text);
  }
  one.number = number;
  one.place = places_++;
  const std::size_t size = record::pack(record, *room_);
  one.packed.assign(room_->data(), room_->data() + size);
  one.retry = record.retry;
  return one;
}

// Who lacks the field comes last; who has the same stays in order.
bool Listing::before(const Kept &a, const Kept &b) const {
  if (a.known != b.known)
    return a.known;
  if (a.key != b.key)
    return (a.key < b.key) != down_;
  if (const int order = a.text.compare(b.text); order != 0)
    return (order < 0) != down_;
  return a.place < b.place;
}

void Listing::add(const record::Record &record, std::uint64_t number) {
  if (!waits()) {
    if (options_.most == 0 || printed_ < options_.most)
      print(record, number);
    return;
  }
  const auto by_order = [this](const Kept &a, const Kept &b) { return before(a, b); };
  kept_.push_back(kept(record, number));
  bytes_ += kept_.back().packed.size() + sizeof(Kept);
  if (by_ != nullptr)
    std::push_heap(kept_.begin(), kept_.end(), by_order);
  const bool full = options_.most > 0 && kept_.size() > options_.most;
  left_out_ = left_out_ || (!full && bytes_ > kMaxBytes);
  if (!full && bytes_ <= kMaxBytes)
    return;
  if (by_ != nullptr)
    std::pop_heap(kept_.begin(), kept_.end(), by_order);
  else
    std::rotate(kept_.begin(), kept_.begin() + 1, kept_.end());
  bytes_ -= kept_.back().packed.size() + sizeof(Kept);
  kept_.pop_back();
}

void Listing::finish() {
  if (by_ != nullptr)
    std::sort(kept_.begin(), kept_.end(),
              [this](const Kept &a, const Kept &b) { return before(a, b); });
  const auto record = std::make_unique<record::Record>();
  for (const Kept &one : kept_) {
    if (!output_.ok())
      break;
    (void)record::unpack(one.packed, *record);
    record->retry = one.retry;
    print(*record, one.number);
  }
  kept_.clear();
  bytes_ = 0;
  if (left_out_)
    complain("too many connections for --sort: some were left out (-n keeps the first of them)");
  by_ = nullptr; // what is still to come is printed as it comes
  options_.most = 0;
}

void Listing::print(const record::Record &record, std::uint64_t number) {
  ++printed_;
  (*printer_)(record, number);
}

} // namespace handspan::app
