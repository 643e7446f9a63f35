#include "render/log_line.h"

#include "record/last_step.h"
#include "record/names.h"
#include "render/facts.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"

#include <array>

namespace handspan::render {
namespace {

using record::Record;

struct Column {
  Phrase head;
  std::size_t width;
  Align align;
};

constexpr Column kColumns[] = {
    {Phrase::head_time, 26, Align::left},    {Phrase::client, 21, Align::left},
    {Phrase::server, 21, Align::left},       {Phrase::head_name, 24, Align::left},
    {Phrase::head_version, 8, Align::left},  {Phrase::head_phase, 13, Align::left},
    {Phrase::head_outcome, 9, Align::left},  {Phrase::head_duration, 11, Align::right},
    {Phrase::head_flow_id, 17, Align::left}, {Phrase::head_remarks, 0, Align::left},
};
constexpr std::size_t kOutcomeColumn = 6;

using Cells = std::array<std::string, std::size(kColumns)>;

std::string line_of(const Cells &cells, Colour all, Colour outcome, const Style &style) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Colour colour = i == kOutcomeColumn ? outcome : all;
    line += paint(pad(cells[i], kColumns[i].width, kColumns[i].align), colour, style);
    if (i + 1 < cells.size())
      line += "  ";
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

// "alert 46 certificate_unknown by client after Server Hello Done; rule 7 ads (tls.sni)"
std::string remarks(const Record &r, Language language) {
  std::string out;
  const auto add = [&](const std::string &part) {
    if (!part.empty())
      out.append(out.empty() ? "" : "; ").append(part);
  };
  if (r.kind == record::Kind::handshake)
    add(std::string(phrase(Phrase::event_handshake, language)));
  if (r.outcome == record::Outcome::failed) {
    const std::string cause = cause_text(r);
    const record::Step step = record::step_before_end(r);
    add(step == record::Step::none
            ? fill(Phrase::log_cause, language, {{"cause", cause}, {"by", text(r.by, language)}})
            : fill(Phrase::log_cause_step, language,
                   {{"cause", cause}, {"by", text(r.by, language)}, {"step", title(step)}}));
  }
  for (const record::RuleHit &hit : r.rules)
    add(fill(Phrase::rule_hit, language,
             {{"id", std::to_string(hit.id)},
              {"name", printable(r.view(hit.name))},
              {"field", printable(r.view(hit.field))}}));
  return out;
}

} // namespace

std::string log_head(const Style &style) {
  Cells cells;
  for (std::size_t i = 0; i < cells.size(); ++i)
    cells[i] = phrase(kColumns[i].head, style.language);
  return line_of(cells, Colour::dim, Colour::dim, style);
}

std::string log_line(const Record &r, const Style &style) {
  const Language language = style.language;
  const auto took = between(r.first, r.last);
  const auto sni = r.view(r.tls.sni);
  const Cells cells = {
      date_time(r.first),
      endpoint(r.client, r.client_port),
      endpoint(r.server, r.server_port),
      sni.empty() ? "-" : printable(sni),
      r.tls.version == record::kNoCode ? "-" : version_text(r.tls.version),
      std::string(text(r.phase, language)),
      std::string(text(r.outcome, language)),
      duration(took.value_or(0)),
      flow_id_text(r.flow_id),
      remarks(r, language),
  };
  return line_of(cells, Colour::none, colour_of(r.outcome), style);
}

} // namespace handspan::render
