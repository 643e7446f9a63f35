#include "render/stats_places.h"

#include "render/phrases.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>

namespace handspan::render {
namespace {

std::string head(std::string_view text, const Style &style) {
  return paint(std::string(text), Colour::dim, style);
}
std::string head(Phrase id, const Style &style) {
  return head(phrase(id, style.language), style);
}

std::string vlan_name(std::size_t place, const Style &style) {
  if (place >= record::kUntagged)
    return std::string(phrase(Phrase::seen_untagged, style.language));
  return fill(Phrase::seen_at_vlan, style.language, {{"vlan", std::to_string(place)}});
}

} // namespace

std::string queues_text(const Stats &stats, const Style &style) {
  std::vector<Align> columns(2 + stats.queue_numbers.size(), Align::right);
  columns.front() = Align::left;
  Table table(columns);
  std::vector<std::string> cells = {head(Phrase::head_port, style),
                                    head(Phrase::head_queue, style)};
  for (const NumberRow &number : stats.queue_numbers)
    cells.push_back(head(printable(number.name), style));
  table.row(std::move(cells));
  for (std::size_t i = 0; i < stats.queues.size(); ++i) {
    const QueueLabel &queue = stats.queues[i];
    cells = {queue.port < stats.ports.size() ? printable(stats.ports[queue.port]) : "?",
             std::to_string(queue.number)};
    for (const NumberRow &number : stats.queue_numbers)
      cells.push_back(i < number.values.size() ? grouped(number.values[i]) : "");
    table.row(std::move(cells));
  }
  return table.text(0, style.width);
}

std::string sides_text(const Stats &stats, const Style &style) {
  Table table({Align::left, Align::right, Align::right, Align::right});
  table.row({head(Phrase::head_seen_at, style), head(Phrase::head_connections, style),
             head(Phrase::head_one_sided, style), head(Phrase::head_share, style)});
  const auto row = [&](std::string where, const record::Sides &sides) {
    table.row({std::move(where), grouped(sides.connections), grouped(sides.one_sided),
               percent(sides.one_sided, sides.connections)});
  };
  for (std::size_t i = 0; i < std::min(stats.ports.size(), stats.port_sides.size()); ++i)
    row(fill(Phrase::seen_at_port, style.language, {{"port", printable(stats.ports[i])}}),
        stats.port_sides[i]);
  for (const VlanSides &vlan : stats.vlans)
    row(vlan_name(vlan.place, style), vlan.sides);
  return table.text(0, style.width);
}

} // namespace handspan::render
