#include "render/inventory.h"

#include "record/names.h"
#include "render/answers.h"
#include "render/certificates.h"
#include "render/facts.h"
#include "render/json_dom.h"
#include "render/objections.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"
#include "render/wrap.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace handspan::render {

namespace {

using summary::Merged;
using summary::Numbers;
using summary::Objection;
using summary::Used;

// One kind of number: how it is named, and what a policy says of it.
struct Naming {
  std::string (*name)(std::uint16_t);
  Objection (*objection)(summary::Policy, std::uint16_t);
};
const Naming kVersion{version_text, summary::objection_to_version};
const Naming kSuite{cipher_text, summary::objection_to_cipher};
const Naming kGroup{group_text, summary::objection_to_group};

struct Line {
  std::uint16_t number = 0;
  Used used;
  std::uint64_t offered = 0; // of groups
  Objection objection = Objection::none;
};

// Most used first.
std::vector<Line> lines_of(const Numbers &numbers, const Naming &naming, const InventoryView &view,
                           const Numbers *offered = nullptr) {
  std::map<std::uint16_t, Line> found;
  for (const auto &[number, used] : numbers.of)
    found[number].used = used;
  if (offered != nullptr)
    for (const auto &[number, used] : offered->of) {
      Line &line = found[number];
      line.offered = used.connections;
      if (line.used.connections == 0)
        line.used.last = used.last;
    }
  std::vector<Line> lines;
  for (auto &[number, line] : found) {
    line.number = number;
    // What was offered and not taken breaks no policy.
    if (view.policy && line.used.connections > 0)
      line.objection = naming.objection(*view.policy, number);
    if (!view.only_forbidden || line.objection != Objection::none)
      lines.push_back(line);
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line &a, const Line &b) {
    return std::pair(a.used.connections, a.offered) > std::pair(b.used.connections, b.offered);
  });
  return lines;
}

std::uint64_t sum_of(const Numbers &numbers) {
  std::uint64_t sum = numbers.other;
  for (const auto &[number, used] : numbers.of)
    sum += used.connections;
  return sum;
}

std::string user_text(const summary::User &user) {
  return address(user.client) + " → " +
         endpoint(user.server, static_cast<std::uint16_t>(user.port));
}

class Section {
public:
  Section(Phrase title, bool offers, const Style &style) : offers_(offers), style_(style) {
    const auto head = [&](Phrase id) {
      return paint(phrase(id, style.language), Colour::dim, style);
    };
    std::vector<std::string> cells{head(Phrase::head_connections), head(Phrase::head_share)};
    if (offers_)
      cells.push_back(head(Phrase::head_offered));
    cells.insert(cells.end(), {paint(phrase(title, style.language), Colour::bold, style),
                               head(Phrase::head_last_user)});
    rows_ = Table(
        offers_ ? std::vector{Align::right, Align::right, Align::right, Align::left, Align::left}
                : std::vector{Align::right, Align::right, Align::left, Align::left});
    rows_.row(std::move(cells));
  }

  void add(const std::vector<Line> &lines, const Numbers &numbers, const Naming &naming) {
    const std::uint64_t all = sum_of(numbers);
    for (const Line &line : lines) {
      std::string name = printable(naming.name(line.number));
      if (line.objection != Objection::none)
        name = paint(name + " ✗ " + std::string(text(line.objection, style_.language)), Colour::red,
                     style_);
      row(line.used.connections, all, line.offered, std::move(name), user_text(line.used.last));
    }
    if (numbers.other > 0)
      row(numbers.other, all, 0, std::string(phrase(Phrase::inventory_others, style_.language)),
          "");
  }
  [[nodiscard]] std::string text_of() const { return rows_.text(0, style_.width) + "\n"; }

private:
  void row(std::uint64_t count, std::uint64_t all, std::uint64_t offered, std::string name,
           std::string user) {
    std::vector<std::string> cells{grouped(count), percent(count, all)};
    if (offers_)
      cells.push_back(grouped(offered));
    cells.push_back(std::move(name));
    cells.push_back(std::move(user));
    rows_.row(std::move(cells));
  }

