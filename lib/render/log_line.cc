#include "render/log_line.h"

#include "record/last_step.h"
#include "record/names.h"
#include "render/facts.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>
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
    {Phrase::head_flow_id, 26, Align::left}, {Phrase::head_remarks, 0, Align::left},
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

// What the lines of a terminal that is not wide enough for all columns have.
enum Narrow : std::uint8_t { when, whom, took, which, what, kNarrow };
constexpr std::size_t kAllColumns = 170;

std::array<std::size_t, kNarrow> narrow_widths(bool numbered, std::size_t width) {
  std::array<std::size_t, kNarrow> widths{width < 100 ? std::size_t{8} : std::size_t{12}, 0, 9,
                                          numbered ? std::size_t{7} : std::size_t{26}, 0};
  const std::size_t taken = widths[when] + widths[took] + widths[which] + 2 * (kNarrow - 1);
  const std::size_t rest = width > taken + 20 ? width - taken : 20;
  widths[whom] = std::min<std::size_t>(rest / 2, 40);
  widths[what] = rest - widths[whom];
  return widths;
}

std::string narrow_line(const std::array<std::string, kNarrow> &cells, bool numbered, Colour all,
                        Colour outcome, const Style &style) {
  const auto widths = narrow_widths(numbered, style.width);
  std::string line;
  for (std::size_t i = 0; i < kNarrow; ++i) {
    const std::string text = cut(cells[i], widths[i]);
    line += paint(pad(text, i == what ? 0 : widths[i], i == took ? Align::right : Align::left),
                  i == what ? outcome : all, style);
    line += i + 1 < kNarrow ? "  " : "\n";
  }
  return line;
}

bool is_narrow(const Style &style) {
  return style.width > 0 && style.width < kAllColumns;
}

std::string head_of(Phrase id, const Style &style) {
  return fill(id, style.language,
              {{"zone", style.local ? phrase(Phrase::zone_local, style.language) : "UTC"}});
}

} // namespace

std::string log_head(bool numbered, const Style &style) {
  const Language l = style.language;
  if (is_narrow(style))
    return narrow_line({head_of(Phrase::head_zone, style), std::string(phrase(Phrase::server, l)),
                        std::string(phrase(Phrase::head_duration, l)),
                        numbered ? "#" : std::string(phrase(Phrase::head_flow_id, l)),
                        std::string(phrase(Phrase::head_remarks, l))},
                       numbered, Colour::dim, Colour::dim, style);
  Cells cells;
  for (std::size_t i = 0; i < cells.size(); ++i)
    cells[i] = numbered && kColumns[i].head == Phrase::head_flow_id
                   ? "#"
                   : head_of(kColumns[i].head, style);
  return line_of(cells, Colour::dim, Colour::dim, style);
}

std::string log_line(const Record &r, std::uint64_t number, const Style &style) {
  const Language language = style.language;
  const std::string took_text = duration(between(r.first, r.last).value_or(0));
  const std::string at = date_time(r.first, style.local);
  const std::string id = number > 0 ? "#" + std::to_string(number) : record::text(r.id());
  const auto sni = r.view(r.tls.sni);
  if (is_narrow(style)) {
    const std::string said = remarks(r, language);
    const std::string server =
        sni.empty()
            ? endpoint(r.server, r.server_port)
            : printable(sni) + (r.server_port == 443 ? "" : ":" + std::to_string(r.server_port));
    return narrow_line({at.substr(11, narrow_widths(number > 0, style.width)[when]), server,
                        took_text, id,
                        r.outcome == record::Outcome::failed && !said.empty()
                            ? said
                            : std::string(text(r.outcome, language))},
                       number > 0, Colour::none, colour_of(r.outcome), style);
  }
  const Cells cells = {
      at,
      endpoint(r.client, r.client_port),
      endpoint(r.server, r.server_port),
      sni.empty() ? "-" : printable(sni),
      r.tls.version == record::kNoCode ? "-" : version_text(r.tls.version),
      std::string(text(r.phase, language)),
      std::string(text(r.outcome, language)),
      took_text,
      id,
      remarks(r, language),
  };
  return line_of(cells, Colour::none, colour_of(r.outcome), style);
}

} // namespace handspan::render
