#include "rules/finding.h"

#include "base/quote.h"
#include "rules/rule.h"

#include <utility>

namespace handspan::rules {

namespace {

Finding about(const Rule &rule, std::string field, std::string what, std::uint32_t line) {
  return {rule.file,        line != 0 ? line : rule.line, rule.id, rule.name, std::move(field),
          std::move(what),
          /*warning=*/false};
}

} // namespace

std::string Finding::text() const {
  std::string out;
  if (!file.empty()) {
    out += base::printable(file);
    if (line != 0)
      out += ':' + std::to_string(line);
    out += ": ";
  }
  if (warning)
    out += "warning: ";
  if (rule != 0 || !name.empty()) {
    out += "rule";
    if (rule != 0)
      out += ' ' + std::to_string(rule);
    if (!name.empty())
      out += ' ' + base::quoted(name);
    out += ": ";
  }
  if (!field.empty())
    out += field + ": ";
  return out + what;
}

void Findings::fault(const Rule &rule, std::string field, std::string what, std::uint32_t line) {
  add(about(rule, std::move(field), std::move(what), line));
}

void Findings::warn(const Rule &rule, std::string field, std::string what, std::uint32_t line) {
  Finding finding = about(rule, std::move(field), std::move(what), line);
  finding.warning = true;
  add(std::move(finding));
}

void Findings::fault(std::string file, std::uint32_t line, std::string what) {
  Finding finding;
  finding.file = std::move(file);
  finding.line = line;
  finding.what = std::move(what);
  add(std::move(finding));
}

void Findings::warn(std::string file, std::string what) {
  Finding finding;
  finding.file = std::move(file);
  finding.what = std::move(what);
  finding.warning = true;
  add(std::move(finding));
}

std::string Findings::first() const {
  for (const Finding &finding : all_)
    if (!finding.warning)
      return finding.text();
  return {};
}

} // namespace handspan::rules
