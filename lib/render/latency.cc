#include "render/latency.h"

#include "render/answers.h"
#include "render/csv.h"
#include "render/drawn.h"
#include "render/facts.h"
#include "render/json_dom.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"
#include "render/wrap.h"

#include <algorithm>

namespace handspan::render {
namespace {

using record::Samples;

constexpr std::string_view kPrefix = "timings.";

struct Quantile {
  double share;
  const char *name;
};
constexpr Quantile kQuantiles[] = {{0.5, "p50"}, {0.9, "p90"}, {0.99, "p99"}};

struct Take final : FieldTest {
  bool holds(const FieldValue &value) override {
    number = value.number;
    return true;
  }
  std::uint64_t number = 0;
};

std::string label_of(const FieldInfo &field, Language language) {
  const std::string_view help = field.help(language);
  const std::size_t colon = std::min(help.find(": "), help.find("："));
  return std::string(help.substr(0, colon));
}

std::string shown(std::uint64_t nanos) {
  return duration(static_cast<base::Nanos>(nanos));
}

Json samples_json(Samples &samples) {
  Json out{{"count", samples.count()}};
  if (samples.count() == 0)
    return out;
  for (const Quantile &quantile : kQuantiles)
    out[quantile.name] = seconds(static_cast<base::Nanos>(samples.quantile(quantile.share)));
  out["max"] = seconds(static_cast<base::Nanos>(samples.max()));
  out["exact"] = samples.exact();
  Json buckets = Json::array();
  for (std::size_t i = 0; i < record::Histogram::kBuckets; ++i)
    if (const std::uint64_t count = samples.histogram().bucket(i); count > 0)
      buckets.push_back(
          {{"from", seconds(static_cast<base::Nanos>(record::Histogram::lower_bound(i)))},
           {"count", count}});
  out["histogram"] = std::move(buckets);
  return out;
}

std::string group_name(const record::FailureKind &kind, record::FailureBy by) {
  if (by == record::FailureBy::server || by == record::FailureBy::client)
    return kind.end.port == 0 ? address({kind.end.address})
                              : endpoint({kind.end.address}, kind.end.port);
  return kind.text.empty() ? "-" : printable(kind.text);
}

} // namespace

std::vector<Latency::Timing> Latency::timings() {
  std::vector<Timing> all;
  for (const FieldInfo &field : fields())
    if (field.path.starts_with(kPrefix) && field.type == FieldType::duration) {
      std::string name = field.path.substr(kPrefix.size());
      const TapSide side = side_of(name);
      all.push_back({&field, std::move(name), side});
    }
  return all;
}

std::vector<std::string> Latency::names() {
  std::vector<std::string> out;
  for (const Timing &timing : timings())
    out.push_back(timing.name);
  return out;
}

Latency::Latency(const record::FailureBy *by)
    : timings_(timings()), grouped_(by != nullptr), by_(by != nullptr ? *by : by_), all_(made()) {}

Latency::Group Latency::made() {
  Group group;
  for (std::size_t i = 0; i < timings_.size(); ++i)
    group.samples.emplace_back(room_);
  return group;
}

void Latency::take(Group &group, const record::Record &record) {
  ++group.connections;
  for (std::size_t i = 0; i < timings_.size(); ++i) {
    Take value;
    if (timings_[i].field->any(record, value))
      group.samples[i].add(value.number);
  }
}

void Latency::add(const record::Record &record) {
  if (record.kind != record::Kind::connection)
    return;
  ++connections_;
  first_ = first_ == base::kNever ? record.first : std::min(first_, record.first);
  take(all_, record);
  if (!grouped_)
    return;
  record::FailureKind kind = kind_of(record, by_);
  auto found = groups_.find(kind);
  if (found == groups_.end() && groups_.size() < kMaxGroups)
    found = groups_.emplace(std::move(kind), made()).first;
  if (found == groups_.end())
    ++left_out_;
  else
    take(found->second, record);
}

bool Latency::any() const {
  return std::any_of(all_.samples.begin(), all_.samples.end(),
                     [](const Samples &samples) { return samples.count() > 0; });
}

// Those with the most connections first.
std::vector<Latency::Entry> Latency::sorted(std::size_t most) {
  std::vector<Entry> out;
  for (auto &[kind, group] : groups_)
    out.emplace_back(group_name(kind, by_), &group);
  std::stable_sort(out.begin(), out.end(), [](const Entry &a, const Entry &b) {
    return a.second->connections > b.second->connections;
  });
  if (most > 0 && out.size() > most)
    out.resize(most);
  return out;
}

std::string Latency::timing_block(std::size_t i, const Style &style) {
  Samples &samples = all_.samples[i];
  const Language l = style.language;
  if (samples.count() == 0)
    return {};
  std::string numbers;
  for (const Quantile &quantile : kQuantiles)
    numbers.append(quantile.name).append(" ").append(shown(samples.quantile(quantile.share))) +=
        "  ";
  numbers.append(phrase(Phrase::head_max, l)).append(" ").append(shown(samples.max()));
  const std::size_t width = style.width == 0 ? 100 : style.width;
  const std::size_t columns = width > 70 ? 48 : width > 50 ? width - 30 : 20;
  return "  " + paint(label_of(*timings_[i].field, l), Colour::bold, style) + "  " +
         paint("n " + grouped(samples.count()), Colour::dim, style) + "\n" +
         fit(numbers, style.width, 4) + "    " + drawn(samples.histogram(), columns) + "\n";
}

std::string Latency::group_table(const std::string &timing, std::size_t most, const Style &style) {
  const Language l = style.language;
  const auto at = std::find_if(timings_.begin(), timings_.end(),
                               [&](const Timing &one) { return one.name == timing; });
  const auto which = static_cast<std::size_t>(at - timings_.begin());
  Table table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right,
               Align::left});
  std::vector<std::string> head{
      std::string(phrase(by_ == record::FailureBy::name     ? Phrase::by_name
                         : by_ == record::FailureBy::server ? Phrase::by_server
                                                            : Phrase::by_client,
                         l)),
      "n"};
  for (const Quantile &quantile : kQuantiles)
    head.emplace_back(quantile.name);
  head.emplace_back(phrase(Phrase::head_max, l));
  table.row(std::move(head));
  const auto rows = sorted(most);
  for (const auto &[name, group] : rows) {
    Samples &samples = group->samples[which];
    std::vector<std::string> cells{name, grouped(samples.count())};
    for (const Quantile &quantile : kQuantiles)
      cells.push_back(samples.count() == 0 ? "-" : shown(samples.quantile(quantile.share)));
    cells.push_back(samples.count() == 0 ? "-" : shown(samples.max()));
    cells.push_back(drawn(samples.histogram(), 16));
    table.row(std::move(cells));
  }
  std::string out = paint(std::string(timings_[which].field->help(l)), Colour::bold, style) +
                    "\n\n" + table.text(0, style.width);
  if (rows.size() < groups_.size() || left_out_ > 0)
    out +=
        fit(paint(fill(Phrase::latency_rows_left, l,
                       {{"n", grouped(groups_.size() - rows.size()) + (left_out_ > 0 ? "+" : "")}}),
                  Colour::dim, style),
            style.width, 0);
  return out;
}