  bool offers_;
  const Style &style_;
  Table rows_{{}};
};

std::string section_text(Phrase title, const Numbers &numbers, const Naming &naming,
                         const InventoryView &view, const Style &style,
                         const Numbers *offered = nullptr) {
  const auto lines = lines_of(numbers, naming, view, offered);
  if (lines.empty() && numbers.other == 0)
    return fill(Phrase::inventory_none, style.language, {{"what", phrase(title, style.language)}}) +
           "\n\n";
  Section section(title, offered != nullptr, style);
  section.add(lines, numbers, naming);
  return section.text_of();
}

// Connections whose certificates pass encrypted.
std::uint64_t hidden(const Numbers &versions) {
  std::uint64_t sum = 0;
  for (const auto &[number, used] : versions.of)
    if (number == 0x0304 || number >> 8 == 0x7f)
      sum += used.connections;
  return sum;
}

Json numbers_json(const Numbers &numbers, const Naming &naming, const InventoryView &view,
                  const Numbers *offered = nullptr) {
  Json rows = Json::array();
  for (const Line &line : lines_of(numbers, naming, view, offered)) {
    Json row{{"name", naming.name(line.number)}, {"id", hex16(line.number)}};
    row[offered != nullptr ? "chosen" : "connections"] = line.used.connections;
    if (offered != nullptr) {
      row["offered"] = line.offered;
      row["post_quantum"] = summary::is_post_quantum(line.number);
    }
    if (line.objection != Objection::none)
      row["forbidden"] = name(line.objection);
    if (line.used.last.when != base::kNever)
      row["last"] = Json{{"time", rfc3339(line.used.last.when)},
                         {"client", address(line.used.last.client)},
                         {"server", endpoint(line.used.last.server,
                                             static_cast<std::uint16_t>(line.used.last.port))}};
    rows.push_back(std::move(row));
  }
  return rows;
}

} // namespace

std::string inventory_text(const Merged &merged, const InventoryView &view, const Style &style) {
  const Language l = style.language;
  const Numbers versions = merged.versions();
  std::string out = fill(Phrase::inventory_head, l,
                         {{"connections", connections_text(merged.connections(), l)},
                          {"tls", grouped(sum_of(versions))}}) +
                    "\n\n";
  if (view.versions)
    out += section_text(Phrase::title_versions, versions, kVersion, view, style);
  if (view.suites)
    out += section_text(Phrase::title_suites, merged.ciphers(), kSuite, view, style);
  if (view.groups) {
    const Numbers offered = merged.groups_offered();
    out += section_text(Phrase::title_groups, merged.groups(), kGroup, view, style, &offered);
  }
  if (!view.certificates)
    return out;
  out += certificates_text(merged, view, style);
  if (const std::uint64_t n = hidden(versions); n > 0)
    out += fit(
        fill(Phrase::inventory_hidden, l,
             {{"connections", connections_text(n, l)}, {"share", percent(n, sum_of(versions))}}),
        style.width, 0);
  return out;
}

std::string inventory_json(const Merged &merged, const InventoryView &view) {
  const Numbers versions = merged.versions();
  Json out{{"connections", merged.connections()},
           {"tls", sum_of(versions)},
           {"certificates_hidden", hidden(versions)}};
  const auto put = [&](const char *key, const Numbers &numbers, const Naming &naming,
                       const Numbers *offered = nullptr) {
    out[key] = numbers_json(numbers, naming, view, offered);
    out[std::string(key) + "_other"] = numbers.other;
  };
  if (view.versions)
    put("versions", versions, kVersion);
  if (view.suites)
    put("suites", merged.ciphers(), kSuite);
  if (view.groups) {
    const Numbers offered = merged.groups_offered();
    put("groups", merged.groups(), kGroup, &offered);
  }
  if (view.certificates)
    put_certificates(out, merged, view);
  return one_line(out);
}

} // namespace handspan::render
