#include "render/connection.h"

#include "render/certificate.h"
#include "render/facts.h"
#include "render/phrases.h"
#include "render/summary.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"
#include "render/waterfall.h"
#include "render/wrap.h"

namespace handspan::render {
namespace {

using record::Record;

constexpr std::size_t kIndent = 4;

std::string head_line(const Record &r, std::uint64_t number, const Style &style) {
  std::string line;
  if (number > 0)
    line = pad(std::string("#").append(std::to_string(number)), kIndent - 1) + " ";
  line += paint(endpoint(r.client, r.client_port) + " → " + endpoint(r.server, r.server_port),
                Colour::bold, style);
  if (const auto sni = r.view(r.tls.sni); !sni.empty())
    line.append("  ").append(paint(printable(sni), Colour::bold, style));
  return fit(line + "  " + session(r, style.language), style.width, 0);
}

std::string traffic_line(const Record &r, const Style &style) {
  const auto took = between(r.first, r.last);
  const std::string line = fill(Phrase::traffic, style.language,
                                {{"when", date_time(r.first, style.local)},
                                 {"zone", zone_name(r.first, style.local)},
                                 {"time", duration(took.value_or(0))},
                                 {"packets_c", grouped(r.tcp.packets.client)},
                                 {"bytes_c", bytes(r.tcp.payload_bytes.client)},
                                 {"packets_s", grouped(r.tcp.packets.server)},
                                 {"bytes_s", bytes(r.tcp.payload_bytes.server)}});
  return fit(paint(line, Colour::dim, style), style.width, kIndent);
}

std::string range_text(const record::PhaseSpan &span) {
  if (span.first_packet == 0)
    return {};
  std::string text = std::to_string(span.first_packet);
  if (span.last_packet > span.first_packet)
    text.append("–").append(std::to_string(span.last_packet));
  return text;
}

std::string span_text(base::Nanos from, base::Nanos to) {
  const auto length = between(from, to);
  return length ? duration(*length) : "-";
}

std::string phase_table(const Record &r, const Style &style) {
  if (r.kind == record::Kind::handshake)
    return {}; // its event has none
  const Language language = style.language;
  Table table({Align::left, Align::right, Align::right, Align::right, Align::left});
  std::vector<std::string> head;
  for (const Phrase id : {Phrase::head_phase, Phrase::head_start, Phrase::head_duration,
                          Phrase::head_packets, Phrase::head_range})
    head.push_back(paint(phrase(id, language), Colour::dim, style));
  if (r.phases[static_cast<std::size_t>(r.phase)].first_packet == 0)
    head.pop_back(); // live: packets have no numbers
  table.row(std::move(head));
  for (const record::Phase phase : phases_in_order(r)) {
    const record::PhaseSpan &span = r.phases[static_cast<std::size_t>(phase)];
    table.row({std::string(text(phase, language)), span_text(r.first, span.start),
               span_text(span.start, span.end), grouped(span.packets), range_text(span)});
  }
  return table.text(kIndent, style.width);
}

std::string trouble_line(Phrase id, const base::Both<std::uint32_t> &counts, const Style &style) {
  if (counts.client == 0 && counts.server == 0)
    return {};
  return std::string(kIndent, ' ') +
         fill(id, style.language, {{"c", grouped(counts.client)}, {"s", grouped(counts.server)}}) +
         "\n";
}

std::string icmp_line(const Record &r, const Style &style) {
  const record::Icmp &icmp = r.icmp;
  if (icmp.count == 0)
    return {};
  const auto optional = [&](bool wanted, Phrase id, const char *key, std::uint64_t n) {
    return wanted ? fill(id, style.language, {{key, grouped(n)}}) : std::string{};
  };
  return std::string(kIndent, ' ') +
         fill(Phrase::icmp_line, style.language,
              {{"what", icmp_text(icmp, style.language)},
               {"from", address(icmp.from)},
               {"side", text(icmp.of, style.language)},
               {"times", optional(icmp.count > 1, Phrase::icmp_times, "n", icmp.count)},
               {"where", optional(icmp.packet != 0, Phrase::icmp_where, "packet", icmp.packet)}}) +
         "\n";
}

std::string rule_lines(const Record &r, const Style &style) {
  std::string out;
  for (const record::RuleHit &hit : r.rules)
    out += std::string(kIndent, ' ') +
           fill(Phrase::rule_hit, style.language,
                {{"id", std::to_string(hit.id)},
                 {"name", printable(r.view(hit.name))},
                 {"field", printable(r.view(hit.field))}}) +
           "\n";
  return out;
}

// The outcome stands before sentences that do not begin with it.
std::string verdict_line(const Record &r, const Style &style) {
  const Colour colour = colour_of(r.outcome);
  const std::string sentence = summary(r, style.language);
  std::string line;
  if (r.outcome == record::Outcome::failed || r.outcome == record::Outcome::unknown)
    line.append(paint(text(r.outcome, style.language), colour, style))
        .append("  ")
        .append(sentence);
  else
    line.append(paint(sentence, colour, style));
  return fit(line, style.width, kIndent);
}

std::string waterfall_line(const Record &r, const Style &style) {
  const std::string bar = waterfall(r, style);
  return bar.empty() ? bar : std::string(kIndent, ' ') + bar + "\n";
}

} // namespace

std::string connection_title(const Record &r, std::uint64_t number, const Style &style) {
  return head_line(r, number, style);
}

std::string connection_head(const Record &r, std::uint64_t number, const Style &style) {
  return head_line(r, number, style) + traffic_line(r, style);
}

std::string connection_phases(const Record &r, const Style &style) {
  return phase_table(r, style) + waterfall_line(r, style);
}

std::string connection_verdict(const Record &r, const Style &style) {
  return verdict_line(r, style);
}

std::string connection_block(const Record &r, std::uint64_t number, const Style &style) {
  std::string out = connection_head(r, number, style);
  out += connection_phases(r, style);
  out += trouble_line(Phrase::retransmitted, r.tcp.retransmissions, style);
  out += trouble_line(Phrase::missing, r.tcp.gaps, style);
  out += icmp_line(r, style);
  out += rule_lines(r, style);
  out += verdict_line(r, style);
  const bool refused =
      r.outcome == record::Outcome::failed && r.phase == record::Phase::tls_handshake;
  for (const base::Side side : {base::Side::server, base::Side::client})
    if (refused || sent_no_certificate(r, side))
      if (const auto line = certificate_text(r, side, style.language); !line.empty())
        out += fit(line, style.width, kIndent);
  return out;
}

std::string total_line(const std::array<std::uint64_t, record::kOutcomes> &by_outcome,
                       const Style &style) {
  const Language language = style.language;
  std::uint64_t all = 0;
  std::string parts;
  for (std::size_t i = 0; i < by_outcome.size(); ++i) {
    if (by_outcome[i] == 0)
      continue;
    all += by_outcome[i];
    const auto outcome = static_cast<record::Outcome>(i);
    const std::string part =
        fill(Phrase::total_part, language,
             {{"n", grouped(by_outcome[i])}, {"outcome", text(outcome, language)}});
    if (!parts.empty())
      parts += phrase(Phrase::comma, language);
    parts += paint(part, colour_of(outcome), style);
  }
  const std::string count =
      fill(all == 1 ? Phrase::total_one : Phrase::total_all, language, {{"n", grouped(all)}});
  return all == 0 ? count + "\n"
                  : fill(Phrase::total, language, {{"all", count}, {"parts", parts}}) + "\n";
}

} // namespace handspan::render
