// TOML to Config by the table of keys. toml++ and its exceptions stay inside this file.
#include "base/nearest.h"
#include "config/config.h"
#include "config/keys.h"

#include "base/quote.h"
#include "base/text_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

namespace handspan::config {

namespace {

Given given(const toml::node &node) {
  if (const auto value = node.value_exact<bool>())
    return *value;
  if (const auto value = node.value_exact<std::int64_t>())
    return *value;
  if (const auto value = node.value_exact<std::string>())
    return *value;
  const toml::array *array = node.as_array();
  if (!array)
    return {};
  std::vector<std::string> items;
  for (const toml::node &item : *array) {
    const auto text = item.value_exact<std::string>();
    if (!text)
      return {};
    items.push_back(*text);
  }
  return items;
}

// The value as a fault shows it.
struct Shown {
  const toml::node &node;

  std::string operator()(std::monostate) const {
    switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list of something else";
    case toml::node_type::floating_point:
      return "a number with a point";
    default:
      return "a date or time";
    }
  }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string &value) const { return base::quoted(value); }
  std::string operator()(const std::vector<std::string> &items) const {
    std::string text = "[";
    for (std::size_t i = 0; i < items.size() && i < 4; ++i)
      text += (i ? ", " : "") + base::quoted(items[i], 32);
    return text + (items.size() > 4 ? ", …]" : "]");
  }
};

// One walk over a document; collects all faults.
class Walk {
public:
  Walk(const std::string &file, std::vector<Fault> &faults) : file_(file), faults_(faults) {}

  void document(const toml::table &document) {
    for (const auto &[name, node] : document)
      section(name, node);
    // Relations say nothing sensible about values that were refused.
    if (faults_.empty())
      relations();
  }

  Config config;
  Places places;

private:
  void refuse(const toml::source_position &at, std::string what) {
    refuse(Place{at.line, at.column}, std::move(what));
  }
  void refuse(const Place &at, std::string what) {
    faults_.push_back({file_, at.line, at.column, std::move(what)});
  }

  void section(const toml::key &name, const toml::node &node) {
    const std::vector<std::string> sections = section_names();
    if (std::find(sections.begin(), sections.end(), name.str()) == sections.end())
      return unknown_section(name, node, sections);
    const toml::table *table = node.as_table();
    if (!table)
      return refuse(node.source().begin, std::string(name.str()) +
                                             " must be a section, begun by [" +
                                             std::string(name.str()) + "]");
    for (const auto &[key, value] : *table)
      one_key(name.str(), key, value);
  }

  void one_key(std::string_view section, const toml::key &name, const toml::node &node) {
    const auto key = std::find_if(keys().begin(), keys().end(), [&](const Key &k) {
      return k.section == section && k.name == name.str();
    });
    if (key == keys().end())
      return unknown_key(section, name);
    const toml::source_position at = node.source().begin;
    places[key->full_name()] = {at.line, at.column};
    const Given value = given(node);
    if (!key->take(value, config))
      return refuse(node.source().begin, key->full_name() + " is " +
                                             std::visit(Shown{node}, value) + ", but must be " +
                                             key->right);
    const std::string objection = key->object ? key->object(config) : std::string();
    if (!objection.empty())
      refuse(node.source().begin, key->full_name() + ": " + objection);
  }

  void unknown_section(const toml::key &name, const toml::node &node,
                       const std::vector<std::string> &sections) {
    const std::string near = base::nearest(name.str(), sections);
    std::string what = node.is_table() ? "unknown section " : "unknown key outside of a section ";
    what += base::quoted(name.str());
    if (!near.empty())
      what += ": did you mean [" + near + "]?";
    else if (const std::string home = home_of(name.str()); !home.empty())
      what += ": it belongs to [" + home + ']';
    else
      what += ": the sections are " + joined(sections);
    refuse(name.source().begin, std::move(what));
  }

  void unknown_key(std::string_view section, const toml::key &name) {
    for (const FormerKey &former : former_keys())
      if (former.section == section && former.name == name.str())
        return refuse(name.source().begin, std::string(section) + '.' + std::string(former.name) +
                                               " is no longer a key: set " +
                                               std::string(former.now));
    std::vector<std::string> names;
    for (const Key &key : keys())
      if (key.section == section)
        names.emplace_back(key.name);
    const std::string near = base::nearest(name.str(), names);
    std::string what = "unknown key " + base::quoted(name.str()) + " in [" + std::string(section);
    if (!near.empty())
      what += "]: did you mean " + near + '?';
    else if (const std::string home = home_of(name.str()); !home.empty())
      what += "]: it belongs to [" + home + ']';
    else
      what += "]: its keys are " + joined(names);
    refuse(name.source().begin, std::move(what));
  }

  void relations() {
    for (const Relation &relation : config::relations()) {
      if (relation.holds(config))
        continue;
      const std::string name = std::string(relation.section) + '.' + std::string(relation.name);
      const auto place = places.find(name);
      refuse(place == places.end() ? Place{} : place->second,
             name + ' ' + std::string(relation.what));
    }
  }

  static std::vector<std::string> section_names() {
    std::vector<std::string> names;
    for (const Key &key : keys())
      if (names.empty() || names.back() != key.section)
        names.emplace_back(key.section);
    return names;
  }

  // The section that has a key of this name, for one that stands in the wrong place.
  static std::string home_of(std::string_view name) {
    for (const Key &key : keys())
      if (key.name == name)
        return std::string(key.section);
    return {};
  }

  static std::string joined(const std::vector<std::string> &names) {
    std::string text;
    for (const std::string &name : names)
      text += (text.empty() ? "" : ", ") + name;
    return text;
  }

  const std::string &file_;
  std::vector<Fault> &faults_;
};

// Relative to the folder of the configuration; an empty path means something of its own.
void resolve(std::string &path, const std::string &file) {
  if (!path.empty())
    path = (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

} // namespace

std::string Fault::text() const {
  std::string text = file + ':';
  if (line > 0)
    text += std::to_string(line) + ':' + std::to_string(column) + ':';
  return text + ' ' + what;
}

std::optional<Config> parse(std::string_view toml, const std::string &file,
                            std::vector<Fault> &faults, Places *places) {
  faults.clear();
  if (toml.size() > kMaxFileBytes) {
    faults.push_back({file, 0, 0, "longer than " + std::to_string(kMaxFileBytes) + " bytes"});
    return std::nullopt;
  }
  Walk walk(file, faults);
  try {
    walk.document(toml::parse(toml));
  } catch (const toml::parse_error &error) {
    const toml::source_position at = error.source().begin;
    faults.push_back(
        {file, at.line, at.column, "not TOML: " + base::one_line(error.description())});
  }
  if (!faults.empty()) {
    std::stable_sort(faults.begin(), faults.end(), [](const Fault &a, const Fault &b) {
      return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    return std::nullopt;
  }
  if (places != nullptr)
    *places = walk.places;
  resolve(walk.config.instance.runtime_dir, file);
  resolve(walk.config.log.file, file);
  resolve(walk.config.rules.file, file);
  resolve(walk.config.rules.cache, file);
  return std::move(walk.config);
}

std::optional<Config> load(const std::string &path, std::vector<Fault> &faults, Places *places) {
  faults.clear();
  std::string why;
  const auto text = base::read_text_file(path, kMaxFileBytes, why);
  if (!text) {
    faults.push_back({path, 0, 0, "can't read the configuration: " + why});
    return std::nullopt;
  }
  return parse(*text, path, faults, places);
}

} // namespace handspan::config
