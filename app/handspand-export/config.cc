#include "config.h"

#include "base/nearest.h"
#include "base/quote.h"
#include "base/text_file.h"
#include "config/quantity.h"
#include "shm/runtime_dir.h"

#include <toml++/toml.h>

#include <algorithm>
#include <limits>
#include <set>

namespace handspan::exporter {
namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 20;
constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

class TomlKeys final : public Keys {
public:
  TomlKeys(const toml::table *table, std::string where, const std::string &file,
           std::vector<std::string> &faults)
      : table_(table), where_(std::move(where)), file_(file), faults_(faults) {}

  std::string text(std::string_view name, std::string_view otherwise) override {
    const toml::node *node = find(name);
    if (node == nullptr)
      return std::string(otherwise);
    if (const auto value = node->value_exact<std::string>())
      return *value;
    refuse(name, "must be a text in quotes");
    return {};
  }
  std::string needed(std::string_view name) override {
    std::string value = text(name, "");
    if (value.empty())
      refuse(name, "must be given");
    return value;
  }
  std::uint64_t number(std::string_view name, std::uint64_t least, std::uint64_t most,
                       std::uint64_t otherwise) override {
    const toml::node *node = find(name);
    if (node == nullptr)
      return otherwise;
    const auto value = node->value_exact<std::int64_t>();
    if (value && *value >= 0 && static_cast<std::uint64_t>(*value) >= least &&
        static_cast<std::uint64_t>(*value) <= most)
      return static_cast<std::uint64_t>(*value);
    refuse(name, "must be a number from " + std::to_string(least) + " to " + std::to_string(most));
    return otherwise;
  }
  std::uint64_t bytes(std::string_view name, std::uint64_t otherwise) override {
    const std::string value = text(name, "");
    if (value.empty())
      return otherwise;
    const auto size = config::parse_size(value);
    if (!size || *size <= 0)
      refuse(name, R"(must be a size such as "64MiB")");
    return size && *size > 0 ? static_cast<std::uint64_t>(*size) : otherwise;
  }
  base::Nanos duration(std::string_view name, base::Nanos otherwise) override {
    const std::string value = text(name, "");
    if (value.empty())
      return otherwise;
    const auto length = config::parse_duration(value);
    if (!length)
      refuse(name, R"(must be a duration such as "5s")");
    return length.value_or(otherwise);
  }
  std::string one_of(std::string_view name, const std::vector<std::string> &words) override {
    std::string value = text(name, words.front());
    if (std::find(words.begin(), words.end(), value) != words.end())
      return value;
    std::string all;
    for (const std::string &word : words)
      all += (all.empty() ? "" : ", ") + word;
    refuse(name, "must be one of " + all);
    return words.front();
  }
  void refuse(std::string_view name, std::string_view why) override {
    const toml::node *node = table_ == nullptr ? nullptr : table_->get(name);
    fault(node == nullptr ? here() : node->source().begin,
          where_ + '.' + std::string(name) + ' ' + std::string(why));
  }

  // What nobody asked for.
  void finish() {
    if (table_ == nullptr)
      return;
    for (const auto &[key, value] : *table_) {
      const std::string name(key.str());
      if (asked_.contains(name))
        continue;
      const std::string near =
          base::nearest(name, std::vector<std::string>(asked_.begin(), asked_.end()));
      fault(key.source().begin, "unknown key " + base::quoted(name) + " in " + where_ +
                                    (near.empty() ? "" : ": did you mean " + near + "?"));
    }
  }

private:
  const toml::node *find(std::string_view name) {
    asked_.emplace(name);
    return table_ == nullptr ? nullptr : table_->get(name);
  }
  [[nodiscard]] toml::source_position here() const {
    return table_ == nullptr ? toml::source_position{1, 1} : table_->source().begin;
  }
  void fault(const toml::source_position &at, const std::string &what) {
    faults_.push_back(file_ + ':' + std::to_string(at.line) + ':' + std::to_string(at.column) +
                      ": " + what);
  }

