#include "render/findings.h"

#include "render/json_dom.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/utf8.h"

#include <array>

namespace handspan::render {
namespace {

using host::Area;
using host::Finding;
using host::FindingId;
using host::Level;

struct Words {
  std::string_view id, en, zh, remedy_en, remedy_zh;
};

// No default: the compiler says which finding has no words.
Words words_of(FindingId id) {
  switch (id) {
#define HANDSPAN_FINDING(id, en, zh, remedy_en, remedy_zh)                                         \
  case FindingId::id:                                                                              \
    return {#id, en, zh, remedy_en, remedy_zh};
#include "render/findings.def"
#undef HANDSPAN_FINDING
  }
  return {};
}

std::string filled(std::string_view pattern, const Finding &finding) {
  std::vector<std::string> texts;
  for (const host::Value &value : finding.values)
    texts.push_back(printable(value.text));
  std::vector<Filling> fillings;
  for (std::size_t i = 0; i < texts.size(); ++i)
    fillings.push_back({finding.values[i].name, texts[i]});
  return fill(pattern, fillings);
}

Phrase heading(Area area) {
  static constexpr std::array<Phrase, host::kAreas> kHeadings = {
      Phrase::area_configuration, Phrase::area_hugepages,   Phrase::area_iommu,
      Phrase::area_ports,         Phrase::area_cpus,        Phrase::area_numa,
      Phrase::area_memory,        Phrase::area_runtime_dir, Phrase::area_clock,
      Phrase::area_rights,        Phrase::area_instance,    Phrase::area_drops,
      Phrase::area_balance,       Phrase::area_vantage};
  return kHeadings[static_cast<std::size_t>(area) % host::kAreas];
}

struct Look {
  Phrase word;
  Colour colour;
};

Look look_of(Level level) {
  switch (level) {
  case Level::ok:
    return {Phrase::level_ok, Colour::green};
  case Level::unknown:
    return {Phrase::level_unknown, Colour::dim};
  case Level::warning:
    return {Phrase::level_warning, Colour::yellow};
  case Level::problem:
    break;
  }
  return {Phrase::level_problem, Colour::red};
}

// As wide as the longest word for a level.
std::size_t level_width(Language language) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < host::kLevels; ++i)
    width = std::max(
        width, display_width(std::string(phrase(look_of(static_cast<Level>(i)).word, language))));
  return width;
}

bool wants_remedy(const Finding &finding) {
  return finding.level == Level::warning || finding.level == Level::problem;
}

std::string lines_of(const Finding &finding, const Style &style) {
  const Look look = look_of(finding.level);
  const std::size_t width = level_width(style.language);
  std::string out = "  ";
  out += pad(paint(phrase(look.word, style.language), look.colour, style), width);
  out.append("  ").append(text_of(finding, style.language)) += '\n';
  const std::string remedy = remedy_of(finding, style.language);
  if (wants_remedy(finding) && !remedy.empty())
    out.append(width + 4, ' ').append("→ ").append(remedy) += '\n';
  return out;
}

std::string total_line(const host::Findings &findings, const Style &style) {
  std::array<std::size_t, host::kLevels> counts{};
  for (const Finding &finding : findings)
    ++counts[static_cast<std::size_t>(finding.level)];
  std::string out;
  for (std::size_t i = host::kLevels; i-- > 0;) {
    if (counts[i] == 0)
      continue;
    const Look look = look_of(static_cast<Level>(i));
    if (!out.empty())
      out += phrase(Phrase::comma, style.language);
    out += fill(Phrase::level_count, style.language,
                {{"level", phrase(look.word, style.language)}, {"n", std::to_string(counts[i])}});
  }
  return out + '\n';
}

} // namespace

std::string text_of(const Finding &finding, Language language) {
  const Words words = words_of(finding.id);
  return filled(language == Language::zh ? words.zh : words.en, finding);
}

std::string remedy_of(const Finding &finding, Language language) {
  const Words words = words_of(finding.id);
  return filled(language == Language::zh ? words.remedy_zh : words.remedy_en, finding);
}

std::string findings_text(const host::Findings &findings, const Style &style) {
  std::string out;
  for (std::size_t i = 0; i < host::kAreas; ++i) {
    const auto area = static_cast<Area>(i);
    std::string lines;
    for (const Finding &finding : findings)
      if (finding.area == area)
        lines += lines_of(finding, style);
    if (!lines.empty())
      out.append(paint(phrase(heading(area), style.language), Colour::bold, style))
          .append("\n")
          .append(lines);
  }
  return out + (findings.empty() ? "" : "\n" + total_line(findings, style));
}

std::string findings_json(const host::Findings &findings, Language language) {
  Json out;
  out["event_type"] = "doctor";
  out["level"] = host::name(host::worst(findings));
  out["findings"] = Json::array();
  for (const Finding &finding : findings) {
    Json one;
    one["area"] = host::name(finding.area);
    one["level"] = host::name(finding.level);
    one["id"] = words_of(finding.id).id;
    one["text"] = text_of(finding, language);
    if (wants_remedy(finding))
      put_text(one, "remedy", remedy_of(finding, language));
    for (const host::Value &value : finding.values)
      one["values"][value.name] = value.text;
    out["findings"].push_back(std::move(one));
  }
  return one_line(out);
}

} // namespace handspan::render
