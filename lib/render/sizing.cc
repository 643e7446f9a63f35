#include "render/sizing.h"

#include "render/json_dom.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"

#include <cmath>
#include <cstdio>

namespace handspan::render {
namespace {

using sizing::CostId;
using sizing::Costs;
using sizing::Load;
using sizing::Server;

std::uint64_t whole(double value) {
  return static_cast<std::uint64_t>(std::llround(value));
}

std::string count(double value) {
  return grouped(whole(value));
}

std::string size(double value) {
  return bytes(whole(value));
}

Phrase phrase_of(CostId id) {
  switch (id) {
#define HANDSPAN_COST(id, value, source)                                                           \
  case CostId::id:                                                                                 \
    return Phrase::cost_##id;
#include "sizing/costs.def"
#undef HANDSPAN_COST
  }
  return Phrase::unknown;
}

bool all_from_here(const Costs &costs) {
  const Costs here;
  for (std::size_t i = 0; i < sizing::kCosts; ++i) {
    const auto id = static_cast<CostId>(i);
    if (costs.cost(id).source != here.cost(id).source)
      return false;
  }
  return true;
}

Table three_columns() {
  return Table({Align::left, Align::right, Align::left});
}

std::string needed(const Server &server, Language l) {
  Table table = three_columns();
  const auto word = [l](Phrase id) { return std::string(phrase(id, l)); };
  char busy[32];
  (void)std::snprintf(busy, sizeof busy, "%.1f", server.busy_cores);
  table.row({word(Phrase::sizing_cores), grouped(server.cores),
             fill(Phrase::sizing_cores_note, l,
                  {{"workers", grouped(server.workers)},
                   {"busy", busy},
                   {"others", grouped(server.cores - server.workers)}})});
  table.row(
      {word(Phrase::sizing_queues), grouped(server.queues), word(Phrase::sizing_queues_note)});
  const sizing::Memory &memory = server.memory;
  table.row({word(Phrase::sizing_memory), size(memory.total()),
             fill(Phrase::sizing_memory_note, l,
                  {{"connections", size(memory.connections)},
                   {"records", size(memory.records)},
                   {"workers", size(memory.workers)},
                   {"buffers", size(memory.buffers)}})});
  return table.text(2);
}

std::string keys(const Server &server) {
  const auto line = [](const char *key, const std::string &value) {
    return std::string("  ") + key + " = " + value + "\n";
  };
  return line("workers.count", std::to_string(server.workers)) +
         line("limits.flows", std::to_string(server.keys.flows)) +
         line("limits.track_facts", std::to_string(server.keys.track_facts)) +
         line("limits.tls_facts", std::to_string(server.keys.tls_facts)) +
         line("limits.ring_bytes", '"' + std::to_string(server.keys.ring_bytes >> 20) + "MiB\"");
}

std::string assumed(const Load &load, const Server &server, Language l) {
  Table table({Align::left, Align::right, Align::left, Align::left});
  const auto row = [&](Phrase name, double value, const char *option, std::string note) {
    table.row({std::string(phrase(name, l)), count(value), option, std::move(note)});
  };
  const auto word = [l](Phrase id) { return std::string(phrase(id, l)); };
  row(Phrase::sizing_packet_bytes, load.packet_bytes, "--packet-bytes",
      fill(Phrase::sizing_packet_bytes_note, l, {{"pps", count(server.packets_per_second)}}));
  row(Phrase::sizing_new, load.connections_per_second, "--connections-per-second",
      word(Phrase::sizing_new_note));
  row(Phrase::sizing_open, load.connections, "--connections", word(Phrase::sizing_open_note));
  row(Phrase::sizing_tls, load.tls_percent, "--tls-percent", "");
  row(Phrase::sizing_kept, load.record_seconds, "--record-seconds", word(Phrase::sizing_kept_note));
  row(Phrase::sizing_reserve, load.reserve_percent, "--reserve", word(Phrase::sizing_reserve_note));
  return table.text(2);
}

std::string measured(const Costs &costs, Language l) {
  Table table = three_columns();
  for (std::size_t i = 0; i < sizing::kCosts; ++i) {
    const auto id = static_cast<CostId>(i);
    table.row({std::string(phrase(phrase_of(id), l)), count(costs.of(id)),
               printable(costs.cost(id).source)});
  }
  return table.text(2);
}

} // namespace

std::string sizing_text(const Load &asked, const Costs &costs, std::string_view rate,
                        const Style &style) {
  const Language l = style.language;
  const Load load = completed(asked);
  const Server server = server_for(load, costs);
  const auto head = [&style](std::string_view text) {
    return paint(text, Colour::bold, style) + "\n";
  };
  std::string out =
      head(fill(Phrase::sizing_server, l, {{"rate", sizing::rate_text(load.bits_per_second)}}));
  out += needed(server, l) + "\n" + head(phrase(Phrase::sizing_keys, l)) + keys(server) + "\n";
  out += head(phrase(Phrase::sizing_assumed, l)) + assumed(load, server, l) + "\n";
  out += head(phrase(Phrase::sizing_costs, l)) + measured(costs, l);
  if (all_from_here(costs))
    out += "\n" + fill(Phrase::sizing_caution, l, {{"rate", printable(rate)}}) + "\n";
  return out;
}

std::string sizing_json(const Load &asked, const Costs &costs) {
  const Load load = completed(asked);
  const Server server = server_for(load, costs);
  Json out{{"event_type", "sizing"},  {"rate", whole(load.bits_per_second)},
           {"cores", server.cores},   {"workers", server.workers},
           {"queues", server.queues}, {"busy_cores", std::round(server.busy_cores * 100) / 100}};
  const sizing::Memory &memory = server.memory;
  out["memory"] = {{"total", whole(memory.total())},
                   {"connections", whole(memory.connections)},
                   {"records", whole(memory.records)},
                   {"workers", whole(memory.workers)},
                   {"buffers", whole(memory.buffers)}};
  out["configuration"] = {{"workers.count", server.workers},
                          {"limits.flows", server.keys.flows},
                          {"limits.track_facts", server.keys.track_facts},
                          {"limits.tls_facts", server.keys.tls_facts},
                          {"limits.ring_bytes", server.keys.ring_bytes}};
  out["assumptions"] = {{"packet_bytes", load.packet_bytes},
                        {"packets_per_second", whole(server.packets_per_second)},
                        {"connections_per_second", load.connections_per_second},
                        {"connections", load.connections},
                        {"tls_percent", load.tls_percent},
                        {"record_seconds", load.record_seconds},
                        {"reserve_percent", load.reserve_percent}};
  for (std::size_t i = 0; i < sizing::kCosts; ++i) {
    const auto id = static_cast<CostId>(i);
    out["costs"][std::string(name(id))] = {{"value", costs.of(id)},
                                           {"source", costs.cost(id).source}};
  }
  return one_line(out);
}

} // namespace handspan::render