std::string Latency::text(const std::string &timing, std::size_t most, const Style &style) {
  const Language l = style.language;
  if (!any())
    return none_of(Phrase::none_timings, connections_, first_, style);
  std::string out = fit(fill(Phrase::latency_of, l,
                             {{"connections", connections_text(connections_, l)},
                              {"when", date_time(first_, style.local).substr(0, 19)},
                              {"zone", zone_name(first_, style.local)}}),
                        style.width, 0) +
                    "\n";
  if (grouped_)
    return out + group_table(timing, most, style);
  static constexpr Phrase kHeads[] = {Phrase::side_server, Phrase::side_client, Phrase::side_both};
  for (const TapSide side : {TapSide::server, TapSide::client, TapSide::both}) {
    std::string blocks;
    for (std::size_t i = 0; i < timings_.size(); ++i)
      if (timings_[i].side == side)
        blocks += timing_block(i, style);
    if (!blocks.empty())
      out += fit(phrase(kHeads[static_cast<std::size_t>(side)], l), style.width, 0) + blocks + "\n";
  }
  return out;
}

std::string Latency::json(std::size_t most) {
  const auto of = [this](Group &group) {
    Json list = Json::array();
    for (std::size_t i = 0; i < timings_.size(); ++i) {
      Json one{{"timing", timings_[i].name}, {"side", render::name(timings_[i].side)}};
      one.update(samples_json(group.samples[i]));
      list.push_back(std::move(one));
    }
    return list;
  };
  Json out{{"connections", connections_}, {"timings", of(all_)}};
  if (first_ != base::kNever)
    out["since"] = rfc3339(first_);
  if (grouped_) {
    Json groups = Json::array();
    for (const auto &[name, group] : sorted(most))
      groups.push_back(
          {{"value", name}, {"connections", group->connections}, {"timings", of(*group)}});
    out["groups"] = std::move(groups);
    out["left_out"] = left_out_;
  }
  return one_line(out);
}

std::string Latency::csv(std::size_t most) {
  std::string out = "of,timing,side,count,p50,p90,p99,max\n";
  const auto put = [&](const std::string &name, Group &group) {
    for (std::size_t i = 0; i < timings_.size(); ++i) {
      Samples &samples = group.samples[i];
      out += csv_cell(name) + "," + timings_[i].name + "," +
             std::string(render::name(timings_[i].side)) + "," + std::to_string(samples.count());
      for (const Quantile &quantile : kQuantiles)
        out +=
            "," + Json(seconds(static_cast<base::Nanos>(samples.quantile(quantile.share)))).dump();
      out += "," + Json(seconds(static_cast<base::Nanos>(samples.max()))).dump() + "\n";
    }
  };
  put("", all_);
  for (const auto &[name, group] : sorted(most))
    put(name, *group);
  return out;
}

} // namespace handspan::render
