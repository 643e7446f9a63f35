#include "selection.h"

#include "shm/process.h"

#include <algorithm>
#include <charconv>

namespace handspan::exporter {
namespace {

std::unique_ptr<filter::Filter> compile(const std::string &text, std::string &why) {
  filter::Fault fault;
  auto made = filter::Filter::compile(text, {shm::wall_now(), false}, render::Language::en, fault);
  if (made == nullptr)
    why = "at character " + std::to_string(fault.at + 1) + ": " + fault.message;
  return made;
}

// Both records of a connection are taken, or neither; the same at every try (the finalizer of
// MurmurHash3).
std::uint64_t spread(std::uint64_t x) {
  x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
  x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
  return x ^ x >> 33;
}

bool parse_part(std::string_view part, SelectionConfig &config) {
  using Records = SelectionConfig::Records;
  constexpr std::string_view kOneIn = "1 in ";
  if (part == "minutes") {
    config.minutes = true;
    return true;
  }
  if (config.records != Records::none)
    return false;
  config.records = part == "failures" ? Records::failures : Records::all;
  if (part == "failures" || part == "all")
    return true;
  if (!part.starts_with(kOneIn))
    return false;
  part.remove_prefix(kOneIn.size());
  const char *const end = part.data() + part.size();
  const auto [at, bad] = std::from_chars(part.data(), end, config.rate);
  return bad == std::errc() && at == end && config.rate > 0;
}

} // namespace

bool parse_selection(std::string_view text, SelectionConfig &config) {
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' '))
      part.remove_prefix(1);
    while (part.ends_with(' '))
      part.remove_suffix(1);
    if (!parse_part(part, config))
      return false;
    if (comma == text.size())
      return true;
    text.remove_prefix(comma + 1);
  }
}

std::string Selection::fault_of(const SelectionConfig &config) {
  std::string why;
  if (!config.filter.empty())
    (void)compile(config.filter, why);
  return why;
}

Selection::Selection(const SelectionConfig &config) : config_(config) {
  std::string why;
  if (!config.filter.empty())
    filter_ = compile(config.filter, why);
}

bool Selection::wants(const record::Record &record) {
  using Records = SelectionConfig::Records;
  if (config_.records == Records::none ||
      (record.kind != record::Kind::connection && config_.events != "all"))
    return false;
  if (config_.records == Records::failures && record.outcome != record::Outcome::failed)
    return false;
  if (config_.rate > 1 && spread(record.flow_id) % config_.rate != 0)
    return false;
  return filter_ == nullptr || filter_->passes(record);
}

} // namespace handspan::exporter
