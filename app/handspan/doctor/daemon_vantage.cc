// What the mirror shows: both directions, once, whole.
#include "daemon_health.h"

#include "render/units.h"

#include <algorithm>

namespace handspan::app {
namespace {

using host::Area;
using host::FindingId;
using host::Findings;
using host::Level;

class Vantage {
public:
  Vantage(const DaemonSample &now, Findings &findings)
      : now_(now), total_(total(now)), findings_(findings) {}

  void silence();
  void ports();
  void vlans();
  void workers();
  void halves();
  void packets();

private:
  void found(Level level, FindingId id, std::vector<host::Value> values = {}) {
    findings_.push_back({Area::vantage, level, id, std::move(values)});
  }
  static Level level_of(const record::Sides &sides) {
    const double part = share(sides.one_sided, sides.connections);
    return part >= threshold::kOneSidedProblem   ? Level::problem
           : part >= threshold::kOneSidedWarning ? Level::warning
                                                 : Level::ok;
  }
  // The halves that are missing here are, for the greater part, on other workers: the mirror shows
  // them, and it would be wrong to send anybody to the switch.
  [[nodiscard]] bool torn() const {
    return share(2 * total_.connections_split, total_.connections_one_sided) >=
           threshold::kTornApart;
  }
  static bool enough(const record::Sides &sides) {
    return sides.connections >= threshold::kEnoughConnections;
  }
  static std::vector<host::Value> values(std::string where, const record::Sides &sides) {
    return {{"where", std::move(where)},
            {"share", render::percent(sides.one_sided, sides.connections)},
            {"n", render::grouped(sides.connections)}};
  }
  // One kind of packet among all: a warning from `low` on, a problem from `high`.
  void kind(FindingId bad, FindingId good, std::uint64_t part, std::uint64_t whole, double low,
            double high) {
    const double of_all = share(part, whole);
    const bool fine = of_all < low;
    found(fine            ? Level::ok
          : of_all < high ? Level::warning
                          : Level::problem,
          fine ? good : bad,
          {{"share", render::percent(part, whole)}, {"n", render::grouped(part)}});
  }

  const DaemonSample &now_;
  record::Counters total_;
  Findings &findings_;
};

void Vantage::silence() {
  for (const PortSample &port : now_.ports)
    if (port.stats.received_packets == 0 && now_.running_for >= threshold::kSilence)
      found(Level::warning, FindingId::port_silent,
            {{"where", port.name}, {"time", render::duration(now_.running_for)}});
}

void Vantage::ports() {
  for (const PortSample &port : now_.ports) {
    if (!enough(port.sides)) {
      found(Level::unknown, FindingId::sides_unknown,
            {{"where", port.name},
             {"n", render::grouped(port.sides.connections)},
             {"enough", render::grouped(threshold::kEnoughConnections)}});
      continue;
    }
    const Level level = level_of(port.sides);
    found(level,
          level == Level::ok ? FindingId::port_both_sides
          : torn()           ? FindingId::port_torn
                             : FindingId::port_one_sided,
          values(port.name, port.sides));
  }
}

// Of a hundred VLANs those that need a hand, and one line for the others.
void Vantage::vlans() {
  std::size_t good = 0;
  for (const VlanSample &vlan : now_.vlans) {
    if (vlan.place == record::kUntagged || !enough(vlan.sides))
      continue;
    const Level level = level_of(vlan.sides);
    if (level == Level::ok)
      ++good;
    else if (!torn())
      found(level, FindingId::vlan_one_sided, values(std::to_string(vlan.place), vlan.sides));
  }
  if (good > 0)
    found(Level::ok, FindingId::vlans_both_sides, {{"n", std::to_string(good)}});
}

// A worker, and so its queues, that is shown one direction while another is shown both.
void Vantage::workers() {
  struct Seen {
    std::size_t worker;
    record::Sides sides;
    [[nodiscard]] double part() const { return share(sides.one_sided, sides.connections); }
  };
  std::vector<Seen> seen;
  for (std::size_t i = 0; i < now_.workers.size(); ++i) {
    const record::Counters &c = now_.workers[i].stats.counters;
    const record::Sides sides{ended(c), c.connections_one_sided};
    if (enough(sides))
      seen.push_back({i, sides});
  }
  if (seen.size() < 2)
    return;
  const auto [least, most] = std::minmax_element(
      seen.begin(), seen.end(), [](const Seen &a, const Seen &b) { return a.part() < b.part(); });
  if (most->part() - least->part() < threshold::kOneSidedUneven)
    return;
  found(Level::warning, FindingId::worker_one_sided,
        {{"worker", std::to_string(most->worker)},
         {"share", render::percent(most->sides.one_sided, most->sides.connections)},
         {"other", std::to_string(least->worker)},
         {"less", render::percent(least->sides.one_sided, least->sides.connections)}});
}

// Any such connection is evidence: its two halves were on two workers.
void Vantage::halves() {
  if (now_.workers.size() < 2)
    return;
  const std::uint64_t split = total_.connections_split, all = ended(total_);
  if (split > 0)
    found(share(split, all) >= threshold::kSplitProblem ? Level::problem : Level::warning,
          FindingId::halves_apart,
          {{"n", render::grouped(split)}, {"share", render::percent(split, all)}});
  else if (all >= threshold::kEnoughConnections)
    found(Level::ok, FindingId::halves_together, {{"n", render::grouped(all)}});
}

void Vantage::packets() {
  const record::Counters &c = total_;
  if (c.tcp_packets + c.skipped_truncated < threshold::kEnoughPackets) {
    found(Level::unknown, FindingId::packets_unknown,
          {{"n", render::grouped(c.tcp_packets)},
           {"enough", render::grouped(threshold::kEnoughPackets)}});
    return;
  }
  // Duplicates are recognised and do no harm but work: never a problem.
  constexpr double kNever = 2;
  kind(FindingId::duplicates, FindingId::no_duplicates, c.tcp_duplicates, c.tcp_packets,
       threshold::kDuplicateWarning, kNever);
  if (share(c.skipped_truncated, c.received_packets) >= threshold::kTruncatedWarning)
    kind(FindingId::headers_cut, FindingId::headers_cut, c.skipped_truncated, c.received_packets, 0,
         threshold::kHeadersCutProblem);
  kind(FindingId::payload_cut, FindingId::nothing_cut, c.payload_truncated, c.tcp_packets,
       threshold::kTruncatedWarning, kNever);
  // Where we dropped packets ourselves, the gaps are ours.
  const bool ours = std::any_of(now_.ports.begin(), now_.ports.end(),
                                [](const PortSample &port) {
                                  return port.stats.missed + port.stats.no_mbuf > 0;
                                }) ||
                    c.dispatch_dropped > 0 ||
                    std::any_of(now_.queues.begin(), now_.queues.end(),
                                [](const QueueSample &q) { return q.stats.dispatch_dropped > 0; });
  kind(ours ? FindingId::gaps_of_ours : FindingId::gaps_of_mirror, FindingId::no_gaps, c.tcp_gaps,
       c.tcp_packets, threshold::kGapWarning, threshold::kGapProblem);
}

} // namespace

void judge_vantage(const DaemonSample &now, Findings &findings) {
  Vantage vantage(now, findings);
  vantage.silence();
  vantage.ports();
  vantage.vlans();
  vantage.workers();
  vantage.halves();
  vantage.packets();
}

} // namespace handspan::app
