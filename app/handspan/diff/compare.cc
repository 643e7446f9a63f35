#include "compare.h"

#include "render/latency.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace handspan::app {
namespace {

using Kinds = std::map<Kind, std::uint64_t>;

bool differs(const Part &a, const Part &b) {
  const double low = std::min(a.share(), b.share()), high = std::max(a.share(), b.share());
  return high >= Rule::kShare * low && chance_of(a, b) < Rule::kChance;
}

// What both sides know of kinds.
Kinds told(const Side &side, bool by_whom) {
  if (by_whom)
    return side.kinds;
  Kinds sums;
  for (const auto &[kind, count] : side.kinds)
    sums[{kind.cause}] += count;
  return sums;
}

template <class Map> std::set<typename Map::key_type> keys(const Map &a, const Map &b) {
  std::set<typename Map::key_type> all;
  for (const Map *map : {&a, &b})
    for (const auto &[key, value] : *map)
      all.insert(key);
  return all;
}

template <class Map> std::uint64_t count_of(const Map &map, const typename Map::key_type &key) {
  const auto found = map.find(key);
  return found == map.end() ? 0 : found->second;
}

std::vector<CauseChange> compare_causes(const Side &a, const Side &b, bool by_whom) {
  const Kinds before = told(a, by_whom), now = told(b, by_whom);
  std::vector<CauseChange> changes;
  for (const Kind &kind : keys(before, now)) {
    CauseChange one{kind,
                    Change::more,
                    {count_of(before, kind), a.connections},
                    {count_of(now, kind), b.connections}};
    one.chance = chance_of(one.a, one.b);
    if (one.a.of == 0 || one.b.of == 0)
      one.change = one.a.of == 0 ? Change::added : Change::gone;
    else if (differs(one.a, one.b))
      one.change = one.b.share() > one.a.share() ? Change::more : Change::less;
    else
      continue;
    changes.push_back(one);
  }
  std::stable_sort(changes.begin(), changes.end(), [](const CauseChange &x, const CauseChange &y) {
    return std::tuple(x.change, y.a.of + y.b.of) < std::tuple(y.change, x.a.of + x.b.of);
  });
  return changes;
}

bool quantile_differs(const Distribution &a, const Distribution &b, double share) {
  const std::uint64_t x = a.quantile(share), y = b.quantile(share);
  const double low = static_cast<double>(std::min(x, y)),
               high = static_cast<double>(std::max(x, y));
  const double factor = a.rounded() || b.rounded() ? Rule::kRounded : Rule::kQuantile;
  if (high < factor * low || high - low < static_cast<double>(Rule::kLeast))
    return false;
  const std::uint64_t both = Distribution::quantile(a, b, share);
  return chance_of({a.above(both), a.count()}, {b.above(both), b.count()}) < Rule::kChance;
}

std::vector<TimingChange> compare_timings(const Side &a, const Side &b) {
  std::vector<TimingChange> changes;
  for (const std::string &name : render::Latency::names()) {
    const auto before = a.timings.find(name), now = b.timings.find(name);
    if (before == a.timings.end() || now == b.timings.end())
      continue;
    TimingChange one{name, false, before->second.count(), now->second.count(), {}, {}, {}};
    bool any = false;
    for (std::size_t i = 0; i < kShares.size(); ++i) {
      one.a[i] = before->second.quantile(kShares[i]);
      one.b[i] = now->second.quantile(kShares[i]);
      one.differs[i] = quantile_differs(before->second, now->second, kShares[i]);
      if (one.differs[i] && !any)
        one.slower = one.b[i] > one.a[i];
      any = any || one.differs[i];
    }
    if (any)
      changes.push_back(std::move(one));
  }
  return changes;
}

template <class Map, class Count> auto most_first(const Map &map, Count count) {
  std::vector<std::pair<typename Map::key_type, typename Map::mapped_type>> all(map.begin(),
                                                                                map.end());
  std::stable_sort(all.begin(), all.end(),
                   [&](const auto &x, const auto &y) { return count(x.second) > count(y.second); });
  return all;
}

using Values = std::map<std::string, std::uint64_t>;

std::uint64_t sum_of(const Values &values) {
  std::uint64_t sum = 0;
  for (const auto &[value, count] : values)
    sum += count;
  return sum;
}

// None in common, or one whose share differs by more than chance. What a server chooses depends on
// who asks, too: a value that stands beside others on one side alone may be a client's.
bool values_differ(const Values &a, const Values &b) {
  if (a.empty() || b.empty())
    return false;
  const std::uint64_t all_a = sum_of(a), all_b = sum_of(b);
  bool common = false;
  for (const std::string &value : keys(a, b)) {
    const Part before{count_of(a, value), all_a}, now{count_of(b, value), all_b};
    if (differs(before, now))
      return true;
    common = common || (before.of > 0 && now.of > 0);
  }
  return !common;
}

// One that was not shown before; or one that is gone, by more than chance.
bool certificates_differ(const Server &a, const Server &b) {
  if (a.certificates.empty() || b.certificates.empty())
    return false;
  Values before, now;
  for (const auto &[sha256, seen] : a.certificates)
    before[sha256] = seen.connections;
  for (const auto &[sha256, seen] : b.certificates) {
    now[sha256] = seen.connections;
    if (!before.contains(sha256))
      return true;
  }
  for (const auto &[sha256, count] : before)
    if (!now.contains(sha256) && differs({count, sum_of(before)}, {0, sum_of(now)}))
      return true;
  return false;
}

bool compare_server(const Server &a, const Server &b, ServerChange &to) {
  const auto of_certificate = [](const ShownCertificate &seen) { return seen.connections; };
  to.certificates = certificates_differ(a, b);
  if (to.certificates) {
    to.shown_a = most_first(a.certificates, of_certificate);
    to.shown_b = most_first(b.certificates, of_certificate);
  }
  const auto itself = [](std::uint64_t count) { return count; };
  for (std::size_t i = 0; i < kFacts.size(); ++i)
    if (values_differ(a.facts[i], b.facts[i]))
      to.facts.push_back(
          {static_cast<Fact>(i), most_first(a.facts[i], itself), most_first(b.facts[i], itself)});
  return to.certificates || !to.facts.empty();
}

std::vector<ServerChange> compare_servers(const Side &a, const Side &b, bool knows_servers) {
  std::vector<ServerChange> changes;
  for (const std::string &name : keys(a.servers, b.servers)) {
    const auto before = a.servers.find(name), now = b.servers.find(name);
    ServerChange one{name, Change::changed, 0, 0, false, {}, {}, {}};
    if (before != a.servers.end())
      one.a = before->second.connections;
    if (now != b.servers.end())
      one.b = now->second.connections;
    if (before == a.servers.end() || now == b.servers.end()) {
      if (!knows_servers)
        continue;
      one.change = before == a.servers.end() ? Change::added : Change::gone;
    } else if (!compare_server(before->second, now->second, one)) {
      continue;
    }
    changes.push_back(std::move(one));
  }
  const auto rank = [](Change change) { return change == Change::changed ? -1 : int(change); };
  std::stable_sort(
      changes.begin(), changes.end(), [&](const ServerChange &x, const ServerChange &y) {
        return std::tuple(rank(x.change), y.a + y.b) < std::tuple(rank(y.change), x.a + x.b);
      });
  return changes;
}

} // namespace

Differences compare(const Side &a, const Side &b) {
  Differences found;
  found.by_whom = a.by_whom && b.by_whom;
  found.knows_servers = a.knows_servers && b.knows_servers;
  found.causes = compare_causes(a, b, found.by_whom);
  found.timings = compare_timings(a, b);
  found.servers = compare_servers(a, b, found.knows_servers);
  return found;
}

} // namespace handspan::app