  const toml::table *table_;
  std::string where_;
  const std::string &file_;
  std::vector<std::string> &faults_;
  std::set<std::string> asked_;
};

void read_export(TomlKeys keys, Config &config) {
  config.instance = keys.text("instance", "default");
  if (!shm::valid_instance(config.instance))
    keys.refuse("instance", "must be 1 to 32 letters, digits, _ or -");
  config.runtime_dir = keys.text("runtime_dir", "");
  config.probe = keys.text("probe", "");
  if (config.probe.size() > 63 || base::printable(config.probe) != config.probe)
    keys.refuse("probe", "must have at most 63 printable bytes");
  keys.finish();
}

void read_spool(TomlKeys keys, Config &config) {
  config.spool_dir = keys.needed("dir");
  config.file_records = keys.number("file_records", 1, 1'000'000, 50'000);
  config.file_bytes = keys.bytes("file_bytes", std::uint64_t{16} << 20);
  config.file_time = keys.duration("file_time", base::kSecond);
  if (config.file_bytes > std::uint64_t{512} << 20)
    keys.refuse("file_bytes", "must be 512MiB at most");
  keys.finish();
}

void read_prometheus(TomlKeys keys, bool there, Config &config) {
  if (there)
    config.metrics_listen = keys.text("listen", "127.0.0.1:9477");
  config.metrics_names = keys.number("names", 0, 100, 0);
  keys.finish();
}

void read_selection(Keys &keys, const char *usual, SelectionConfig &selection) {
  selection.events = keys.one_of("events", {"connection", "all"});
  selection.filter = keys.text("filter", "");
  if (!parse_selection(keys.text("select", usual), selection))
    keys.refuse("select", "must be \"all\", \"failures\" or \"1 in N\", \"minutes\", or one of "
                          "them and \"minutes\"");
  else if (selection.records == SelectionConfig::Records::none && !selection.filter.empty())
    keys.refuse("filter", "can't be had with minutes alone: the daemon sums up all connections");
  if (const std::string fault = Selection::fault_of(selection); !fault.empty())
    keys.refuse("filter", fault);
}

void read_sink(TomlKeys keys, Config &config) {
  SinkConfig sink;
  sink.type = keys.needed("type");
  sink.name = keys.text("name", sink.type);
  if (!shm::valid_instance(sink.name))
    keys.refuse("name", "must be 1 to 32 letters, digits, _ or -");
  for (const SinkConfig &other : config.sinks)
    if (other.name == sink.name)
      keys.refuse("name", "is another sink's, too");
  sink.batch_records = keys.number("batch_records", 1, kMost, 100'000);
  sink.batch_time = keys.duration("batch_time", 0);
  sink.spool_bytes = keys.bytes("spool", std::uint64_t{1} << 30);
  sink.retry_most = keys.duration("retry_most", 60 * base::kSecond);
  std::vector<std::string> names;
  for (const SinkKind &kind : sink_kinds()) {
    names.emplace_back(kind.name);
    if (sink.type != kind.name)
      continue;
    read_selection(keys, kind.select, sink.selection);
    sink.sink = kind.make(keys);
    keys.finish();
  }
  if (std::find(names.begin(), names.end(), sink.type) == names.end())
    (void)keys.one_of("type", names);
  config.sinks.push_back(std::move(sink));
}

} // namespace

bool load_config(const std::string &path, Config &config, std::vector<std::string> &faults) {
  std::string why;
  const auto text = base::read_text_file(path, kMaxFile, why);
  if (!text) {
    faults.push_back(path + ": " + why);
    return false;
  }
  toml::table document;
  try {
    document = toml::parse(*text);
  } catch (const toml::parse_error &fault) {
    const auto &at = fault.source().begin;
    faults.push_back(path + ':' + std::to_string(at.line) + ':' + std::to_string(at.column) + ": " +
                     base::one_line(fault.description()));
    return false;
  }
  const auto section = [&](const char *name) {
    return TomlKeys(document[name].as_table(), name, path, faults);
  };
  read_export(section("export"), config);
  read_spool(section("spool"), config);
  read_prometheus(section("prometheus"), document.contains("prometheus"), config);
  if (const toml::array *sinks = document["sink"].as_array())
    for (const toml::node &node : *sinks)
      if (const toml::table *table = node.as_table())
        read_sink(TomlKeys(table, "sink", path, faults), config);
  for (const auto &[key, value] : document)
    if (const std::string name(key.str());
        name != "sink" &&
        !((name == "export" || name == "spool" || name == "prometheus") && value.is_table()))
      faults.push_back(path + ": unknown section " + base::quoted(name) +
                       ": there are [export], [spool], [prometheus] and [[sink]]");
  if (config.sinks.empty() && config.metrics_listen.empty() && faults.empty())
    faults.push_back(path + ": no [[sink]] and no [prometheus]: nobody would get anything");
  return faults.empty();
}

} // namespace handspan::exporter
