#include "told.h"

#include "record/names.h"
#include "render/units.h"

#include <nlohmann/json.hpp>

namespace handspan::app {
namespace {

using Json = nlohmann::ordered_json;

double in_seconds(std::uint64_t nanos) {
  return render::seconds(static_cast<base::Nanos>(nanos));
}

Json side_json(const Side &side) {
  Json out{{"source", side.name}, {"connections", side.connections}, {"failed", side.failed}};
  if (side.from != base::kNever) {
    out["from"] = render::rfc3339(side.from);
    out["until"] = render::rfc3339(side.until);
  }
  out["summed_up"] = !side.by_whom;
  if (side.servers_left_out > 0)
    out["servers_left_out"] = side.servers_left_out;
  return out;
}

Json rule_json() {
  return {{"chance", Rule::kChance},
          {"share", Rule::kShare},
          {"quantile", Rule::kQuantile},
          {"quantile_of_sums", Rule::kRounded},
          {"least", in_seconds(Rule::kLeast)}};
}

Json cause_json(const CauseChange &one) {
  Json out{{"change", kChanges[static_cast<std::size_t>(one.change)]},
           {"cause", name(one.kind.cause)}};
  if (one.kind.by != record::By::none)
    out["by"] = name(one.kind.by);
  if (one.kind.alert != record::kNoCode)
    out["alert"] = {{"code", one.kind.alert},
                    {"name", record::alert_name(static_cast<std::uint8_t>(one.kind.alert))}};
  out["a"] = one.a.of;
  out["b"] = one.b.of;
  out["chance"] = one.chance;
  return out;
}

Json timing_json(const TimingChange &one) {
  const auto side = [](std::uint64_t count, const std::array<std::uint64_t, 3> &values) {
    Json out{{"count", count}};
    for (std::size_t i = 0; i < values.size(); ++i)
      out[kQuantiles[i]] = in_seconds(values[i]);
    return out;
  };
  Json differs = Json::array();
  for (std::size_t i = 0; i < one.differs.size(); ++i)
    if (one.differs[i])
      differs.push_back(kQuantiles[i]);
  return {{"timing", one.timing},
          {"change", one.slower ? "slower" : "faster"},
          {"differs", std::move(differs)},
          {"a", side(one.count_a, one.a)},
          {"b", side(one.count_b, one.b)}};
}

Json server_json(const ServerChange &one) {
  Json out{{"server", one.server},
           {"change", kChanges[static_cast<std::size_t>(one.change)]},
           {"connections", {{"a", one.a}, {"b", one.b}}}};
  const auto shown = [](const auto &list) {
    Json rows = Json::array();
    for (const auto &[sha256, seen] : list)
      rows.push_back({{"sha256", sha256},
                      {"subject", seen.subject},
                      {"issuer", seen.issuer},
                      {"not_after", seen.not_after},
                      {"connections", seen.connections}});
    return rows;
  };
  if (one.certificates)
    out["certificate"] = {{"a", shown(one.shown_a)}, {"b", shown(one.shown_b)}};
  for (const FactChange &fact : one.facts) {
    const auto values = [](const auto &list) {
      Json object = Json::object();
      for (const auto &[value, count] : list)
        object[value] = count;
      return object;
    };
    out[kFacts[static_cast<std::size_t>(fact.fact)]] = {{"a", values(fact.a)},
                                                        {"b", values(fact.b)}};
  }
  return out;
}

} // namespace

std::string differences_json(const Side &a, const Side &b, const Differences &found) {
  Json out{{"a", side_json(a)}, {"b", side_json(b)}, {"rule", rule_json()}};
  const auto put = [&](const char *key, const auto &list, auto json_of) {
    out[key] = Json::array();
    for (const auto &one : list)
      out[key].push_back(json_of(one));
  };
  put("causes", found.causes, cause_json);
  put("timings", found.timings, timing_json);
  put("servers", found.servers, server_json);
  out["new_servers_known"] = found.knows_servers;
  return out.dump(-1, ' ', true, Json::error_handler_t::replace);
}

} // namespace handspan::app
